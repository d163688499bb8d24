# Rewrites the instruction that it is about to run, a thousand times, and checks each result. Prints S.
.include "common.inc"

_start:
    li s0, 0
    li s1, 1000
    la s2, patch
1:  slli t0, s0, 20                 # addi a0, zero, s0
    li t1, 0x00000513
    or t0, t0, t1
    sw t0, (s2)
    fence.i
.balign 4
patch:
    .word 0
    bne a0, s0, wrong
    addi s0, s0, 1
    blt s0, s1, 1b
    print 'S'
    shut_down 0
wrong:
    shut_down 1
