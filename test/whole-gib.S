# A guest that fills its memory, a GiB: each page with its own address. It prints F when all are written, and W when one is wrong.
.equ START, 0x80000000
.equ END, 0xc0000000
.equ PAGE, 4096

_start:
    # Nothing is below it, where firmware would be.
    li t0, START
    sd zero, (t0)
    la t0, first
    li t1, PAGE
    li t2, END
1:  sd t0, (t0)
    add t0, t0, t1
    bltu t0, t2, 1b
    li a0, 'F'
    li a7, 1
    ecall
    la t0, first
2:  ld t3, (t0)
    bne t3, t0, wrong
    add t0, t0, t1
    bltu t0, t2, 2b
    li a1, 0
    j shut_down

wrong:
    li a0, 'W'
    li a7, 1
    ecall
    li a1, 1

shut_down:
    li a0, 0
    li a6, 0
    li a7, 0x53525354
    ecall

.balign PAGE
first:
