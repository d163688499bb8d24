# SBI calls with arguments that nobody means: unknown extensions and functions, ranges of memory that are not the guest's, that
# wrap round or reach beyond its end, reserved reset types. Prints W when each answer is the error that SBI 3.0 wants.
.include "common.inc"

.macro expect extension, function, a0, a1, a2, error
    li a7, \extension
    li a6, \function
    li a0, \a0
    li a1, \a1
    li a2, \a2
    ecall
    li t0, \error
    bne a0, t0, wrong
.endm

_start:
    expect 0x12345678, 0, 0, 0, 0, -2
    expect -1, -1, -1, -1, -1, -2
    expect 0x10, 99, 0, 0, 0, -2
    expect 0x10, -1, 0, 0, 0, -2
    expect 0x4442434e, 0, 1, 0x10000000, 0, -3          # a device's address
    expect 0x4442434e, 0, 1, 0x7fffffff, 0, -3          # one byte below its memory
    expect 0x4442434e, 0, -1, 0x80000000, 0, -3         # more bytes than there are
    expect 0x4442434e, 0, 2, -1, 0, -3                  # wraps round
    expect 0x4442434e, 0, 1, 0x80200000, 1, -3          # upper half of the address set
    expect 0x4442434e, 1, 16, 0, 0, -3                  # reads input to nowhere
    expect 0x4442434e, 1, 0x7fffffffffffffff, 0x80000000, 0, -3
    expect 0x4442434e, 77, 0, 0, 0, -2
    expect 0x53525354, 0, 3, 0, 0, -3                   # reserved type
    expect 0x53525354, 0, 0, 2, 0, -3                   # reserved reason
    expect 0x53525354, 0, 0xdfffffff, 0, 0, -3
    expect 0x53525354, 1, 0, 0, 0, -2
    expect 0x54494d45, 1, 0, 0, 0, -2
    expect 0x48534d, 0, 0, 0, 0, -5                     # starts where there is no memory
    expect 0x48534d, 0, 99, 0x80000000, 0, -3           # a hart that is not there
    expect 0x48534d, 0, 0, 0x80000000, 0, -6            # itself
    expect 0x48534d, 4, 0, 0, 0, -2
    expect 0x735049, 0, 2, 0, 0, -3
    expect 0x735049, 0, 1, 64, 0, -3
    expect 0x52464e43, 1, -1, 0, 0, -3
    expect 0x52464e43, 3, 1, 0, 0, -2
    # No bytes are fine, wherever in the guest's memory.
    expect 0x4442434e, 0, 0, 0x80000000, 0, 0
    print 'W'
    shut_down 0
wrong:
    shut_down 1
