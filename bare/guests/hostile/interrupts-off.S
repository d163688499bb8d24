# Turns every interrupt off that it can and spins for ever.
_start:
    csrw sie, zero
    csrci sstatus, 2
1:  csrw sie, zero
    j 1b
