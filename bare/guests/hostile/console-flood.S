# Prints without end and without a line's end.
.include "common.inc"

_start:
    print '#'
    j _start
