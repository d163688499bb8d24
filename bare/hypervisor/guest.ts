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

/** Exceptions have codes below 24, interrupts below 16 come behind them. */
export const EXIT_CAUSES: usize = 40;
export const FIRST_INTERRUPT: u64 = 24;
const LINE_CAPACITY: usize = 128;

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
  vcpu: Vcpu;
  next: Guest | null;
  /** Bytes of the output line that is not finished: see guest-console.ts. */
  lineLength: usize;
}

/** Counts of exits by cause and the line buffer stand behind the fields. */
const GUEST_EXITS: usize = offsetof<Guest>();
const GUEST_LINE: usize = GUEST_EXITS + EXIT_CAUSES * 8;
export const GUEST_SIZE: usize = GUEST_LINE + LINE_CAPACITY;

/** Where the count of exits with a cause stands; `cause` is below EXIT_CAUSES. */
export function exitCounter(guest: Guest, cause: u64): usize {
  return changetype<usize>(guest) + GUEST_EXITS + ((<usize>cause) << 3);
}

/** The guest's line buffer, LINE_CAPACITY bytes. */
export function lineBuffer(guest: Guest): usize {
  return changetype<usize>(guest) + GUEST_LINE;
}

export function lineIsFull(guest: Guest): bool {
  return guest.lineLength == LINE_CAPACITY;
}

export function printName(guest: Guest): void {
  printGuestName(guest.name, guest.number);
}
