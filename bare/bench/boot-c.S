# The same for the program in C, which has no wasm globals.

.section .text.boot, "ax"
.globl _start
_start:
    la sp, stack_top
    call run
    li t0, 0x100000
    li t1, 0x5555
    sw t1, (t0)
1:  j 1b

.bss
.balign 16
    .space 16384
stack_top:
