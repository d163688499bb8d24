# A guest with a timer: five times it waits for a timer interrupt that comes neither early nor twice, once for one that is in the past,
# and then sees none. Prints T.
.equ TICKS, 2000
.equ STIE, 0x20

_start:
    la t0, vector
    csrw stvec, t0
    li t0, STIE
    csrw sie, t0
    li s0, 0                        # interrupts that came
    li s1, 5
1:  rdtime s2
    li t0, TICKS
    add s2, s2, t0
    mv a0, s2
    call set_timer
    addi s3, s0, 1
    # It waits with interrupts off, or one that came just before would leave it waiting for ever.
2:  wfi
    csrsi sstatus, 2
    csrci sstatus, 2
    bne s0, s3, 2b
    addi s1, s1, -1
    bnez s1, 1b

    # In the past: at once.
    li s2, 0
    li a0, 1
    call set_timer
    addi s3, s0, 1
    csrsi sstatus, 2
3:  bne s0, s3, 3b

    # Never: the count stays.
    li a0, -1
    call set_timer
    rdtime s2
    li t0, TICKS
    add s2, s2, t0
4:  rdtime t0
    bltu t0, s2, 4b
    bne s0, s3, wrong
    csrr t0, sip
    andi t0, t0, STIE
    bnez t0, wrong
    li a0, 'T'
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

set_timer:
    li a7, 0x54494d45
    li a6, 0
    ecall
    bnez a0, wrong
    ret

# The supervisor timer interrupt, at or behind s2; setting the timer for never takes it away.
.balign 4
vector:
    csrr t0, scause
    li t1, (1 << 63) | 5
    bne t0, t1, wrong
    rdtime t0
    bltu t0, s2, wrong
    addi s0, s0, 1
    mv s4, a0
    mv s5, ra
    li a0, -1
    call set_timer
    mv a0, s4
    mv ra, s5
    sret
