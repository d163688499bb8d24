# What runs before a TypeScript guest's main(hart, dtb) and after it, on the hart that boots and on those that it starts.

.section .text.boot, "ax"
.globl _start
_start:
    la gp, __global_pointer
    la sp, __stack_top
    mv s0, a0
    mv s1, a1
    call wasm_start                 # what the program's files do outside of functions
    mv a0, s0
    mv a1, s1
    call main
    li a0, 0
    call shutDown                   # main has returned: all is well

# Where startHart has the hypervisor start a hart: a0 = hart, a1 = device tree. Each has a stack of its own.
start_hart:
    la gp, __global_pointer
    la sp, __stack_top
    lui t0, %hi(__stack_stride)
    addi t0, t0, %lo(__stack_stride)
    mul t0, t0, a0
    add sp, sp, t0
    call main
    li a7, 0x48534d                 # HSM: hart_stop
    li a6, 1
    ecall

.globl hart_entry
hart_entry:
    la a0, start_hart
    ret
