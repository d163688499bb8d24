# A virtio driver that gives its devices queues of any size anywhere, random descriptors, rings that lie, and notifications without
# end. Prints V when it comes through.
.include "common.inc"
.equ ROUNDS, 300
.equ DEVICES, 0x10001000
.equ AREA, 0x80400000
.equ DESCRIPTORS, 256

_start:
    la t0, vector
    csrw stvec, t0
    li s0, 0x9e3779b9               # the random numbers' state
    li s1, ROUNDS
1:  call scribble
    # One of eight slots.
    call random
    srli t1, a0, 9
    andi t1, t1, 7
    slli t1, t1, 12
    li s2, DEVICES
    add s2, s2, t1
    lw t1, 8(s2)                    # is there a device?
    li s4, 2                        # queues
    call set_up
    # Indices of the available rings, then notifications.
    call random
    andi a0, a0, 15
    li t1, AREA
    sh a0, 2(t1)
    li s6, 8
2:  sw zero, 0x50(s2)
    li t3, 1
    sw t3, 0x50(s2)
    addi s6, s6, -1
    bnez s6, 2b
    lw t1, 0x60(s2)
    sw t1, 0x64(s2)
    addi s1, s1, -1
    bnez s1, 1b
    print 'V'
    shut_down 0

# Resets the device at s2 and sets up its queues, mostly in the area, else anywhere.
set_up:
    mv s7, ra
    sw zero, 0x70(s2)
    li t1, 3
    sw t1, 0x70(s2)
    # Features: VERSION_1, and one time in two indirect descriptors and event indices.
    li t1, 1
    sw t1, 0x24(s2)
    sw t1, 0x20(s2)
    sw zero, 0x24(s2)
    call random
    srli a0, a0, 35
    li t1, 0x30000000
    and t1, t1, a0
    sw t1, 0x20(s2)
    li t1, 11
    sw t1, 0x70(s2)
3:  addi s4, s4, -1
    sw s4, 0x30(s2)
    call random
    srli t1, a0, 12
    andi t1, t1, 7
    li t2, 1
    sll t2, t2, t1
    sw t2, 0x38(s2)
    li s8, 0x80
4:  call place
    add t1, s2, s8
    sw a0, (t1)
    srli a0, a0, 32
    sw a0, 4(t1)
    addi s8, s8, 0x10
    li t1, 0xb0
    bne s8, t1, 4b
    li t1, 1
    sw t1, 0x44(s2)
    bnez s4, 3b
    li t1, 15
    sw t1, 0x70(s2)
    jr s7

# An address into a0: seven times in eight in the area.
place:
    mv s9, ra
    call random
    andi t1, a0, 7
    beqz t1, 5f
    srli a0, a0, 20
    li t1, 0xff0
    and a0, a0, t1
    li t1, AREA
    add a0, a0, t1
5:  jr s9

# Fills the area with what may be descriptors and rings: addresses in it, small lengths, flags, numbers; and some random words.
scribble:
    mv s9, ra
    li s10, AREA
    li s11, DESCRIPTORS
6:  call random
    srli t1, a0, 30
    li t2, 0xfff
    and t1, t1, t2
    li t2, AREA
    add t1, t1, t2
    sd t1, (s10)
    srli t1, a0, 50
    andi t1, t1, 1023
    sw t1, 8(s10)
    srli t1, a0, 3
    andi t1, t1, 7
    sh t1, 12(s10)
    srli t1, a0, 8
    andi t1, t1, 31
    sh t1, 14(s10)
    andi t1, a0, 63
    bnez t1, 7f
    sd a0, (s10)
7:  addi s10, s10, 16
    addi s11, s11, -1
    bnez s11, 6b
    jr s9

    random_numbers

    skipping_vector
