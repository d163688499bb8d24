# Page tables of its own whose entries point back at their root, so that walks go round, and at physical addresses it has not.
# The vector is reached through the one good gigapage. Prints T for each of three faults that came as they should.
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
    call print

    li s3, 0
    li t0, 0x40001000
    ld t1, (t0)                     # the table itself has no memory: load access fault
    li t0, 5
    bne s3, t0, wrong
    call print

    li s3, 0
    li t0, 0x40001000
    sd t1, (t0)                     # the walk of a store: store access fault, but QEMU says load
    li t0, 7
    beq s3, t0, 1f
    li t0, 5
    bne s3, t0, wrong
1:  call print
    li a1, 0
    j end
wrong:
    li a1, 1
end:
    li a0, 0
    li a6, 0
    li a7, 0x53525354
    ecall

print:
    li a0, 'T'
    li a7, 1
    ecall
    ret

.balign 4
vector:
    csrr s3, scause
    csrr t0, sepc
    lhu t1, (t0)
    andi t1, t1, 3
    li t2, 3
    addi t0, t0, 2
    bne t1, t2, 1f
    addi t0, t0, 2
1:  csrw sepc, t0
    sret

.balign 4096
root:
    .space 4096
