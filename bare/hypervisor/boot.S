# Where the firmware jumps (SBI 3.0, "Hart State Management": S-mode, satp = 0, SIE = 0): a0 = hart id, a1 = device tree.
# The entry is the lowest address of the image.

.section .text.boot, "ax"
.globl _start
_start:
    j boot
    # Room for the header of a Linux Image, which `typevisor build --flat` writes over these zeros so that U-Boot's booti starts it.
    .org 64

boot:
    # Firmware without HSM starts every hart at once: the first one here boots, the others sleep.
    la t0, boot_lottery
    li t1, 1
    amoswap.w.aqrl t0, t1, (t0)
    bnez t0, park

    mv s0, a0
    mv s1, a1
    la gp, __global_pointer$
    la sp, __stack_top
    la tp, boot_hart
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
park:
    csrw sie, zero
1:  wfi
    j 1b

.section .data
.balign 8
boot_lottery:
    .dword 0

# The hart structure of the hart that boots, until (and after) hart.ts knows it.
.section .bss
.balign 16
.globl boot_hart
boot_hart:
    .space HART_SIZE

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
    .dword __stack_bottom, __stack_top
    .dword boot_hart
    .dword embedded_guest
    .dword emergency_stack_top

.text
.globl link_table
link_table:
    la a0, link_table_data
    ret
