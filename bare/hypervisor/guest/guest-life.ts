/**
 * How a guest ends or reboots: one of its vCPUs says so, the others are called off their harts, and the hart that the last of them
 * leaves gives everything back that the guest had. After the last guest the machine is turned off.
 */

import { print, printDecimal } from '../../lib/print.ts';
import { csrr_time, csrw_hgatp } from '../../rv/csr.ts';
import { beginMessage, endMessage, lockConsole, unlockConsole } from '../console/console.ts';
import { letInputGoOn } from '../console/console-input.ts';
import { closeConsole, flush } from '../console/guest-console.ts';
import { lockDevices, unlockDevices } from '../devices/device-lock.ts';
import { currentHart, otherHarts } from '../harts/hart.ts';
import { hostFenceAllGuests, hostShutDown } from '../host/host-sbi.ts';
import { flushGuests } from '../memory/gstage.ts';
import { reportEnd } from '../report/report.ts';
import { charge, removeVcpu, setState } from '../vcpu/run-queue.ts';
import { kick, lockScheduler, unlockScheduler, wake } from '../vcpu/scheduler.ts';
import { OFF, RUNNING, Vcpu } from '../vcpu/vcpu.ts';
import { evictVcpu } from '../vcpu/vcpu-switch.ts';
import { freeGuest, loadGuest } from './create-guest.ts';
import { GUEST_REBOOTING, GUEST_REFUSED, GUEST_RUNNING, GUEST_SHUT_DOWN, Guest, vcpuOf } from './guest.ts';

let firstGuest: Guest | null = null;
/** Guests that run or reboot. */
let alive: u64 = 0;
let shutDown: u64 = 0;
let failed: u64 = 0;

/** A new guest: it will run, or has been refused. */
export function addGuest(guest: Guest): void {
  guest.next = firstGuest;
  firstGuest = guest;
  if (guest.state == GUEST_REFUSED) failed++;
  else alive++;
}

/** Lets all guests run; when there are none, turns the machine off. */
export function beginGuests(): void {
  lockScheduler();
  let guest = firstGuest;
  while (guest) {
    if (guest.state != GUEST_REFUSED) wake(vcpuOf(guest, 0));
    guest = guest.next;
  }
  finishIfDone();
  unlockScheduler();
}

/**
 * The guest of the vCPU, which has just trapped, shall not go on: `state` says why. Of several vCPUs that say so at once the first
 * is heard. The handler's outcome is STOP.
 */
export function leaveRunning(vcpu: Vcpu, state: u32): void {
  const guest = vcpu.guest;
  lockScheduler();
  const isFirst = guest.state == GUEST_RUNNING;
  if (isFirst) {
    guest.state = state;
    for (let id: usize = 0; id < guest.vcpuCount; id++) callOff(vcpuOf(guest, id));
  }
  unlockScheduler();
  if (!isFirst) return;
  lockDevices();
  lockConsole();
  flush(guest.console);
  reportEnd(vcpu);
  unlockConsole();
  unlockDevices();
}

/** Under the scheduler's lock. */
function callOff(vcpu: Vcpu): void {
  if (vcpu.state != RUNNING) setState(vcpu, OFF);
  else if (vcpu.hart !== currentHart()) kick(vcpu.hart);
}

/** Under the scheduler's lock. */
export function isAnyRunning(guest: Guest): bool {
  for (let id: usize = 0; id < guest.vcpuCount; id++) {
    if (vcpuOf(guest, id).state == RUNNING) return true;
  }
  return false;
}

/** The guest has left RUNNING, and its vCPUs their harts. The caller has the scheduler's lock, before and after. */
export function concludeGuest(guest: Guest): void {
  for (let id: usize = 0; id < guest.vcpuCount; id++) {
    evictVcpu(vcpuOf(guest, id));
    removeVcpu(vcpuOf(guest, id));
  }
  unlockScheduler();
  forgetTranslations();
  freeGuest(guest);
  const start = csrr_time();
  const goesOn = guest.state == GUEST_REBOOTING && loadGuest(guest);
  if (!goesOn) {
    lockDevices();
    closeConsole(guest.console);
    letInputGoOn();
    unlockDevices();
  }
  lockScheduler();
  if (goesOn) {
    guest.state = GUEST_RUNNING;
    const vcpu = vcpuOf(guest, 0);
    wake(vcpu);
    // A guest that reboots without end shall have no more of the hart for it than by running.
    charge(vcpu, csrr_time() - start);
  } else {
    alive--;
    if (guest.state == GUEST_SHUT_DOWN) shutDown++;
    else failed++;
    finishIfDone();
  }
}

/** Translations of the guest, whose VMID is in hgatp, may still be cached in harts where it ran; another guest may get its pages. */
function forgetTranslations(): void {
  const others = otherHarts();
  if (others) hostFenceAllGuests(others);
  flushGuests();
  csrw_hgatp(0);
}

/** Says how it went and turns the machine off, if no guest is left. */
function finishIfDone(): void {
  if (alive) return;
  beginMessage();
  print('done: ');
  printDecimal(shutDown);
  print(' shut down, ');
  printDecimal(failed);
  print(' failed');
  endMessage();
  hostShutDown(failed != 0);
}
