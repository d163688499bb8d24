/**
 * The counters that S-mode uses, numbered from 0 without gaps (SBI 3.0, "Performance Monitoring Unit Extension"): the hardware's, then
 * the firmware's. A counter is configured when it has an event, and only then can it be started.
 */
import { eventCount } from './events.ts';
import {
  CYCLE,
  counterValue,
  FIRST_PROGRAMMABLE,
  hasOverflown,
  INSTRET,
  programmableCounters,
  releaseCounter,
  resetHardwareCounters,
  selectEvent,
  setCounterValue,
  startCounter,
  stopCounter,
} from './hardware-counters.ts';
import { Hart } from './hart.ts';

/** Cycles and instructions. */
const FIXED_COUNTERS: u64 = 2;
export const FIRMWARE_COUNTERS: u64 = 16;
/** What `selectCounters` gives for a set with a counter that is not there. */
export const INVALID_COUNTERS: u64 = ~0;
/** No shared memory has this address. */
export const NO_SNAPSHOT: u64 = ~0;

/** Of a hart, which alone touches it. Behind it, for each firmware counter, lie its event and the value that it would have had at boot. */
class HartCounters {
  configured: u64;
  started: u64;
  /** Physical address of the snapshot memory. */
  snapshot: u64;
}
const FIRMWARE_COUNTER: usize = offsetof<HartCounters>();
const FIRMWARE_COUNTER_SIZE: usize = 16;
const VALUE: usize = 8;
const HART_COUNTERS_SIZE: usize = FIRMWARE_COUNTER + 16 * FIRMWARE_COUNTER_SIZE;
/** For HART_LIMIT harts of HART_COUNTERS_SIZE. */
const table: usize = memory.data(8 * (24 + 16 * 16), 8);

export function countersOfHart(hart: Hart): HartCounters {
  return changetype<HartCounters>(table + <usize>hart.id * HART_COUNTERS_SIZE);
}

export function hardwareCounters(): u64 {
  return FIXED_COUNTERS + programmableCounters;
}

export function totalCounters(): u64 {
  return hardwareCounters() + FIRMWARE_COUNTERS;
}

export function isFirmwareCounter(counter: u64): bool {
  return counter >= hardwareCounters();
}

/** The number of a hardware counter's CSR, from `cycle` on. */
export function csrNumber(counter: u64): u64 {
  if (counter == 0) return CYCLE;
  return counter == 1 ? INSTRET : counter - FIXED_COUNTERS + FIRST_PROGRAMMABLE;
}

/** The set of `mask` from `base` on as bits by number. */
export function selectCounters(base: u64, mask: u64): u64 {
  if (mask == 0) return 0;
  if (base >= totalCounters()) return INVALID_COUNTERS;
  const set = mask << base;
  return set >> base == mask && set >> totalCounters() == 0 ? set : INVALID_COUNTERS;
}

function firmwareCounter(hart: Hart, counter: u64): usize {
  const index = <usize>(counter - hardwareCounters());
  return changetype<usize>(countersOfHart(hart)) + FIRMWARE_COUNTER + index * FIRMWARE_COUNTER_SIZE;
}

export function isConfigured(hart: Hart, counter: u64): bool {
  return ((countersOfHart(hart).configured >> counter) & 1) != 0;
}

export function isStarted(hart: Hart, counter: u64): bool {
  return ((countersOfHart(hart).started >> counter) & 1) != 0;
}

/** `event` is the code of a firmware event, or a hardware event with its type; `inhibited` as `selectEvent` takes it. */
export function configure(hart: Hart, counter: u64, event: u64, inhibited: u64): void {
  countersOfHart(hart).configured |= (<u64>1) << counter;
  if (isFirmwareCounter(counter)) {
    store<u64>(firmwareCounter(hart, counter), event);
  } else {
    stopCounter(csrNumber(counter));
    selectEvent(csrNumber(counter), event, inhibited);
  }
}

export function release(hart: Hart, counter: u64): void {
  countersOfHart(hart).configured &= ~((<u64>1) << counter);
  if (!isFirmwareCounter(counter)) releaseCounter(csrNumber(counter));
}

export function start(hart: Hart, counter: u64): void {
  const value = currentValue(hart, counter);
  countersOfHart(hart).started |= (<u64>1) << counter;
  if (isFirmwareCounter(counter)) setValue(hart, counter, value);
  else startCounter(csrNumber(counter));
}

export function stop(hart: Hart, counter: u64): void {
  const value = currentValue(hart, counter);
  countersOfHart(hart).started &= ~((<u64>1) << counter);
  if (isFirmwareCounter(counter)) setValue(hart, counter, value);
  else stopCounter(csrNumber(counter));
}

/** A firmware counter that counts has what must be added to its event's count. */
export function currentValue(hart: Hart, counter: u64): u64 {
  if (!isFirmwareCounter(counter)) return counterValue(csrNumber(counter));
  const state = firmwareCounter(hart, counter);
  const stored = load<u64>(state, VALUE);
  return isStarted(hart, counter) ? stored + eventCount(hart, load<u64>(state)) : stored;
}

export function setValue(hart: Hart, counter: u64, value: u64): void {
  if (!isFirmwareCounter(counter)) {
    setCounterValue(csrNumber(counter), value);
    return;
  }
  const state = firmwareCounter(hart, counter);
  store<u64>(state, isStarted(hart, counter) ? value - eventCount(hart, load<u64>(state)) : value, VALUE);
}

/** Whether an overflow has been noted since the counter was started. */
export function overflown(counter: u64): bool {
  return !isFirmwareCounter(counter) && hasOverflown(csrNumber(counter));
}

/** As S-mode finds them when the hart starts. */
export function resetCounters(hart: Hart): void {
  const counters = countersOfHart(hart);
  counters.configured = 0;
  counters.started = 0;
  counters.snapshot = NO_SNAPSHOT;
  resetHardwareCounters();
}
