/**
 * The counters of a vCPU: SBI 3.0, "Performance Monitoring Unit Extension". First come hardware counters, the same and by the same CSRs
 * as the host has for guests (host-counters.ts), then firmware counters.
 *
 * A hardware counter is in use in a hart while it is started and its vCPU resident there; it counts nothing but that vCPU's own
 * instructions, which are the only ones in the guest's modes. What firmware counters count is counted always; a counter is a place from
 * which it counts.
 */
import { csrc_sip, csrr_sip, csrs_sip, csrw_hcounteren, HCOUNTEREN_TM, SIP_LCOFIP } from '../../rv/csr.ts';
import {
  SBI_PMU_EVENT_BITS,
  SBI_PMU_EVENT_CODE,
  SBI_PMU_EVENT_TYPE_SHIFT,
  SBI_PMU_FW_EVENTS,
  SBI_PMU_TYPE_FIRMWARE,
} from '../../rv/sbi.ts';
import { Hart } from '../harts/hart.ts';
import {
  canAnyCount,
  canCount,
  counterValue,
  csrNumber,
  giveCounterBack,
  giveCountersBack,
  hasOverflown,
  hostCounters,
  useCounter,
} from '../host/host-counters.ts';
import { allocate, free } from '../memory/heap.ts';

const FIRMWARE_COUNTERS: u64 = 16;
/** Of a counter that no event is mapped to. */
const NO_EVENT: u64 = ~0;

export class Pmu {
  /** Host address of the page of snapshots, or 0. */
  snapshot: usize;
  /** Counters that count, as bits. */
  started: u64;
  /** Those that have passed their end since they were started. */
  overflown: u64;
  /** hcounteren: what the guest reads without an exit. */
  readable: u64;
  /** sip.LCOFIP, while the vCPU has no hart. */
  interrupt: u64;
}

class Counter {
  /** Type and code, or NO_EVENT. */
  event: u64;
  data: u64;
  /** Of a hardware counter: the guest's modes that are left out, as `useCounter` takes them. */
  inhibited: u64;
  /** Its value; of a firmware counter that counts, less the event's count. */
  base: u64;
}

/** Counts of firmware events, then the counters, stand behind the fields. */
const PMU_EVENTS: usize = offsetof<Pmu>();
const PMU_COUNTER_LIST: usize = PMU_EVENTS + <usize>SBI_PMU_FW_EVENTS * 8;

function pmuSize(): usize {
  return PMU_COUNTER_LIST + <usize>totalCounters() * offsetof<Counter>();
}

export function createPmu(): Pmu {
  return changetype<Pmu>(allocate(pmuSize()));
}

export function freePmu(pmu: Pmu): void {
  free(changetype<usize>(pmu), pmuSize());
}

/** As after a reset of the hart: nothing is mapped, and nothing has happened. The vCPU is in no hart. */
export function resetPmu(pmu: Pmu): void {
  memory.fill(changetype<usize>(pmu), 0, pmuSize());
  for (let index: u64 = 0; index < totalCounters(); index++) counterOf(pmu, index).event = NO_EVENT;
  pmu.readable = HCOUNTEREN_TM;
}

export function totalCounters(): u64 {
  return hostCounters + FIRMWARE_COUNTERS;
}

export function isHardware(index: u64): bool {
  return index < hostCounters;
}

/** The event has happened to the vCPU; any hart may say so. */
export function countEvent(pmu: Pmu, event: u64): void {
  atomic.add<u64>(changetype<usize>(pmu) + PMU_EVENTS + <usize>(event << 3), 1);
}

// ---- What the guest does with a counter; its vCPU is resident.

/** Whether the counter, which is stopped, can count an event: `event` is type and code, `data` what else there is to it. */
export function isCountable(index: u64, event: u64, data: u64): bool {
  if (isFirmwareEvent(event, data)) return !isHardware(index);
  return isHardware(index) && event <= SBI_PMU_EVENT_BITS && canCount(index, event, data);
}

/** Whether any counter can, all hardware counters being out of the hart. */
export function isCountableByAny(event: u64, data: u64): bool {
  return isFirmwareEvent(event, data) || (event <= SBI_PMU_EVENT_BITS && canAnyCount(event, data));
}

function isFirmwareEvent(event: u64, data: u64): bool {
  const isOfFirmware = event >> SBI_PMU_EVENT_TYPE_SHIFT == SBI_PMU_TYPE_FIRMWARE;
  return isOfFirmware && (event & SBI_PMU_EVENT_CODE) < SBI_PMU_FW_EVENTS && data == 0;
}

export function isMapped(pmu: Pmu, index: u64): bool {
  return counterOf(pmu, index).event != NO_EVENT;
}

export function isStarted(pmu: Pmu, index: u64): bool {
  return ((pmu.started >> index) & 1) != 0;
}

/** Maps the counter, which is stopped, to an event that it can count. Its value stays. */
export function mapCounter(pmu: Pmu, index: u64, event: u64, data: u64, inhibited: u64): void {
  const counter = counterOf(pmu, index);
  counter.event = event;
  counter.data = data;
  counter.inhibited = inhibited;
}

/** The counter is stopped. */
export function unmapCounter(pmu: Pmu, index: u64): void {
  counterOf(pmu, index).event = NO_EVENT;
}

/** The counter, which is mapped, counts from its value on. */
export function startCounter(hart: Hart, pmu: Pmu, index: u64): void {
  if (isStarted(pmu, index)) return;
  pmu.started |= bit(index);
  pmu.overflown &= ~bit(index);
  const counter = counterOf(pmu, index);
  if (!isHardware(index)) {
    counter.base -= happened(pmu, counter);
    return;
  }
  beginCounting(hart, pmu, index);
  setReadable(pmu, pmu.readable | bit(csrNumber(index)));
}

export function stopCounter(hart: Hart, pmu: Pmu, index: u64): void {
  if (!isStarted(pmu, index)) return;
  const counter = counterOf(pmu, index);
  if (isHardware(index)) {
    noteValue(pmu, index);
    giveCounterBack(hart, index);
    // The value is in memory from now on, so reading it is an exit.
    setReadable(pmu, pmu.readable & ~bit(csrNumber(index)));
  } else {
    counter.base += happened(pmu, counter);
  }
  pmu.started &= ~bit(index);
}

export function readCounter(pmu: Pmu, index: u64): u64 {
  const counter = counterOf(pmu, index);
  if (!isStarted(pmu, index)) return counter.base;
  return isHardware(index) ? counterValue(index) : counter.base + happened(pmu, counter);
}

export function setCounter(hart: Hart, pmu: Pmu, index: u64, value: u64): void {
  const counts = isStarted(pmu, index);
  stopCounter(hart, pmu, index);
  counterOf(pmu, index).base = value;
  if (counts) startCounter(hart, pmu, index);
}

// ---- Which vCPU's hardware counters are in the hart

/** The vCPU, which is resident, leaves the hart: its counters' values are in memory too, and their interrupt is only there. */
export function suspendPmu(pmu: Pmu): void {
  noteValues(pmu);
  pmu.interrupt = csrr_sip() & SIP_LCOFIP;
  if (pmu.interrupt) csrc_sip(SIP_LCOFIP);
}

/** The vCPU, which is resident, gets the hart. */
export function resumePmu(pmu: Pmu): void {
  if (pmu.interrupt) csrs_sip(SIP_LCOFIP);
}

/** The vCPU becomes resident. */
export function loadPmu(hart: Hart, pmu: Pmu): void {
  giveCountersBack(hart);
  for (let left = hardwareStarted(pmu); left; left &= left - 1) beginCounting(hart, pmu, ctz(left));
  csrw_hcounteren(pmu.readable);
}

/** The resident vCPU's counters are taken out of the hart for a moment; `loadPmu` puts them back. */
export function unloadPmu(hart: Hart, pmu: Pmu): void {
  noteValues(pmu);
  giveCountersBack(hart);
}

function noteValues(pmu: Pmu): void {
  for (let left = hardwareStarted(pmu); left; left &= left - 1) noteValue(pmu, ctz(left));
}

function hardwareStarted(pmu: Pmu): u64 {
  return pmu.started & (bit(hostCounters) - 1);
}

function beginCounting(hart: Hart, pmu: Pmu, index: u64): void {
  const counter = counterOf(pmu, index);
  useCounter(hart, index, counter.event, counter.data, counter.inhibited, counter.base);
}

function noteValue(pmu: Pmu, index: u64): void {
  counterOf(pmu, index).base = counterValue(index);
  if (hasOverflown(index)) pmu.overflown |= bit(index);
}

function setReadable(pmu: Pmu, readable: u64): void {
  pmu.readable = readable;
  csrw_hcounteren(readable);
}

function bit(index: u64): u64 {
  return (<u64>1) << index;
}

function counterOf(pmu: Pmu, index: u64): Counter {
  return changetype<Counter>(changetype<usize>(pmu) + PMU_COUNTER_LIST + <usize>index * offsetof<Counter>());
}

function happened(pmu: Pmu, counter: Counter): u64 {
  const code = counter.event & SBI_PMU_EVENT_CODE;
  return atomic.load<u64>(changetype<usize>(pmu) + PMU_EVENTS + <usize>(code << 3));
}
