# Jumps to where the guest has no memory and has no trap vector: it is stopped.
_start:
    li t0, 0x40000000
    jr t0
