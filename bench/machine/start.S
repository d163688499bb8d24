# M-mode entry of a kernel: a stack, floating point, then main, then the test finisher.
    .section .text.start
    .globl _start
_start:
    la sp, stack_top
    la t0, trapped
    csrw mtvec, t0
    li t0, 0x6000           # mstatus.FS
    csrs mstatus, t0
    call main
    li t0, 0x100000
    li t1, 0x5555
    sw t1, 0(t0)
1:  j 1b

    .align 2
trapped:
    li t0, 0x100000
    li t1, 0x13333
    sw t1, 0(t0)
1:  j 1b

    .bss
    .align 4
    .space 65536
stack_top:
