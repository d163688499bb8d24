/**
 * The timer of a vCPU, set by the SBI's TIME extension. With Sstc the hart compares for the guest (Sstc, "Virtual Supervisor Timer"),
 * otherwise the hypervisor's own timer stands in and raises hvip.VSTIP.
 */
import {
  csrc_henvcfg,
  csrc_hvip,
  csrr_henvcfg,
  csrr_time,
  csrr_vsie,
  csrr_vsip,
  csrr_vstimecmp,
  csrs_henvcfg,
  csrs_hvip,
  csrw_vstimecmp,
  HENVCFG_STCE,
  HVIP_VSTIP,
} from '../rv/csr.ts';
import { expectFault, Hart, takeFault } from './hart.ts';
import { Vcpu } from './vcpu.ts';

/** A time that does not come. */
export const NEVER: u64 = ~0;

let hasSstc: bool = false;

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

/** The vCPU, which is resident, gets a timer interrupt when `time` reaches this, and loses a pending one. */
export function setTimer(vcpu: Vcpu, time: u64): void {
  vcpu.timer = time;
  if (hasSstc) csrw_vstimecmp(time);
  else csrc_hvip(HVIP_VSTIP);
}

/** When the resident vCPU's timer comes. */
export function readTimer(vcpu: Vcpu): u64 {
  return hasSstc ? csrr_vstimecmp() : vcpu.timer;
}

/** When the hypervisor's timer must fire for the vCPU while it runs; with Sstc the hart itself takes care. */
export function ownDeadline(vcpu: Vcpu): u64 {
  return hasSstc ? NEVER : vcpu.timer;
}

/** Raises the interrupt of the resident vCPU's timer if it has come and the hart does not. */
export function raiseTimer(vcpu: Vcpu): void {
  if (hasSstc || vcpu.timer > csrr_time()) return;
  vcpu.timer = NEVER;
  csrs_hvip(HVIP_VSTIP);
}

/** Whether the resident vCPU, which has executed wfi, has an interrupt to go on for. */
export function hasInterrupt(): bool {
  return (csrr_vsip() & csrr_vsie()) != 0;
}
