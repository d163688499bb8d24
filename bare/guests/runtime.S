# What runs before a TypeScript guest's main(hart, dtb) and after it.

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
