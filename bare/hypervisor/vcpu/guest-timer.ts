/**
 * The timer of a vCPU, set by the SBI's TIME extension or, with Sstc, by the guest itself: then the hart compares for the guest
 * (Sstc, "Virtual Supervisor Timer"), otherwise the hypervisor's own timer stands in and raises hvip.VSTIP.
 *
 * A guest's time begins with its boot: it is the host's plus `guest.timeDelta`, which the hart adds by htimedelta.
 */
import {
  csrc_henvcfg,
  csrc_hvip,
  csrr_henvcfg,
  csrr_time,
  csrr_vstimecmp,
  csrs_henvcfg,
  csrs_hvip,
  csrw_vstimecmp,
  HENVCFG_STCE,
  HVIP_VSTIP,
} from '../../rv/csr.ts';
import { Guest } from '../guest/guest.ts';
import { expectFault, Hart, takeFault } from '../harts/hart.ts';
import { Vcpu } from './vcpu.ts';

/** A time that does not come. */
export const NEVER: u64 = ~0;

/** Whether guests have a comparator of their own. */
export let hasSstc: bool = false;

/**
 * Finds out whether guests can have a comparator: henvcfg.STCE holds only if the firmware has enabled that. QEMU 7.2 holds it without
 * Sstc too, but not vstimecmp.
 */
export function probeGuestTimer(hart: Hart): void {
  csrs_henvcfg(HENVCFG_STCE);
  const isEnabled = (csrr_henvcfg() & HENVCFG_STCE) != 0;
  csrc_henvcfg(HENVCFG_STCE);
  expectFault(hart);
  csrw_vstimecmp(NEVER);
  hasSstc = takeFault(hart) == 0 && isEnabled;
}

/** The guest's time is 0 now. None of its vCPUs has run yet. */
export function startTime(guest: Guest): void {
  guest.timeDelta = 0 - csrr_time();
}

/** The guest's time, whose vCPUs are in no hart, has stood still for so many ticks. */
export function stopTime(guest: Guest, ticks: u64): void {
  guest.timeDelta -= ticks;
}

/** A new vCPU's timer is off. */
export function initializeTimer(vcpu: Vcpu): void {
  vcpu.timer = NEVER;
  if (hasSstc) vcpu.henvcfg |= HENVCFG_STCE;
}

/** With the other state of a vCPU that leaves the hart. */
export function saveTimer(vcpu: Vcpu): void {
  if (hasSstc) vcpu.timer = csrr_vstimecmp();
}

/** With the other state of a vCPU that takes the hart. */
export function loadTimer(vcpu: Vcpu): void {
  if (hasSstc) csrw_vstimecmp(vcpu.timer);
}

/** The vCPU, which is resident, gets a timer interrupt when its time reaches this, and loses a pending one. */
export function setTimer(vcpu: Vcpu, time: u64): void {
  vcpu.timer = time;
  if (hasSstc) csrw_vstimecmp(time);
  else csrc_hvip(HVIP_VSTIP);
}

/** When, in the host's time, the timer of a vCPU comes whose state is in memory. */
export function timerDeadline(vcpu: Vcpu): u64 {
  return hostTime(vcpu.guest, vcpu.timer);
}

/** When the hypervisor's timer must fire for the vCPU while it runs; with Sstc the hart itself takes care. */
export function ownDeadline(vcpu: Vcpu): u64 {
  return hasSstc ? NEVER : timerDeadline(vcpu);
}

/** Raises the interrupt of the resident vCPU's timer if it has come and the hart does not. */
export function raiseTimer(vcpu: Vcpu): void {
  if (hasSstc || timerDeadline(vcpu) > csrr_time()) return;
  vcpu.timer = NEVER;
  csrs_hvip(HVIP_VSTIP);
}

/** The host's time at the guest's `time`; NEVER for what is beyond all time. */
function hostTime(guest: Guest, time: u64): u64 {
  const now = csrr_time();
  const guestNow = now + guest.timeDelta;
  if (time <= guestNow) return 0;
  const left = time - guestNow;
  return left > NEVER - now ? NEVER : now + left;
}
