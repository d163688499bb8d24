# Where the board's reset code jumps, on every hart at once: a0 = hart id, a1 = device tree, a2 = fw_dynamic_info or anything.
# The entry is the lowest address of the image.

.section .text.boot, "ax"
.globl _start
_start:
    csrw mie, zero
    csrw mscratch, zero             # zero says that the firmware runs: see trap.S
    la t0, trap_vector
    csrw mtvec, t0

    # A hart for which there is no state here stays asleep.
    li t0, HART_LIMIT
    bgeu a0, t0, sleep
    la tp, harts
    li t0, HART_SIZE
    mul t0, t0, a0
    add tp, tp, t0
    la sp, __stack_top
    lui t0, %hi(__stack_stride)
    addi t0, t0, %lo(__stack_stride)
    mul t0, t0, a0
    add sp, sp, t0
    la gp, __global_pointer

    # The first hart here sets up what all share, the others wait for it.
    la t0, boot_lottery
    li t1, 1
    amoswap.w.aqrl t0, t1, (t0)
    bnez t0, wait

    # A flat binary comes without its .bss.
    la t0, __bss_start
    la t1, __bss_end
1:  bgeu t0, t1, 2f
    sd zero, (t0)
    addi t0, t0, 8
    j 1b

2:  sd sp, HART_STACK_TOP(tp)
    mv s0, a0
    mv s1, a1
    mv s2, a2
    call wasm_start
    mv a0, s0
    mv a1, s1
    mv a2, s2
    call boot
    la t0, boot_done
    li t1, 1
    fence rw, w
    sw t1, (t0)
    j run

wait:
    la t0, boot_done
1:  pause
    lw t1, (t0)
    beqz t1, 1b
    fence r, rw
    sd sp, HART_STACK_TOP(tp)

# Every hart becomes one that HSM may start; the call returns when it did.
run:
    call run_hart
    j trap_return

sleep:
    wfi
    j sleep

.section .data
.balign 8
boot_lottery:
    .word 0
boot_done:
    .word 0

.section .bss
.balign 16
harts:
    .space HART_LIMIT * HART_SIZE

# What the linker knows, for link-table.ts.
.section .rodata
.balign 8
link_table_data:
    .dword harts
    .dword __text_start
    .dword __image_end

.text
.globl link_table
link_table:
    la a0, link_table_data
    ret
