# A guest that meets its devices by every form of load and store, and by what no device answers. Prints M; of what goes wrong the
# number of the step in hexadecimal, which is in s11.
#
# The scratch register of the UART keeps 8 bits; the enable bits of the PLIC are words of 32, of which bit 0 of the first is 0.
.equ UART, 0x10000000
.equ MCR, 4
.equ SCR, 7
.equ PLIC, 0xc000000
.equ ENABLE, 0x2000
.equ FS, 0x6000

# Goes wrong unless the two registers are equal.
.macro same first, second
    addi s11, s11, 1
    bne \first, \second, wrong
.endm

# Goes wrong unless the next instruction, which is 4 bytes long, has trapped with this cause.
.macro trapped cause
    li t0, \cause
    same s10, t0
    li s10, 0
.endm

_start:
    la t0, vector
    csrw stvec, t0
    li s11, 0
    li s10, 0
    li s0, UART
    li s1, PLIC + ENABLE

    # Bytes, with and without sign.
    li a0, 0x180
    sb a0, SCR(s0)
    lb a1, SCR(s0)
    li t0, -128
    same a1, t0
    lbu a1, SCR(s0)
    li t0, 128
    same a1, t0

    # Halfwords.
    li a0, 0x0b
    sh a0, MCR(s0)
    lh a1, MCR(s0)
    same a1, a0
    lhu a1, MCR(s0)
    same a1, a0
    sh zero, MCR(s0)
    lbu a1, MCR(s0)
    same a1, zero

    # Words.
    li a0, 0x1234567880000006
    sw a0, 4(s1)
    lw a1, 4(s1)
    li t0, 0xffffffff80000006
    same a1, t0
    lwu a1, 4(s1)
    li t0, 0x80000006
    same a1, t0

    # Doublewords, as two words.
    li a0, 0x876543210fedcba8
    sd a0, (s1)
    ld a1, (s1)
    same a1, a0
    lwu a1, 4(s1)
    srli a0, a0, 32
    same a1, a0

    # A load without a register to go to.
    lw zero, (s1)
    same zero, x0

    # Compressed.
    li a0, 0x10
    c.sw a0, 4(s1)
    li a1, 0
    c.lw a1, 4(s1)
    same a1, a0
    li a0, 0x700000040
    c.sd a0, 0(s1)
    li a1, 0
    c.ld a1, 0(s1)
    same a1, a0
    mv s2, sp
    mv sp, s1
    li a0, 0x20
    c.swsp a0, 4(sp)
    li a1, 0
    c.lwsp a1, 4(sp)
    same a1, a0
    li a0, 0x900000080
    c.sdsp a0, 0(sp)
    li a1, 0
    c.ldsp a1, 0(sp)
    same a1, a0
    mv sp, s2

    # Registers that nobody implements read zero.
    li t1, 0x1f8000
    add t1, t1, s1
    sw a0, (t1)
    lw a1, (t1)
    same a1, zero

    # Floating point, where there is any.
    li t0, FS
    csrs sstatus, t0
    csrr t1, sstatus
    and t1, t1, t0
    beqz t1, refused
    li a0, 0x8765432111111100
    fmv.d.x fa0, a0
    fsd fa0, (s1)
    ld a1, (s1)
    same a1, a0
    fld fa1, (s1)
    fmv.x.d a1, fa1
    same a1, a0
    c.fld fa2, 0(s1)
    fmv.x.d a1, fa2
    same a1, a0
    li a0, 0x2
    fmv.w.x fa0, a0
    fsw fa0, 4(s1)
    lwu a1, 4(s1)
    same a1, a0
    flw fa3, 4(s1)
    fmv.x.d a1, fa3
    li t0, 0xffffffff00000002
    same a1, t0
    c.fsd fa1, 0(s1)
    ld a1, (s1)
    li a0, 0x8765432111111100
    same a1, a0
    # Another register than the one that was loaded is as before.
    fmv.x.d a1, fa2
    same a1, a0

refused:
    # What no device answers is an access fault: a width it does not take, an address between its registers, an AMO, a fetch.
    lb a1, (s1)
    trapped 5
    sb a1, (s1)
    trapped 7
    lw a1, 2(s1)
    trapped 5
    sh a1, SCR(s0)
    trapped 7
    amoadd.w a1, a1, (s1)
    ori s10, s10, 2                 # 7, or 5 on QEMU 7.2, whose AMOs fault as the loads that they begin with
    trapped 7
    lr.w a1, (s1)
    trapped 5
    li t1, 0x10010000
    lw a1, (t1)
    trapped 5
    jalr s1
    trapped 1

    # The word crosses from memory into what lies behind it.
    li t1, 0x80000000 - 2
    lw a1, (t1)
    trapped 5

    li a0, 'M'
    li a7, 1
    ecall
    li a1, 0
    j end
wrong:
    srli a0, s11, 4
    call digit
    andi a0, s11, 15
    call digit
    li a1, 1
end:
    li a0, 0
    li a6, 0
    li a7, 0x53525354
    ecall

digit:
    li t0, 10
    addi a0, a0, '0'
    addi t0, t0, '0'
    blt a0, t0, 1f
    addi a0, a0, 'a' - '0' - 10
1:  li a7, 1
    ecall
    ret

# Puts the cause into s10 and goes on behind the instruction of 4 bytes, or behind the call where it was to be fetched.
.balign 4
vector:
    csrr s10, scause
    csrr t0, sepc
    addi t0, t0, 4
    li t1, 1
    bne s10, t1, 1f
    mv t0, ra
1:  csrw sepc, t0
    sret
