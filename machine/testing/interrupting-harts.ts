/** A test program of three harts, whose states say in what order everything has happened. */

export const HARTS = 3;

/**
 * They share a word, wait for timers, interrupt each other, print, and use floating point. x23 sums up the times of timer interrupts, x24
 * what x22 was when another hart interrupted.
 */
export const INTERRUPTING_HARTS = `
    la     t0, handler
    csrw   mtvec, t0
    li     t0, 0x2000
    csrs   mstatus, t0
    csrr   s0, mhartid
    li     s1, MTIMECMP
    slli   t0, s0, 3
    add    s1, s1, t0         /* own mtimecmp */
    li     s2, MSIP
    slli   t0, s0, 2
    add    s3, s2, t0         /* own msip */
    addi   t0, s0, 1
    li     t1, 3
    remu   t0, t0, t1
    slli   t0, t0, 2
    add    s4, s2, t0         /* msip of the next hart */
    la     s9, word
    fcvt.d.l fs0, s0
    sd     zero, 0(s1)
    li     t0, 0x88
    csrw   mie, t0
    csrsi  mstatus, 8
1:  amoadd.d s6, s5, (s9)
    addi   s5, s5, 1
    fcvt.d.l ft0, s6
    fdiv.d fs0, fs0, ft0
    fadd.d fs0, fs0, ft0
    andi   t0, s5, 0x7f
    bnez   t0, 1b
    wfi
    j      1b
    .balign 4
handler:
    csrr   t0, mcause
    slli   t0, t0, 1
    li     t1, 6
    beq    t0, t1, software
    rdtime t0
    add    s7, s7, t0
    addi   t0, t0, 97
    sd     t0, 0(s1)
    li     t0, 1
    sw     t0, 0(s4)
    mret
software:
    sw     zero, 0(s3)
    add    s8, s8, s6
    li     t0, UART
    andi   t1, s8, 15
    addi   t1, t1, 'a'
    sb     t1, 0(t0)
    mret
    .balign 8
word: .dword 0`;
