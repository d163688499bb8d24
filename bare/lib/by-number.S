# For what is included: access to CSRs by number. A CSR's number is part of the instruction, so each function has one instruction for
# each number.

# `name` goes to the a0-th of 32 instructions, followed by ret, that access the CSRs from `first` on.
.macro by_number name, access, first
    .balign 4
    .globl \name
\name:
    slli t0, a0, 3
    la t1, 1f
    add t0, t0, t1
    jr t0
    .option push
    .option norvc
1:
    .set index, 0
    .rept 32
    csr_\access \first + index
    ret
    .set index, index + 1
    .endr
    .option pop
.endm

.macro csr_read number
    csrr a0, \number
.endm

.macro csr_write number
    csrw \number, a1
.endm
