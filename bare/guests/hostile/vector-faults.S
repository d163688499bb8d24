# Its trap vector is an illegal instruction: it traps into itself for ever, without an exit.
_start:
    la t0, vector
    csrw stvec, t0
    .word 0
.balign 4
vector:
    .word 0
