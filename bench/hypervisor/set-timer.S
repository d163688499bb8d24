# SBI calls that set the timer (TIME: set_timer), for a time that does not come.
.include "rounds.inc"

rounds:
    li a6, 0
    li s2, -1
    li s3, 0x54494d45
1:  mv a0, s2
    mv a7, s3
    ecall
    addi s0, s0, -1
    bnez s0, 1b
    ret
