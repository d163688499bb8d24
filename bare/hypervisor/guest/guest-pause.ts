/**
 * A guest is paused from outside, and goes on as if nothing had been: its vCPUs leave their harts and get none meanwhile, and its time
 * stands still from when the last of them has left. What its devices are given waits there.
 */
import { csrr_time } from '../../rv/csr.ts';
import { NEVER, stopTime, timerDeadline } from '../vcpu/guest-timer.ts';
import { makeReady, pauseVcpus, resumeVcpus } from '../vcpu/run-queue.ts';
import { findHart, kick, lockScheduler, reconsider, unlockScheduler } from '../vcpu/scheduler.ts';
import { READY, RUNNING, Vcpu, WAITING } from '../vcpu/vcpu.ts';
import { evictVcpu } from '../vcpu/vcpu-switch.ts';
import { GUEST_REBOOTING, GUEST_RUNNING, Guest, vcpuOf } from './guest.ts';
import { isAnyRunning } from './guest-life.ts';

/** Its vCPUs leave as soon as they have done what they are about. False when it is paused already, or over. */
export function pauseGuest(guest: Guest): bool {
  lockScheduler();
  const isAlive = guest.state == GUEST_RUNNING || guest.state == GUEST_REBOOTING;
  const isNew = isAlive && !guest.isPaused;
  if (isNew) {
    pauseVcpus(guest);
    guest.pausedSince = NEVER;
    // One that reboots has no vCPUs to be called off, and begins paused.
    if (guest.state == GUEST_RUNNING) callOff(guest);
  }
  unlockScheduler();
  return isNew;
}

function callOff(guest: Guest): void {
  for (let id: usize = 0; id < guest.vcpuCount; id++) {
    const vcpu = vcpuOf(guest, id);
    if (vcpu.state == RUNNING) kick(vcpu.hart);
  }
  noteStandstill(guest);
}

/** If the guest is paused and its last vCPU has left its hart, its time stands still from now on. Under the scheduler's lock. */
export function noteStandstill(guest: Guest): void {
  if (!guest.isPaused || guest.pausedSince != NEVER || guest.state != GUEST_RUNNING) return;
  if (!isAnyRunning(guest)) guest.pausedSince = csrr_time();
}

/** The guest goes on where it was, vCPUs that waited included. False when it is not paused. */
export function resumeGuest(guest: Guest): bool {
  lockScheduler();
  const isPaused = guest.isPaused != 0;
  if (isPaused) {
    resumeVcpus(guest);
    if (guest.state == GUEST_RUNNING) callBack(guest);
  }
  unlockScheduler();
  return isPaused;
}

function callBack(guest: Guest): void {
  // Some vCPU may not even have left: then time has never stood still.
  const length = guest.pausedSince == NEVER ? 0 : csrr_time() - guest.pausedSince;
  stopTime(guest, length);
  for (let id: usize = 0; id < guest.vcpuCount; id++) resumeVcpu(vcpuOf(guest, id), length);
}

/** `length` is how long the guest's time has stood still, in ticks; if it has, no hart runs the vCPU. */
function resumeVcpu(vcpu: Vcpu, length: u64): void {
  // htimedelta has changed.
  if (length) evictVcpu(vcpu);
  if (vcpu.state == READY) {
    // It has waited for a hart before the pause, or became ready during it: the pause itself is not stolen from it.
    makeReady(vcpu, min(vcpu.readySince, vcpu.guest.pausedSince) + length);
    findHart(vcpu);
  } else if (vcpu.state == WAITING) {
    vcpu.wakeTime = timerDeadline(vcpu);
    reconsider(vcpu.hart);
  }
}
