# SBI calls that send the hart itself an interrupt (IPI: send_ipi), which it has not enabled.
.include "rounds.inc"

rounds:
    li a6, 0
    li s2, 0x735049
1:  li a0, 1
    li a1, 0
    mv a7, s2
    ecall
    addi s0, s0, -1
    bnez s0, 1b
    ret
