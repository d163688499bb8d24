# Writes every page from its own end of memory up, until it hits the end; then it has no vector and is stopped.
_start:
    la t0, end
    li t1, 4096
1:  sd t0, (t0)
    add t0, t0, t1
    j 1b
.balign 4096
end:
