# Page tables of its own whose entries point back at their root, so that walks go round, and at physical addresses it has not.
# The vector is reached through the one good gigapage. Prints T for each of three faults that came as they should.
.include "common.inc"

_start:
    la t0, vector
    csrw stvec, t0
    # root[2]: the gigapage at 0x80000000; root[0]: the root again; root[1]: a table at 0x40000000, where nothing is.
    la s0, root
    srli t0, s0, 12
    slli t0, t0, 10
    ori t0, t0, 1
    sd t0, 0(s0)
    li t0, (0x40000000 >> 2) | 1
    sd t0, 8(s0)
    li t0, (0x80000000 >> 2) | 0xcf
    sd t0, 16(s0)
    srli t0, s0, 12
    li t1, 8
    slli t1, t1, 60
    or t0, t0, t1
    csrw satp, t0
    sfence.vma

    li s3, 0
    li t0, 0x1000
    ld t1, (t0)                     # root, root, root: a pointer where a leaf must be: load page fault
    li t0, 13
    bne s3, t0, wrong
    print 'T'

    li s3, 0
    li t0, 0x40001000
    ld t1, (t0)                     # the table itself has no memory: load access fault
    li t0, 5
    bne s3, t0, wrong
    print 'T'

    li s3, 0
    li t0, 0x40001000
    sd t1, (t0)                     # the walk of a store: store access fault, but QEMU says load
    li t0, 7
    beq s3, t0, 1f
    li t0, 5
    bne s3, t0, wrong
1:  print 'T'
    shut_down 0
wrong:
    shut_down 1

    skipping_vector

.balign 4096
root:
    .space 4096
