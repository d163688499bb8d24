/** Round robin: the vCPUs that can run stand in a ring, and each has the hart for a time slice. */

import { csrr_sip, csrr_time, SIP_SEIP } from '../rv/csr.ts';
import { wfi } from '../rv/intrinsics.ts';
import { flushGuests, vmidIsShared } from './gstage.ts';
import { hasInterrupt, NEVER, ownDeadline, raiseTimer, readTimer } from './guest-timer.ts';
import { serveHostInterrupts } from './host/interrupts.ts';
import { hostSetTimer } from './host-sbi.ts';
import { timebaseFrequency } from './machine.ts';
import { makeResident, Vcpu } from './vcpu.ts';

/** A slice is a hundredth of a second. */
const SLICES_A_SECOND: u64 = 100;

/** The vCPU that ran last: the one behind it is next. Meaningless while `ringSize` is 0. */
let last = changetype<Vcpu>(<usize>0);
let ringSize: u64 = 0;
let guestCount: u64 = 0;
let sliceEnd: u64 = NEVER;

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

/** The vCPU, which is resident, has executed wfi: others go first, until it has something to go on for. */
export function wait(vcpu: Vcpu): void {
  const timer = readTimer(vcpu);
  // Without a timer it could wait for ever; wfi may end for no reason, so it looks round now and then.
  vcpu.wakeTime = hasInterrupt() ? 0 : timer == NEVER ? csrr_time() + slice() : timer;
}

/** The vCPU that runs next, its state in the hart. When all wait, the hart sleeps until the first of them goes on. */
export function nextVcpu(): Vcpu {
  let vcpu = earliest();
  while (vcpu.wakeTime > csrr_time()) {
    hostSetTimer(vcpu.wakeTime);
    wfi();
    if (csrr_sip() & SIP_SEIP) serveHostInterrupts();
    vcpu = earliest();
  }
  vcpu.wakeTime = 0;
  last = vcpu;
  if (vcpu.hart.resident !== vcpu && vmidIsShared(guestCount)) flushGuests();
  makeResident(vcpu);
  raiseTimer(vcpu);
  sliceEnd = ringSize > 1 ? csrr_time() + slice() : NEVER;
  armTimer(vcpu);
  return vcpu;
}

/** Sets the hypervisor's timer for the end of the slice, or for the timer of the vCPU that runs if that is earlier. */
export function armTimer(vcpu: Vcpu): void {
  hostSetTimer(min(sliceEnd, ownDeadline(vcpu)));
}

/** The first vCPU behind the last one that need not wait, or else the one that waits the shortest. */
function earliest(): Vcpu {
  const now = csrr_time();
  let found = last.next;
  let vcpu = found;
  for (let tries: u64 = 0; tries < ringSize; tries++) {
    if (vcpu.wakeTime <= now) return vcpu;
    if (vcpu.wakeTime < found.wakeTime) found = vcpu;
    vcpu = vcpu.next;
  }
  return found;
}

/** Ticks of a time slice. */
function slice(): u64 {
  return timebaseFrequency() / SLICES_A_SECOND;
}
