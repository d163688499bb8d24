# Sends its traps to where it has no memory, then traps: it must be stopped, not go round for ever.
_start:
    li t0, 0x40000000
    csrw stvec, t0
    .word 0
