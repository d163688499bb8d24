# Starts a benchmark program in M-mode, without firmware: `run` is its main function, in TypeScript or C.

.section .text.boot, "ax"
.globl _start
_start:
    la sp, __stack_top
    la gp, __global_pointer
    call wasm_start
    call run
    li t0, 0x100000                 # the test finisher of the `virt` board: pass
    li t1, 0x5555
    sw t1, (t0)
1:  j 1b
