# A guest that keeps a pattern of its own, from the time at which it starts, in all floating-point registers and fcsr while others run, and checks it.
# Prints F.
.equ ROUNDS, 400
.equ SPIN, 200000

_start:
    li t0, 0x6000                   # sstatus.FS
    csrs sstatus, t0
    csrr s0, time
    slli s0, s0, 8
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    addi t0, s0, \n
    fmv.d.x f\n, t0
    .endr
    csrr s1, time
    andi s1, s1, 31
    fscsr s1
    li s2, ROUNDS
1:  li t0, SPIN
2:  addi t0, t0, -1
    bnez t0, 2b
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    fmv.x.d t1, f\n
    addi t0, s0, \n
    bne t0, t1, wrong
    .endr
    frcsr t0
    bne t0, s1, wrong
    addi s2, s2, -1
    bnez s2, 1b
    li a0, 'F'
    li a7, 1
    ecall
    li a1, 0
    j end
wrong:
    li a1, 1
end:
    li a0, 0
    li a6, 0
    li a7, 0x53525354
    ecall
