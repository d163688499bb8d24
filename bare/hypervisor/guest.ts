import { GuestConsole } from './guest-console.ts';
import { GuestDevices } from './guest-devices.ts';
import { Region } from './mmio/region.ts';
import { printGuestName } from './modules.ts';
import { PageTable } from './page-table.ts';
import { Vcpu } from './vcpu.ts';

/** How a guest stands; it only ever goes from RUNNING to one of the others. */
export const GUEST_RUNNING: u32 = 0;
/** It asked for its shutdown, without a reason. */
export const GUEST_SHUT_DOWN: u32 = 1;
/** It asked for its shutdown and gave system failure as the reason. */
export const GUEST_FAILED: u32 = 2;
/** The hypervisor stopped it: it did what it cannot go on from. */
export const GUEST_STOPPED: u32 = 3;
/** Its image or configuration was refused, so it never ran. */
export const GUEST_REFUSED: u32 = 4;

/** Exits are counted by cause: exceptions by their code, of which 24 and up are reserved or custom, and interrupts behind them. */
const EXCEPTION_CODES: u64 = 32;
const INTERRUPT_CODES: u64 = 32;
/** How many counters there are. */
export const EXIT_COUNTERS: u64 = EXCEPTION_CODES + INTERRUPT_CODES;
const INTERRUPT_BIT: u64 = 1 << 63;

/** A virtual machine. */
export class Guest {
  /** From 1. */
  number: u64;
  /** NUL-terminated, or 0. */
  name: usize;
  state: u32;
  /** Guest physical memory: [memoryStart, memoryStart + memorySize). */
  memoryStart: u64;
  memorySize: u64;
  gStage: PageTable;
  hgatp: u64;
  /** What its devices answer for. */
  regions: Region | null;
  vcpu: Vcpu;
  next: Guest | null;
  console: GuestConsole;
  /** Null where its memory leaves no room for them. */
  devices: GuestDevices | null;
}

/** Counts of exits by cause stand behind the fields. */
const GUEST_EXITS: usize = offsetof<Guest>();
export const GUEST_SIZE: usize = GUEST_EXITS + <usize>EXIT_COUNTERS * 8;

/** Counts an exit; a cause that has no counter of its own is counted with one that has. */
export function countException(guest: Guest, cause: u64): void {
  count(guest, cause & (EXCEPTION_CODES - 1));
}

/** As above, for an interrupt. */
export function countInterrupt(guest: Guest, cause: u64): void {
  count(guest, EXCEPTION_CODES + (cause & (INTERRUPT_CODES - 1)));
}

function count(guest: Guest, index: u64): void {
  const counter = changetype<usize>(guest) + <usize>(index << 3);
  store<u64>(counter, load<u64>(counter, GUEST_EXITS) + 1, GUEST_EXITS);
}

/** The count at `index`, below EXIT_COUNTERS. */
export function exitCount(guest: Guest, index: u64): u64 {
  return load<u64>(changetype<usize>(guest) + <usize>(index << 3), GUEST_EXITS);
}

/** The cause that is counted at `index`, as scause has it. */
export function exitCause(index: u64): u64 {
  return index < EXCEPTION_CODES ? index : INTERRUPT_BIT | (index - EXCEPTION_CODES);
}

export function printName(guest: Guest): void {
  printGuestName(guest.name, guest.number);
}
