/**
 * Interrupts that the hypervisor gives to vCPUs by hvip: Priv. 1.13, "Hypervisor Interrupt (hvip, hip, and hie) Registers". Any hart
 * may raise one in any vCPU. In a vCPU that runs elsewhere only that hart can: it is kicked, and does so on its way back.
 */
import { csrc_hvip, csrs_hvip } from '../../rv/csr.ts';
import { currentHart } from '../harts/hart.ts';
import { raiseTimer } from './guest-timer.ts';
import { kick, lockScheduler, unlockScheduler, wake } from './scheduler.ts';
import { RUNNING, Vcpu, WAITING } from './vcpu.ts';

/** Raises (HVIP_VSSIP, HVIP_VSEIP) in the vCPU. A level that others follow, as VSEIP is, stays up until it is lowered. */
export function raiseInterrupt(vcpu: Vcpu, bit: u64): void {
  lockScheduler();
  vcpu.raised |= bit;
  vcpu.lowered &= ~bit;
  if (vcpu.state == RUNNING) deliverOrKick(vcpu);
  else if (vcpu.state == WAITING && wakesBy(vcpu, 0, vcpu.vsie)) wake(vcpu);
  unlockScheduler();
}

export function lowerInterrupt(vcpu: Vcpu, bit: u64): void {
  lockScheduler();
  vcpu.lowered |= bit;
  vcpu.raised &= ~bit;
  if (vcpu.state == RUNNING) deliverOrKick(vcpu);
  unlockScheduler();
}

function deliverOrKick(vcpu: Vcpu): void {
  if (vcpu.hart === currentHart()) deliver(vcpu);
  else kick(vcpu.hart);
}

/** What other harts have given the vCPU, which has trapped, is in the hart from now on. */
export function deliverNow(vcpu: Vcpu): void {
  lockScheduler();
  deliver(vcpu);
  unlockScheduler();
}

/** Puts what was raised and lowered into the hart, where the vCPU is resident. Under the scheduler's lock. */
export function deliver(vcpu: Vcpu): void {
  if (vcpu.raised) csrs_hvip(vcpu.raised);
  if (vcpu.lowered) csrc_hvip(vcpu.lowered);
  vcpu.raised = 0;
  vcpu.lowered = 0;
  raiseTimer(vcpu);
}

/**
 * Whether a waiting vCPU goes on: an interrupt is pending that it has enabled, whatever sstatus.SIE says (Priv. 1.13, "Wait for
 * Interrupt"). `pending` are those in the hart, `vsie` the enabled ones, both as the guest sees them: a place below hvip's.
 */
export function wakesBy(vcpu: Vcpu, pending: u64, vsie: u64): bool {
  return (pending & vsie) != 0 || ((vcpu.raised >> 1) & vsie) != 0;
}
