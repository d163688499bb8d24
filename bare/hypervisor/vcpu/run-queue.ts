/**
 * Which vCPU is next: a fair share of the harts for each, by its weight. Everything here is under the scheduler's lock.
 *
 * A vCPU's virtual time is what it has had of the harts divided by its weight; of those that are ready the one with the least is
 * next. One that comes back from waiting starts at most the granularity behind the others, so that waiting saves up no right to the hart.
 */
import { Guest } from '../guest/guest.ts';
import { Hart } from '../harts/hart.ts';
import { DEFAULT_WEIGHT } from '../limits.ts';
import { OFF, READY, RUNNING, Vcpu, WAITING } from './vcpu.ts';

/** A vCPU that runs is not taken off its hart for one that is behind it by less; in ticks. */
let granularity: u64 = 0;

let first: Vcpu | null = null;
/** vCPUs that are not off, and whose guests are not paused. */
let started: usize = 0;
/** The virtual time of the vCPU that was picked last, or of one before that had more. */
let latest: u64 = 0;

/** `ticks` is how far vCPUs may come apart before one has to make place for another. */
export function setGranularity(ticks: u64): void {
  granularity = ticks;
}

/** Makes a vCPU, which is off, known. */
export function addVcpu(vcpu: Vcpu): void {
  vcpu.next = first;
  first = vcpu;
}

/** Takes out a vCPU, which is off. */
export function removeVcpu(vcpu: Vcpu): void {
  let before: Vcpu | null = null;
  let each = first;
  while (each && each !== vcpu) {
    before = each;
    each = each.next;
  }
  if (before) before.next = vcpu.next;
  else first = vcpu.next;
}

/** vCPUs that run, could run, or wait; those of guests that are paused left out. */
export function startedCount(): usize {
  return started;
}

export function setState(vcpu: Vcpu, state: u32): void {
  if (!vcpu.guest.isPaused) {
    if (vcpu.state == OFF && state != OFF) started++;
    if (vcpu.state != OFF && state == OFF) started--;
  }
  vcpu.state = state;
}

/** From now on no vCPU of the guest is picked, or becomes ready because its time has come. */
export function pauseVcpus(guest: Guest): void {
  started -= startedOf(guest);
  guest.isPaused = 1;
}

/** The vCPUs of the guest take part again. */
export function resumeVcpus(guest: Guest): void {
  guest.isPaused = 0;
  started += startedOf(guest);
}

function startedOf(guest: Guest): usize {
  let count: usize = 0;
  let each = first;
  while (each) {
    if (each.guest === guest && each.state != OFF) count++;
    each = each.next;
  }
  return count;
}

/** A vCPU that was off, waits or was paused can run, and could since `since`. */
export function makeReady(vcpu: Vcpu, since: u64): void {
  setState(vcpu, READY);
  vcpu.readySince = since;
  vcpu.virtualTime = max(vcpu.virtualTime, latest > granularity ? latest - granularity : 0);
}

/** The vCPU has had a hart for so many ticks. */
export function charge(vcpu: Vcpu, ticks: u64): void {
  vcpu.virtualTime += (ticks * DEFAULT_WEIGHT) / vcpu.weight;
}

/** The ready vCPU that the hart shall run next: of those with the least virtual time one that was here last. Null when none is ready. */
export function pickReady(hart: Hart): Vcpu | null {
  let found: Vcpu | null = null;
  let each = first;
  while (each) {
    if (canRun(each) && (!found || isBefore(each, found, hart))) found = each;
    each = each.next;
  }
  if (found) latest = max(latest, found.virtualTime);
  return found;
}

export function hasReady(): bool {
  let each = first;
  while (each) {
    if (canRun(each)) return true;
    each = each.next;
  }
  return false;
}

function canRun(vcpu: Vcpu): bool {
  return vcpu.state == READY && !vcpu.guest.isPaused;
}

/** Whether the vCPU waits for its time to come. */
function isWaiting(vcpu: Vcpu): bool {
  return vcpu.state == WAITING && !vcpu.guest.isPaused;
}

function isBefore(vcpu: Vcpu, other: Vcpu, hart: Hart): bool {
  if (vcpu.virtualTime != other.virtualTime) return vcpu.virtualTime < other.virtualTime;
  return vcpu.hart === hart && other.hart !== hart;
}

/** The vCPU on a hart that has had most, if that is so much that `vcpu` should have its place; or null. */
export function mostAhead(vcpu: Vcpu): Vcpu | null {
  let found: Vcpu | null = null;
  let each = first;
  while (each) {
    if (each.state == RUNNING && each.virtualTime > vcpu.virtualTime + granularity) {
      if (!found || each.virtualTime > found.virtualTime) found = each;
    }
    each = each.next;
  }
  return found;
}

/** Makes those ready whose time has come. */
export function wakeExpired(now: u64): void {
  let each = first;
  while (each) {
    if (isWaiting(each) && each.wakeTime <= now) makeReady(each, now);
    each = each.next;
  }
}

/** When the first of the waiting vCPUs wakes that ran last on the hart; all ones for never. */
export function earliestWake(hart: Hart): u64 {
  let time: u64 = ~0;
  let each = first;
  while (each) {
    if (isWaiting(each) && each.hart === hart) time = min(time, each.wakeTime);
    each = each.next;
  }
  return time;
}
