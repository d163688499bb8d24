# Reads and writes where the host has firmware and devices, and the guest nothing. With a trap vector the guest
# takes an access fault for each; it counts them and prints F for each one that came as it should.
.include "common.inc"

.equ PROBES, (addresses_end - addresses) / 8

_start:
    la t0, vector
    csrw stvec, t0
    la s0, addresses
    li s1, PROBES
1:  ld s2, (s0)
    li s3, 0
    ld t1, (s2)                     # load access fault, cause 5
    li t0, 5
    bne s3, t0, wrong
    li s3, 0
    sd zero, (s2)                   # store access fault, cause 7
    li t0, 7
    bne s3, t0, wrong
    print 'F'
    addi s0, s0, 8
    addi s1, s1, -1
    bnez s1, 1b
    shut_down 0
wrong:
    shut_down 1

    skipping_vector

.balign 8
addresses:
    .dword 0x00100000               # test finisher
    .dword 0x02000000               # ACLINT
    .dword 0x00101000               # RTC
    .dword 0xfff00000
    .dword 0x0000000180000000
    .dword 0x0000008000000000
    .dword 0x00fffffffffff000
addresses_end:
