# Executes what only machine mode, HS-mode or a hypervisor may: every CSR from 0x600 up and every privileged instruction. Each
# must be an illegal instruction (cause 2) to the guest, as on a machine without the H extension. It builds each CSR access in
# a buffer and runs it there.
.include "common.inc"

_start:
    la t0, vector
    csrw stvec, t0

    # csrrs x0, CSR, x0 for the hypervisor's and the machine's CSRs: 0x600-0x6ff, 0x700-0x7ff, 0xe00-0xfff, 0x300-0x3ff, 0xb00-0xbff.
    la s0, ranges
1:  lhu s1, (s0)
    lhu s2, 2(s0)
    beqz s2, instructions
2:  la s4, buffer
    slli t1, s1, 20
    li t0, 0x00002073
    or t0, t0, t1
    sw t0, (s4)
    fence.i
    li s3, 0
    jalr s4
    li t0, 2
    bne s3, t0, wrong
    addi s1, s1, 1
    blt s1, s2, 2b
    addi s0, s0, 4
    j 1b

instructions:
    la s0, words
3:  lwu t0, (s0)
    beqz t0, right
    la s4, buffer
    sw t0, (s4)
    fence.i
    li s3, 0
    jalr s4
    li t0, 2
    bne s3, t0, wrong
    addi s0, s0, 4
    j 3b

right:
    print 'P'
    shut_down 0
wrong:
    shut_down 1

    skipping_vector

# First CSR, and one behind the last.
.balign 4
ranges:
    .half 0x600, 0x616
    .half 0x640, 0x656
    .half 0x680, 0x690
    .half 0x200, 0x210
    .half 0x240, 0x24d
    .half 0x280, 0x281
    .half 0xe12, 0xe13
    .half 0x300, 0x310
    .half 0x320, 0x350
    .half 0x3a0, 0x3f0
    .half 0xb00, 0xb20
    .half 0xf11, 0xf16
    .half 0, 0

.balign 4
words:
    .word 0x30200073                # mret
    .word 0x62000073                # hfence.gvma
    .word 0x22000073                # hfence.vvma
    .word 0x600042f3                # hlv.b t0, (x0)
    .word 0x680042f3                # hlv.w t0, (x0)
    .word 0x643042f3                # hlvx.hu t0, (x0)
    .word 0x6c0042f3                # hlv.d t0, (x0)
    .word 0x62004073                # hsv.b x0, (x0)
    .word 0x6e004073                # hsv.d x0, (x0)
    .word 0

.balign 4
buffer:
    .word 0
    ret
