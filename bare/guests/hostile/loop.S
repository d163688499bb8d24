# Never gives up the hart: no exit, no wait. Only the hypervisor's timer gets it back.
_start:
    j _start
