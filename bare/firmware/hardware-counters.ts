/**
 * The hardware's counters: 0 counts cycles, 2 retired instructions, 3 and up what their event selectors say (Priv. 1.13, "Hardware
 * Performance Monitor"; Sscofpmf). Which of them counts what is said by the device tree (OpenSBI's binding `riscv,pmu`).
 */

import { fdtCell, fdtFindCompatible, fdtProperty, fdtPropertyData, fdtPropertyLength } from '../lib/fdt.ts';
import {
  csrc_mcountinhibit,
  csrr_mcountinhibit,
  csrr_scountovf,
  csrs_mcountinhibit,
  csrw_mcountinhibit,
} from '../rv/csr.ts';
import { SBI_PMU_HW_CPU_CYCLES, SBI_PMU_HW_INSTRUCTIONS } from '../rv/sbi.ts';
import { expectTrap, trapOccurred } from './expected-trap.ts';

/** Of counters.S. */
declare function read_counter(number: u64): u64;
declare function write_counter(number: u64, value: u64): void;
declare function read_event(number: u64): u64;
declare function write_event(number: u64, value: u64): void;

export const CYCLE: u64 = 0;
export const INSTRET: u64 = 2;
export const FIRST_PROGRAMMABLE: u64 = 3;
const LAST: u64 = 31;

/** Bits of mhpmevent (Sscofpmf). */
const OF: u64 = (<u64>1) << 63;
const MINH: u64 = (<u64>1) << 62;

/** Programmable counters: those from 3 on without a gap. */
export let programmableCounters: u64 = 0;
/** mcountinhibit, without which nothing can be stopped. */
export let hasCounterInhibit: bool = false;
/** Sscofpmf: interrupts when counters overflow, and counting by mode. */
export let hasCounterOverflow: bool = false;

/** Rows of `riscv,event-to-mhpmcounters`: first event, last event, mask of counters; the device tree is the next stage's later. */
const MAP_ROWS: u32 = 16;
const counterMap: usize = memory.data(16 * 12, 4);
let counterMapRows: u32 = 0;
/** Rows of `riscv,event-to-mhpmevent`: event, selector as two cells. */
const selectorMap: usize = memory.data(16 * 12, 4);
let selectorMapRows: u32 = 0;

/** On the hart that boots, taken to be like the others. */
export function probeCounters(fdt: usize): void {
  expectTrap();
  csrr_mcountinhibit();
  hasCounterInhibit = !trapOccurred();
  expectTrap();
  csrr_scountovf();
  hasCounterOverflow = !trapOccurred();
  while (FIRST_PROGRAMMABLE + programmableCounters <= LAST && isWritable(FIRST_PROGRAMMABLE + programmableCounters)) {
    programmableCounters++;
  }
  const pmu = fdtFindCompatible(fdt, 0, 'riscv,pmu');
  if (pmu == 0) return;
  counterMapRows = readMap(fdtProperty(fdt, pmu, 'riscv,event-to-mhpmcounters'), counterMap);
  selectorMapRows = readMap(fdtProperty(fdt, pmu, 'riscv,event-to-mhpmevent'), selectorMap);
}

/** A counter that is not implemented reads as 0. */
function isWritable(number: u64): bool {
  expectTrap();
  write_counter(number, 1);
  const value = read_counter(number);
  write_counter(number, 0);
  return !trapOccurred() && value != 0;
}

/** Rows of three cells; those that there is no room for are left out. */
function readMap(property: usize, rows: usize): u32 {
  if (property == 0) return 0;
  const count = min<u32>(fdtPropertyLength(property) / 12, MAP_ROWS);
  for (let cell: u32 = 0; cell < 3 * count; cell++) {
    store<u32>(rows + 4 * cell, fdtCell(fdtPropertyData(property) + 4 * cell));
  }
  return count;
}

/** The counters that can count an event of type 0 or 1: bits by number. */
export function countersOf(event: u64): u64 {
  let counters: u64 = 0;
  if (event == SBI_PMU_HW_CPU_CYCLES) counters = (<u64>1) << CYCLE;
  if (event == SBI_PMU_HW_INSTRUCTIONS) counters = (<u64>1) << INSTRET;
  for (let row: u32 = 0; row < counterMapRows; row++) {
    const cells = counterMap + 12 * row;
    if (event >= load<u32>(cells) && event <= load<u32>(cells, 4)) counters |= load<u32>(cells, 8);
  }
  const programmable = (((<u64>1) << programmableCounters) - 1) << FIRST_PROGRAMMABLE;
  return counters & (programmable | ((<u64>1) << CYCLE) | ((<u64>1) << INSTRET));
}

/** What makes a counter count the event: where the board does not say, the event's own number, as the SBI recommends. */
function selectorOf(event: u64): u64 {
  for (let row: u32 = 0; row < selectorMapRows; row++) {
    const cells = selectorMap + 12 * row;
    if (load<u32>(cells) == event) return ((<u64>load<u32>(cells, 4)) << 32) | load<u32>(cells, 8);
  }
  return event;
}

/** Whether the counter has an event selector. */
export function isProgrammable(number: u64): bool {
  return number >= FIRST_PROGRAMMABLE;
}

/** `inhibited`: bits of mhpmevent by which the event is not counted in a mode. M-mode, the firmware's, is never counted. */
export function selectEvent(number: u64, event: u64, inhibited: u64): void {
  if (isProgrammable(number)) write_event(number, selectorOf(event) | (hasCounterOverflow ? inhibited | MINH : 0));
}

/** Gives a counter back: cycles and instructions are counted for all when nobody has taken their counters. */
export function releaseCounter(number: u64): void {
  if (isProgrammable(number)) write_event(number, 0);
  else csrc_mcountinhibit((<u64>1) << number);
}

/** It counts on, and interrupts when it passes its end. */
export function startCounter(number: u64): void {
  if (isProgrammable(number)) write_event(number, read_event(number) & ~OF);
  csrc_mcountinhibit((<u64>1) << number);
}

export function stopCounter(number: u64): void {
  csrs_mcountinhibit((<u64>1) << number);
}

export function counterValue(number: u64): u64 {
  return read_counter(number);
}

export function setCounterValue(number: u64, value: u64): void {
  write_counter(number, value);
}

export function hasOverflown(number: u64): bool {
  return hasCounterOverflow && isProgrammable(number) && (read_event(number) & OF) != 0;
}

/** As S-mode finds a hart: cycles and instructions are counted, nothing else. */
export function resetHardwareCounters(): void {
  if (!hasCounterInhibit) return;
  for (let number = FIRST_PROGRAMMABLE; number < FIRST_PROGRAMMABLE + programmableCounters; number++) {
    write_event(number, 0);
  }
  csrw_mcountinhibit(~(<u64>7) & 0xffff_ffff);
}
