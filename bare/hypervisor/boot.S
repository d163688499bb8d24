# Where the firmware jumps (SBI 3.0, "Hart State Management": S-mode, satp = 0, SIE = 0): a0 = hart id, a1 = device tree.
# The entry is the lowest address of the image.

.section .text.boot, "ax"
.globl _start
_start:
    j boot
    # Room for the header of a Linux Image, which `typevisor build --flat` writes over these zeros so that U-Boot's booti starts it.
    .org 64

boot:
    # The first hart here boots.
    la t0, boot_lottery
    li t1, 1
    amoswap.w.aqrl t0, t1, (t0)
    bnez t0, not_first

    mv s0, a0
    mv s1, a1
    la gp, __global_pointer$
    la sp, __stack_top
    la tp, harts
    la t0, trap_vector
    csrw stvec, t0
    csrw sscratch, zero             # zero says that the hypervisor runs: see trap.S

    # A flat binary comes without its .bss.
    la t0, __bss_start
    la t1, __bss_end
1:  bgeu t0, t1, 2f
    sd zero, (t0)
    addi t0, t0, 8
    j 1b

2:  call wasm_start
    mv a0, s0
    mv a1, s1
    call main
    j enter_guest

# Where HSM starts another hart: a1 = its Hart.
start_hart:
    mv tp, a1
    la gp, __global_pointer$
    ld sp, HART_STACK_TOP(tp)
    la t0, trap_vector
    csrw stvec, t0
    csrw sscratch, zero
    call run_hart
    j enter_guest

# OpenSBI 1.1 may tell a hart that it starts before it tells where, and then the hart comes here though it was to come to start_hart. Firmware
# without HSM starts every hart at once: those that nobody has asked for sleep.
not_first:
    fence r, rw
    la a1, harts
    li t1, HART_LIMIT
    li t2, HART_SIZE
1:  ld t0, HART_STACK_TOP(a1)
    beqz t0, 2f
    ld t0, HART_ID(a1)
    beq t0, a0, start_hart
2:  add a1, a1, t2
    addi t1, t1, -1
    bnez t1, 1b

park:
    csrw sie, zero
1:  wfi
    j 1b

.section .data
.balign 8
boot_lottery:
    .dword 0
.globl panic_lottery
panic_lottery:
    .dword 0

# One Hart behind the other; that of the hart that boots is the first.
.section .bss
.balign 16
.globl harts
harts:
    .space HART_SIZE * HART_LIMIT

# Where the report of a stack overflow is written from.
.globl emergency_stack_top
.balign 16
    .space 8192
emergency_stack_top:

# What the linker knows, for link-table.ts.
.section .rodata
.balign 8
link_table_data:
    .dword __text_start, __text_end
    .dword __rodata_start, __rodata_end
    .dword __data_start, __image_end
    .dword __stack_bottom, __stack_top, __stack_stride
    .dword harts
    .dword embedded_guest
    .dword start_hart

.text
.globl link_table
link_table:
    la a0, link_table_data
    ret
