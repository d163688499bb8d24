# The smallest guest: prints ABC by SBI calls, then shuts down.

.globl _start
_start:
    li s0, 'A'
next:
    mv a0, s0
    li a6, 2                # console_write_byte
    li a7, 0x4442434e       # of the extension DBCN
    ecall
    addi s0, s0, 1
    li t0, 'C'
    ble s0, t0, next

    li a0, '\n'
    li a6, 2
    li a7, 0x4442434e
    ecall

    li a0, 0                # shutdown
    li a1, 0                # for no particular reason
    li a6, 0                # system_reset
    li a7, 0x53525354       # of the extension SRST
    ecall
