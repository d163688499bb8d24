# The way from S- or U-mode into the firmware and back. Offsets are those of the class Hart.
#
# mscratch tells who was interrupted: the hart's state while S or U runs, 0 while the firmware does.

.text
.balign 4
.globl trap_vector
trap_vector:
    csrrw tp, mscratch, tp
    beqz tp, firmware_trap

    sd ra, HART_X+1*8(tp)
    sd sp, HART_X+2*8(tp)
    sd gp, HART_X+3*8(tp)
    sd t0, HART_X+5*8(tp)
    sd t1, HART_X+6*8(tp)
    sd t2, HART_X+7*8(tp)
    sd s0, HART_X+8*8(tp)
    sd s1, HART_X+9*8(tp)
    sd a0, HART_X+10*8(tp)
    sd a1, HART_X+11*8(tp)
    sd a2, HART_X+12*8(tp)
    sd a3, HART_X+13*8(tp)
    sd a4, HART_X+14*8(tp)
    sd a5, HART_X+15*8(tp)
    sd a6, HART_X+16*8(tp)
    sd a7, HART_X+17*8(tp)
    sd s2, HART_X+18*8(tp)
    sd s3, HART_X+19*8(tp)
    sd s4, HART_X+20*8(tp)
    sd s5, HART_X+21*8(tp)
    sd s6, HART_X+22*8(tp)
    sd s7, HART_X+23*8(tp)
    sd s8, HART_X+24*8(tp)
    sd s9, HART_X+25*8(tp)
    sd s10, HART_X+26*8(tp)
    sd s11, HART_X+27*8(tp)
    sd t3, HART_X+28*8(tp)
    sd t4, HART_X+29*8(tp)
    sd t5, HART_X+30*8(tp)
    sd t6, HART_X+31*8(tp)
    csrrw t0, mscratch, zero
    csrr t1, mepc
    csrr t2, mstatus
    sd t0, HART_X+4*8(tp)
    sd t1, HART_MEPC(tp)
    sd t2, HART_MSTATUS(tp)
    la gp, __global_pointer
    ld sp, HART_STACK_TOP(tp)
    call handle_trap

# Goes on where the hart's state says.
.globl trap_return
trap_return:
    ld t1, HART_MEPC(tp)
    ld t2, HART_MSTATUS(tp)
    csrw mepc, t1
    csrw mstatus, t2
    csrw mscratch, tp
    ld ra, HART_X+1*8(tp)
    ld sp, HART_X+2*8(tp)
    ld gp, HART_X+3*8(tp)
    ld t0, HART_X+5*8(tp)
    ld t1, HART_X+6*8(tp)
    ld t2, HART_X+7*8(tp)
    ld s0, HART_X+8*8(tp)
    ld s1, HART_X+9*8(tp)
    ld a0, HART_X+10*8(tp)
    ld a1, HART_X+11*8(tp)
    ld a2, HART_X+12*8(tp)
    ld a3, HART_X+13*8(tp)
    ld a4, HART_X+14*8(tp)
    ld a5, HART_X+15*8(tp)
    ld a6, HART_X+16*8(tp)
    ld a7, HART_X+17*8(tp)
    ld s2, HART_X+18*8(tp)
    ld s3, HART_X+19*8(tp)
    ld s4, HART_X+20*8(tp)
    ld s5, HART_X+21*8(tp)
    ld s6, HART_X+22*8(tp)
    ld s7, HART_X+23*8(tp)
    ld s8, HART_X+24*8(tp)
    ld s9, HART_X+25*8(tp)
    ld s10, HART_X+26*8(tp)
    ld s11, HART_X+27*8(tp)
    ld t3, HART_X+28*8(tp)
    ld t4, HART_X+29*8(tp)
    ld t5, HART_X+30*8(tp)
    ld t6, HART_X+31*8(tp)
    ld tp, HART_X+4*8(tp)
    mret

# A trap inside the firmware: one that expected-trap.ts announced is noted and its instruction skipped, another is the end.
firmware_trap:
    csrrw tp, mscratch, tp          # tp = this hart's state again, mscratch = 0
    sd t0, HART_SPARE0(tp)
    sd t1, HART_SPARE1(tp)
    ld t0, HART_TRAP_EXPECTED(tp)
    beqz t0, firmware_fault
    csrr t0, mcause
    sd t0, HART_TRAP_CAUSE(tp)
    csrr t0, mtval
    sd t0, HART_TRAP_VALUE(tp)
    csrr t0, mepc
    lhu t1, (t0)
    andi t1, t1, 3                  # the lowest two bits of a 32-bit instruction are both 1
    addi t1, t1, -3
    seqz t1, t1
    slli t1, t1, 1
    addi t1, t1, 2
    add t0, t0, t1
    csrw mepc, t0
    ld t0, HART_SPARE0(tp)
    ld t1, HART_SPARE1(tp)
    mret

firmware_fault:
    ld sp, HART_STACK_TOP(tp)
    la gp, __global_pointer
    csrr a0, mcause
    csrr a1, mepc
    csrr a2, mtval
    call report_firmware_fault

# Loads with the address translation and the rights of who trapped (mstatus.MPRV), with more mstatus bits if wanted. A fault on
# the load leaves MPP = U, and the next instruction sets mstatus right. (address, mstatus bits) -> value, 0 after a fault
.globl load_u64_as_caller
load_u64_as_caller:
    ld t0, HART_MSTATUS(tp)
    or t0, t0, a1
    mv t1, a0
    li a0, 0
    csrrw t0, mstatus, t0
    ld a0, (t1)
    csrw mstatus, t0
    ret

.globl load_u16_as_caller
load_u16_as_caller:
    ld t0, HART_MSTATUS(tp)
    or t0, t0, a1
    mv t1, a0
    li a0, 0
    csrrw t0, mstatus, t0
    lhu a0, (t1)
    csrw mstatus, t0
    ret
