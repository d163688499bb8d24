# A guest that makes null SBI calls (BASE: get_spec_version) in a loop of four instructions and prints, in hexadecimal, how many
# instructions retired on the hart meanwhile: those of the hypervisor count too.
.equ CALLS, 0x1000

_start:
    li a6, 0
    li s0, 16                       # warms up: the first exits fill tables
    call calls
    li s0, CALLS
    rdinstret s1
    call calls
    rdinstret s2
    sub s2, s2, s1

    li s3, 60
1:  srl a0, s2, s3
    andi a0, a0, 15
    li t0, 10
    addi a0, a0, '0'
    blt a0, t0, 2f
    li t0, '0' + 10
    blt a0, t0, 2f
    addi a0, a0, 'a' - '0' - 10
2:  li a7, 1
    ecall
    addi s3, s3, -4
    bgez s3, 1b
    li a7, 8
    ecall

calls:
    li a7, 0x10
    ecall
    addi s0, s0, -1
    bnez s0, calls
    ret
