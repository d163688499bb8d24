import { GuestConsole } from '../console/guest-console.ts';
import { Hart } from '../harts/hart.ts';
import { HART_LIMIT, VCPU_LIMIT } from '../limits.ts';
import { PageTable } from '../memory/page-table.ts';
import { Region } from '../mmio/region.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { GuestConfiguration, printGuestName } from './guest-configuration.ts';

/** How a guest stands: it leaves RUNNING once, for one of the others, and comes back from REBOOTING alone. See guest-life.ts. */
export const GUEST_RUNNING: u32 = 0;
/** It asked for its shutdown, without a reason. */
export const GUEST_SHUT_DOWN: u32 = 1;
/** It asked for its shutdown and gave system failure as the reason. */
export const GUEST_FAILED: u32 = 2;
/** The hypervisor stopped it: it did what it cannot go on from. */
export const GUEST_STOPPED: u32 = 3;
/** Its image or configuration was refused, so it never ran. */
export const GUEST_REFUSED: u32 = 4;
/** Each of its harts has stopped itself, so that none is left to start another. */
export const GUEST_DESERTED: u32 = 5;
/** It asked for a reboot. */
export const GUEST_REBOOTING: u32 = 6;

/** A virtual machine. */
export class Guest {
  /** From 1. */
  number: u64;
  configuration: GuestConfiguration;
  /** Written by `leaveRunning` alone while the guest runs. */
  state: u32;
  /** Guest physical memory: [memoryStart, memoryStart + memorySize). */
  memoryStart: u64;
  memorySize: u64;
  gStage: PageTable;
  /** A lock of lib/lock.ts: one hart at a time scrubs memory. */
  scrubbing: u32;
  hgatp: u64;
  /** What its devices answer for. */
  regions: Region | null;
  /** What the guest's `time` is ahead of the host's, wrapping round: htimedelta. */
  timeDelta: u64;
  // Under the scheduler's lock: see guest-pause.ts.
  /** Not 0 from the moment on when it is to be paused. */
  isPaused: u32;
  /** While it is paused: `time` since when its own stands still; all ones until its vCPUs have left their harts. */
  pausedSince: u64;
  /** `vcpuOf` has those below. */
  vcpuCount: usize;
  next: Guest | null;
  console: GuestConsole;
  /** A GuestDevices, which only devices/guest-devices.ts knows; 0 where its memory leaves no room for them. */
  devices: usize;
}

/** The vCPUs, and who of them ran last on each of the host's harts, stand behind the fields. */
const GUEST_VCPUS: usize = offsetof<Guest>();
const GUEST_LAST: usize = GUEST_VCPUS + VCPU_LIMIT * 8;
export const GUEST_SIZE: usize = GUEST_LAST + HART_LIMIT * 8;

/** The guest's hart `id`, which is below `vcpuCount`. */
export function vcpuOf(guest: Guest, id: usize): Vcpu {
  return changetype<Vcpu>(load<usize>(changetype<usize>(guest) + GUEST_VCPUS + (id << 3)));
}

export function setVcpu(guest: Guest, id: usize, vcpu: Vcpu): void {
  store<usize>(changetype<usize>(guest) + GUEST_VCPUS + (id << 3), changetype<usize>(vcpu));
}

/** Whether the vCPU is the last of its guest that has been on the hart. */
export function wasLastOn(hart: Hart, vcpu: Vcpu): bool {
  return load<usize>(lastOn(hart, vcpu)) == changetype<usize>(vcpu);
}

export function noteLastOn(hart: Hart, vcpu: Vcpu): void {
  store<usize>(lastOn(hart, vcpu), changetype<usize>(vcpu));
}

function lastOn(hart: Hart, vcpu: Vcpu): usize {
  return changetype<usize>(vcpu.guest) + GUEST_LAST + (hart.index << 3);
}

export function printName(guest: Guest): void {
  printGuestName(guest.configuration.name, guest.number);
}
