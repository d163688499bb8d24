# The way from a guest into the hypervisor and back. Offsets are those of the classes Vcpu and Hart.
#
# sscratch tells who was interrupted: the vCPU's address while a guest runs, 0 while the hypervisor does.

.text
.balign 4
.globl trap_vector
trap_vector:
    csrrw a0, sscratch, a0
    beqz a0, host_trap

    # A guest trapped: a0 = its vCPU. Its registers go there.
    sd ra, VCPU_X+1*8(a0)
    sd sp, VCPU_X+2*8(a0)
    sd gp, VCPU_X+3*8(a0)
    sd tp, VCPU_X+4*8(a0)
    sd t0, VCPU_X+5*8(a0)
    sd t1, VCPU_X+6*8(a0)
    sd t2, VCPU_X+7*8(a0)
    sd s0, VCPU_X+8*8(a0)
    sd s1, VCPU_X+9*8(a0)
    sd a1, VCPU_X+11*8(a0)
    sd a2, VCPU_X+12*8(a0)
    sd a3, VCPU_X+13*8(a0)
    sd a4, VCPU_X+14*8(a0)
    sd a5, VCPU_X+15*8(a0)
    sd a6, VCPU_X+16*8(a0)
    sd a7, VCPU_X+17*8(a0)
    sd s2, VCPU_X+18*8(a0)
    sd s3, VCPU_X+19*8(a0)
    sd s4, VCPU_X+20*8(a0)
    sd s5, VCPU_X+21*8(a0)
    sd s6, VCPU_X+22*8(a0)
    sd s7, VCPU_X+23*8(a0)
    sd s8, VCPU_X+24*8(a0)
    sd s9, VCPU_X+25*8(a0)
    sd s10, VCPU_X+26*8(a0)
    sd s11, VCPU_X+27*8(a0)
    sd t3, VCPU_X+28*8(a0)
    sd t4, VCPU_X+29*8(a0)
    sd t5, VCPU_X+30*8(a0)
    sd t6, VCPU_X+31*8(a0)
    csrrw t0, sscratch, zero
    csrr t1, sepc
    csrr t2, sstatus
    csrr t3, hstatus
    sd t0, VCPU_X+10*8(a0)
    sd t1, VCPU_SEPC(a0)
    sd t2, VCPU_SSTATUS(a0)
    sd t3, VCPU_HSTATUS(a0)

    # The hypervisor's own world: nothing of it was kept on the stack, so the stack starts anew.
    ld tp, VCPU_HART(a0)
    ld sp, HART_STACK_TOP(tp)
    la gp, __global_pointer$
    call handle_exit                # (vCPU that trapped) -> vCPU to go on with

# enter_guest(vcpu): does not return; the next trap starts above.
.globl enter_guest
enter_guest:
    ld t0, VCPU_SEPC(a0)
    ld t1, VCPU_SSTATUS(a0)
    ld t2, VCPU_HSTATUS(a0)
    csrw sepc, t0
    csrw sstatus, t1
    csrw hstatus, t2
    csrw sscratch, a0
    ld ra, VCPU_X+1*8(a0)
    ld sp, VCPU_X+2*8(a0)
    ld gp, VCPU_X+3*8(a0)
    ld tp, VCPU_X+4*8(a0)
    ld t0, VCPU_X+5*8(a0)
    ld t1, VCPU_X+6*8(a0)
    ld t2, VCPU_X+7*8(a0)
    ld s0, VCPU_X+8*8(a0)
    ld s1, VCPU_X+9*8(a0)
    ld a1, VCPU_X+11*8(a0)
    ld a2, VCPU_X+12*8(a0)
    ld a3, VCPU_X+13*8(a0)
    ld a4, VCPU_X+14*8(a0)
    ld a5, VCPU_X+15*8(a0)
    ld a6, VCPU_X+16*8(a0)
    ld a7, VCPU_X+17*8(a0)
    ld s2, VCPU_X+18*8(a0)
    ld s3, VCPU_X+19*8(a0)
    ld s4, VCPU_X+20*8(a0)
    ld s5, VCPU_X+21*8(a0)
    ld s6, VCPU_X+22*8(a0)
    ld s7, VCPU_X+23*8(a0)
    ld s8, VCPU_X+24*8(a0)
    ld s9, VCPU_X+25*8(a0)
    ld s10, VCPU_X+26*8(a0)
    ld s11, VCPU_X+27*8(a0)
    ld t3, VCPU_X+28*8(a0)
    ld t4, VCPU_X+29*8(a0)
    ld t5, VCPU_X+30*8(a0)
    ld t6, VCPU_X+31*8(a0)
    ld a0, VCPU_X+10*8(a0)
    sret

# A trap inside the hypervisor: a guest access (HLV, HLVX, HSV) that faulted, which guest-access.ts announced, or a panic.
# tp is the hart's here. HLV and its kin are never compressed, so the next instruction is 4 bytes on.
host_trap:
    csrrw a0, sscratch, zero
    sd t0, HART_FRAME+5*8(tp)
    ld t0, HART_FAULT_EXPECTED(tp)
    beqz t0, host_panic
    csrr t0, scause
    sd t0, HART_FAULT_CAUSE(tp)
    csrr t0, stval
    sd t0, HART_FAULT_ADDRESS(tp)
    csrr t0, htval
    sd t0, HART_FAULT_GUEST_ADDRESS(tp)
    csrr t0, sepc
    addi t0, t0, 4
    csrw sepc, t0
    ld t0, HART_FRAME+5*8(tp)
    sret

host_panic:
    sd ra, HART_FRAME+1*8(tp)
    sd sp, HART_FRAME+2*8(tp)
    sd gp, HART_FRAME+3*8(tp)
    sd tp, HART_FRAME+4*8(tp)
    sd t1, HART_FRAME+6*8(tp)
    sd t2, HART_FRAME+7*8(tp)
    sd s0, HART_FRAME+8*8(tp)
    sd s1, HART_FRAME+9*8(tp)
    sd a0, HART_FRAME+10*8(tp)
    sd a1, HART_FRAME+11*8(tp)
    sd a2, HART_FRAME+12*8(tp)
    sd a3, HART_FRAME+13*8(tp)
    sd a4, HART_FRAME+14*8(tp)
    sd a5, HART_FRAME+15*8(tp)
    sd a6, HART_FRAME+16*8(tp)
    sd a7, HART_FRAME+17*8(tp)
    sd s2, HART_FRAME+18*8(tp)
    sd s3, HART_FRAME+19*8(tp)
    sd s4, HART_FRAME+20*8(tp)
    sd s5, HART_FRAME+21*8(tp)
    sd s6, HART_FRAME+22*8(tp)
    sd s7, HART_FRAME+23*8(tp)
    sd s8, HART_FRAME+24*8(tp)
    sd s9, HART_FRAME+25*8(tp)
    sd s10, HART_FRAME+26*8(tp)
    sd s11, HART_FRAME+27*8(tp)
    sd t3, HART_FRAME+28*8(tp)
    sd t4, HART_FRAME+29*8(tp)
    sd t5, HART_FRAME+30*8(tp)
    sd t6, HART_FRAME+31*8(tp)
    # The stack may be what is broken (its guard page was hit), so the report has one of its own: that of the first hart that panics.
    la t0, panic_lottery
    li t1, 1
    amoswap.w.aqrl t0, t1, (t0)
    bnez t0, 1f
    la sp, emergency_stack_top
    la gp, __global_pointer$
    addi a0, tp, HART_FRAME
    call panic_trap
1:  wfi
    j 1b
