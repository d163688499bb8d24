# Reads and writes its devices' registers, and what lies between and around them, at random addresses, with random values, in every
# width. An access fault skips the access. Prints M when it comes through.
.include "common.inc"
.equ ROUNDS, 5000

_start:
    la t0, vector
    csrw stvec, t0
    li s0, 0x2545f491               # the random numbers' state
    li s1, ROUNDS
    la s5, starts
    la s6, forms
1:  call random
    # One of four regions, and an address in it.
    srli t1, a0, 10
    andi t1, t1, 3
    slli t1, t1, 3
    add t1, t1, s5
    lwu t2, (t1)
    lwu t3, 4(t1)
    call random
    srli t1, a0, 20
    and t1, t1, t3
    add s2, t2, t1
    # One of the forms of access, each of which is 8 bytes long.
    call random
    srli t1, a0, 15
    andi t1, t1, 15
    slli t1, t1, 3
    add t1, t1, s6
    call random
    jalr t1
    addi s1, s1, -1
    bnez s1, 1b
    # What its UART was made to print ends here.
    print '\n'
    print 'M'
    shut_down 0

    random_numbers

# At s2, with a0; 8 bytes each.
.macro form instruction
.balign 8
    \instruction a0, (s2)
    ret
.endm
.balign 8
forms:
    form lb
    form lbu
    form lh
    form lhu
    form lw
    form lwu
    form ld
    form lw
    form sb
    form sh
    form sw
    form sd
    form sw
    form sw
    form sw
    form lw

# Where a region begins, and which bits of a random number an address in it has.
.balign 8
starts:
    .word 0x0c000000, 0x1ffff
    .word 0x0c200000, 0x07fff
    .word 0x10001000, 0x0ffff
    .word 0x10001000, 0x071ff

    skipping_vector
