/**
 * Firmware counters of a vCPU: SBI 3.0, "Performance Monitoring Unit Extension". What can be counted is counted always; a counter
 * is a place from which it counts. Hardware counters are left to the guest's own `cycle`, `time` and `instret`.
 */
import {
  SBI_PMU_EVENT_CODE,
  SBI_PMU_EVENT_TYPE_SHIFT,
  SBI_PMU_FW_EVENTS,
  SBI_PMU_TYPE_FIRMWARE,
} from '../../rv/sbi.ts';
import { allocate, free } from '../memory/heap.ts';

export const PMU_COUNTERS: u64 = 16;
/** Of a counter that no event is mapped to. */
const NO_EVENT: u64 = ~0;

export class Pmu {
  /** Host address of the page of snapshots, or 0. */
  snapshot: usize;
}

class Counter {
  /** Code of a firmware event, or NO_EVENT. */
  event: u64;
  isStarted: u64;
  /** While it counts: its value less the event's count; otherwise its value. */
  base: u64;
}

/** Counts of events, then the counters, stand behind the fields. */
const PMU_EVENTS: usize = offsetof<Pmu>();
const PMU_COUNTER_LIST: usize = PMU_EVENTS + <usize>SBI_PMU_FW_EVENTS * 8;
const PMU_SIZE: usize = PMU_COUNTER_LIST + <usize>PMU_COUNTERS * offsetof<Counter>();

export function createPmu(): Pmu {
  return changetype<Pmu>(allocate(PMU_SIZE));
}

export function freePmu(pmu: Pmu): void {
  free(changetype<usize>(pmu), PMU_SIZE);
}

/** As after a reset of the hart: nothing is mapped, and nothing has happened. */
export function resetPmu(pmu: Pmu): void {
  memory.fill(changetype<usize>(pmu), 0, PMU_SIZE);
  for (let index: u64 = 0; index < PMU_COUNTERS; index++) counterOf(pmu, index).event = NO_EVENT;
}

/** The event has happened to the vCPU; any hart may say so. */
export function countEvent(pmu: Pmu, event: u64): void {
  atomic.add<u64>(changetype<usize>(pmu) + PMU_EVENTS + <usize>(event << 3), 1);
}

/** Whether counters can count it: `index` is type and code, `data` what else there is to it. */
export function isCountable(index: u64, data: u64): bool {
  const type = index >> SBI_PMU_EVENT_TYPE_SHIFT;
  return type == SBI_PMU_TYPE_FIRMWARE && (index & SBI_PMU_EVENT_CODE) < SBI_PMU_FW_EVENTS && data == 0;
}

export function isMapped(pmu: Pmu, index: u64): bool {
  return counterOf(pmu, index).event != NO_EVENT;
}

export function isStarted(pmu: Pmu, index: u64): bool {
  return counterOf(pmu, index).isStarted != 0;
}

/** Maps the counter, which is stopped, to a countable event. Its value stays. */
export function mapCounter(pmu: Pmu, index: u64, event: u64): void {
  counterOf(pmu, index).event = event & SBI_PMU_EVENT_CODE;
}

export function unmapCounter(pmu: Pmu, index: u64): void {
  counterOf(pmu, index).event = NO_EVENT;
}

/** The counter, which is mapped, counts from its value on. */
export function startCounter(pmu: Pmu, index: u64): void {
  const counter = counterOf(pmu, index);
  if (counter.isStarted) return;
  counter.base -= happened(pmu, counter);
  counter.isStarted = 1;
}

export function stopCounter(pmu: Pmu, index: u64): void {
  const counter = counterOf(pmu, index);
  if (!counter.isStarted) return;
  counter.base += happened(pmu, counter);
  counter.isStarted = 0;
}

export function readCounter(pmu: Pmu, index: u64): u64 {
  const counter = counterOf(pmu, index);
  return counter.isStarted ? counter.base + happened(pmu, counter) : counter.base;
}

export function setCounter(pmu: Pmu, index: u64, value: u64): void {
  const counter = counterOf(pmu, index);
  counter.base = counter.isStarted ? value - happened(pmu, counter) : value;
}

function counterOf(pmu: Pmu, index: u64): Counter {
  return changetype<Counter>(changetype<usize>(pmu) + PMU_COUNTER_LIST + <usize>index * offsetof<Counter>());
}

function happened(pmu: Pmu, counter: Counter): u64 {
  return atomic.load<u64>(changetype<usize>(pmu) + PMU_EVENTS + <usize>(counter.event << 3));
}
