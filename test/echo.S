# A guest that sends what it is typed back by its UART, until a q.
.equ UART, 0x10000000
.equ LSR, 5

_start:
    li s0, UART
1:  lbu t0, LSR(s0)
    andi t0, t0, 1
    beqz t0, 1b
    lbu a0, (s0)
    sb a0, (s0)
    li t0, 'q'
    bne a0, t0, 1b
    li a0, '\n'
    sb a0, (s0)
    li a0, 0
    li a1, 0
    li a6, 0
    li a7, 0x53525354
    ecall
