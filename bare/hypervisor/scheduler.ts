/** Round robin: the vCPUs that can run stand in a ring, and each has the hart for a time slice. */

import { csrr_time } from '../rv/csr.ts';
import { wfi } from '../rv/intrinsics.ts';
import { flushGuests, vmidIsShared } from './gstage.ts';
import { hostSetTimer } from './host-sbi.ts';
import { timebaseFrequency } from './machine.ts';
import { makeResident, Vcpu } from './vcpu.ts';

/** A slice is a hundredth of a second. */
const SLICES_A_SECOND: u64 = 100;
/** A timer that never fires. */
const NEVER: u64 = ~0;

/** The vCPU that ran last: the one behind it is next. Meaningless while `ringSize` is 0. */
let last = changetype<Vcpu>(<usize>0);
let ringSize: u64 = 0;
let guestCount: u64 = 0;

/** Puts a vCPU behind all others. */
export function enqueue(vcpu: Vcpu): void {
  if (ringSize) {
    vcpu.next = last.next;
    last.next = vcpu;
  } else {
    vcpu.next = vcpu;
  }
  last = vcpu;
  ringSize++;
  guestCount++;
}

/** Takes a vCPU out for good. */
export function dequeue(vcpu: Vcpu): void {
  let before = vcpu;
  while (before.next !== vcpu) before = before.next;
  before.next = vcpu.next;
  if (last === vcpu) last = before;
  ringSize--;
  if (vcpu.hart.resident === vcpu) vcpu.hart.resident = null;
}

/** Nobody is left to run. */
export function isIdle(): bool {
  return ringSize == 0;
}

/**
 * The vCPU that runs next, its state in the hart: the one behind the last, leaving out those that wait while another does not.
 * When all wait, the hart sleeps for a slice first.
 */
export function nextVcpu(): Vcpu {
  let vcpu = last.next;
  for (let tries: u64 = 1; vcpu.waiting && tries < ringSize; tries++) vcpu = vcpu.next;
  if (vcpu.waiting) {
    startSlice();
    wfi();
  }
  vcpu.waiting = false;
  last = vcpu;
  if (vcpu.hart.resident !== vcpu && vmidIsShared(guestCount)) flushGuests();
  makeResident(vcpu);
  if (ringSize > 1) startSlice();
  else hostSetTimer(NEVER);
  return vcpu;
}

function startSlice(): void {
  hostSetTimer(csrr_time() + timebaseFrequency() / SLICES_A_SECOND);
}
