/** SBI 3.0, "Performance Monitoring Unit Extension". */
import {
  SBI_ERR_ALREADY_STARTED,
  SBI_ERR_ALREADY_STOPPED,
  SBI_ERR_INVALID_ADDRESS,
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NO_SHMEM,
  SBI_ERR_NOT_SUPPORTED,
  SBI_PMU_COUNTER_CONFIG_MATCHING,
  SBI_PMU_COUNTER_FW_READ,
  SBI_PMU_COUNTER_FW_READ_HI,
  SBI_PMU_COUNTER_GET_INFO,
  SBI_PMU_COUNTER_START,
  SBI_PMU_COUNTER_STOP,
  SBI_PMU_EVENT_GET_INFO,
  SBI_PMU_NUM_COUNTERS,
  SBI_PMU_SNAPSHOT_SET_SHMEM,
  SBI_SUCCESS,
} from '../../rv/sbi.ts';
import {
  configure,
  countersOfHart,
  csrNumber,
  currentValue,
  hardwareCounters,
  INVALID_COUNTERS,
  isConfigured,
  isFirmwareCounter,
  isStarted,
  NO_SNAPSHOT,
  overflown,
  release,
  selectCounters,
  setValue,
  start,
  stop,
  totalCounters,
} from '../counters.ts';
import { FIRMWARE_EVENTS } from '../events.ts';
import { countersOf, hasCounterInhibit, hasCounterOverflow, isProgrammable } from '../hardware-counters.ts';
import { argument, Hart } from '../hart.ts';
import { isSupervisorMemory } from '../platform.ts';

/** Of counter_get_info. */
const CSR_CYCLE: u64 = 0xc00;
const WIDTH_64: u64 = 63 << 12;
const TYPE_FIRMWARE: u64 = (<u64>1) << 63;

/** Of counter_config_matching. The filter bits lie in the order of those in mhpmevent. */
const CONFIG_SKIP_MATCH: u64 = 1;
const CONFIG_CLEAR_VALUE: u64 = 2;
const CONFIG_AUTO_START: u64 = 4;
const CONFIG_FILTERS: u64 = 0xf8;
const CONFIG_FLAGS: u64 = 0xff;
const FILTER_TO_MHPMEVENT: u64 = 55;

const START_SET_INIT_VALUE: u64 = 1;
const START_INIT_SNAPSHOT: u64 = 2;
const STOP_RESET: u64 = 1;
const STOP_TAKE_SNAPSHOT: u64 = 2;

/** event_idx: 16 bits of code below 4 bits of type. */
const EVENT_BITS: u64 = 0xfffff;
const CODE: u64 = 0xffff;
const TYPE_SHIFT: u64 = 16;
const TYPE_CACHE: u64 = 1;
const TYPE_FIRMWARE_EVENT: u64 = 15;

/** The snapshot: a bitmap of overflows, then a value a counter. */
const SNAPSHOT_SIZE: u64 = 4096;
const SNAPSHOT_VALUES: usize = 8;
const SNAPSHOT_COUNTERS: u64 = 64;

/** An entry of event_get_info: event_idx, output, event_data. */
const ENTRY_SIZE: u64 = 16;
const ENTRY_OUTPUT: usize = 4;
const ENTRY_DATA: usize = 8;

/** Counters cannot be stopped without mcountinhibit. */
export function hasPmu(): bool {
  return hasCounterInhibit;
}

export function handlePmu(hart: Hart, functionId: u64): i64 {
  if (!hasPmu()) return SBI_ERR_NOT_SUPPORTED;
  if (functionId == SBI_PMU_COUNTER_START) return startCounters(hart);
  if (functionId == SBI_PMU_COUNTER_STOP) return stopCounters(hart);
  if (functionId == SBI_PMU_COUNTER_CONFIG_MATCHING) return configureMatching(hart);
  if (functionId == SBI_PMU_COUNTER_GET_INFO) return counterInfo(hart);
  if (functionId == SBI_PMU_COUNTER_FW_READ || functionId == SBI_PMU_COUNTER_FW_READ_HI) {
    const counter = argument(hart, 0);
    if (counter >= totalCounters() || !isFirmwareCounter(counter)) return SBI_ERR_INVALID_PARAM;
    hart.value = functionId == SBI_PMU_COUNTER_FW_READ ? currentValue(hart, counter) : 0;
    return SBI_SUCCESS;
  }
  if (functionId == SBI_PMU_SNAPSHOT_SET_SHMEM) return setSnapshotMemory(hart);
  if (functionId == SBI_PMU_EVENT_GET_INFO) return eventInfo(hart);
  if (functionId != SBI_PMU_NUM_COUNTERS) return SBI_ERR_NOT_SUPPORTED;
  hart.value = totalCounters();
  return SBI_SUCCESS;
}

function counterInfo(hart: Hart): i64 {
  const counter = argument(hart, 0);
  if (counter >= totalCounters()) return SBI_ERR_INVALID_PARAM;
  hart.value = isFirmwareCounter(counter) ? TYPE_FIRMWARE : (CSR_CYCLE + csrNumber(counter)) | WIDTH_64;
  return SBI_SUCCESS;
}

/** The counters that can count an event: bits by number. */
function candidates(event: u64, data: u64): u64 {
  const type = event >> TYPE_SHIFT;
  if (data != 0 || event > EVENT_BITS) return 0;
  if (type == TYPE_FIRMWARE_EVENT) {
    const all = ((<u64>1) << totalCounters()) - ((<u64>1) << hardwareCounters());
    return (event & CODE) < FIRMWARE_EVENTS ? all : 0;
  }
  if (type > TYPE_CACHE) return 0;
  const numbers = countersOf(event);
  let counters: u64 = 0;
  for (let counter: u64 = 0; counter < hardwareCounters(); counter++) {
    counters |= ((numbers >> csrNumber(counter)) & 1) << counter;
  }
  return counters;
}

function lowest(set: u64): u64 {
  return set & (0 - set);
}

/** Of several, one that interrupts when it overflows, if the hart has such. */
function best(set: u64): u64 {
  let programmable: u64 = 0;
  for (let counter: u64 = 0; counter < hardwareCounters(); counter++) {
    if (isProgrammable(csrNumber(counter))) programmable |= (<u64>1) << counter;
  }
  return ctz<u64>(hasCounterOverflow && set & programmable ? set & programmable : set);
}

function configureMatching(hart: Hart): i64 {
  const set = selectCounters(argument(hart, 0), argument(hart, 1));
  const flags = argument(hart, 2);
  const event = argument(hart, 3);
  if (set == INVALID_COUNTERS || flags & ~CONFIG_FLAGS) return SBI_ERR_INVALID_PARAM;
  const counters = countersOfHart(hart);
  const free = flags & CONFIG_SKIP_MATCH ? lowest(set) & ~counters.started : set & ~counters.configured;
  const matching = free & candidates(event, argument(hart, 4));
  if (matching == 0) return SBI_ERR_NOT_SUPPORTED;
  const counter = best(matching);
  const code = isFirmwareCounter(counter) ? event & CODE : event;
  configure(hart, counter, code, (flags & CONFIG_FILTERS) << FILTER_TO_MHPMEVENT);
  if (flags & CONFIG_CLEAR_VALUE) setValue(hart, counter, 0);
  if (flags & CONFIG_AUTO_START) start(hart, counter);
  hart.value = counter;
  return SBI_SUCCESS;
}

/** Starts those that can be started, and says if there were others. */
function startCounters(hart: Hart): i64 {
  const base = argument(hart, 0);
  const set = selectCounters(base, argument(hart, 1));
  const flags = argument(hart, 2);
  const fromSnapshot = (flags & START_INIT_SNAPSHOT) != 0;
  if (set == INVALID_COUNTERS || flags >= START_INIT_SNAPSHOT + START_SET_INIT_VALUE) return SBI_ERR_INVALID_PARAM;
  const snapshot = countersOfHart(hart).snapshot;
  if (fromSnapshot && snapshot == NO_SNAPSHOT) return SBI_ERR_NO_SHMEM;
  let error: i64 = SBI_SUCCESS;
  for (let left = set; left != 0; left &= left - 1) {
    const counter = ctz<u64>(left);
    if (!isConfigured(hart, counter)) {
      error = SBI_ERR_INVALID_PARAM;
    } else if (isStarted(hart, counter)) {
      error = SBI_ERR_ALREADY_STARTED;
    } else {
      if (flags & START_SET_INIT_VALUE) setValue(hart, counter, argument(hart, 3));
      if (fromSnapshot) setValue(hart, counter, load<u64>(snapshotValue(snapshot, counter - base)));
      start(hart, counter);
    }
  }
  return error;
}

function stopCounters(hart: Hart): i64 {
  const base = argument(hart, 0);
  const set = selectCounters(base, argument(hart, 1));
  const flags = argument(hart, 2);
  if (set == INVALID_COUNTERS || flags > STOP_RESET + STOP_TAKE_SNAPSHOT) return SBI_ERR_INVALID_PARAM;
  const snapshot = countersOfHart(hart).snapshot;
  if (flags & STOP_TAKE_SNAPSHOT && snapshot == NO_SNAPSHOT) return SBI_ERR_NO_SHMEM;
  let error: i64 = SBI_SUCCESS;
  for (let left = set; left != 0; left &= left - 1) {
    const counter = ctz<u64>(left);
    if (isStarted(hart, counter)) stop(hart, counter);
    else error = SBI_ERR_ALREADY_STOPPED;
    if (flags & STOP_TAKE_SNAPSHOT) store<u64>(snapshotValue(snapshot, counter - base), currentValue(hart, counter));
  }
  if (flags & STOP_TAKE_SNAPSHOT) store<u64>(<usize>snapshot, overflowsFrom(hart, base));
  // After the snapshot, which tells of overflows that are forgotten with the event.
  for (let left = set; flags & STOP_RESET && left != 0; left &= left - 1) {
    if (isConfigured(hart, ctz<u64>(left))) release(hart, ctz<u64>(left));
  }
  return error;
}

function snapshotValue(snapshot: u64, index: u64): usize {
  return <usize>(snapshot + 8 * index) + SNAPSHOT_VALUES;
}

function overflowsFrom(hart: Hart, base: u64): u64 {
  let bitmap: u64 = 0;
  for (let counter = base; counter < totalCounters() && counter - base < SNAPSHOT_COUNTERS; counter++) {
    if (isConfigured(hart, counter) && overflown(counter)) bitmap |= (<u64>1) << (counter - base);
  }
  return bitmap;
}

function setSnapshotMemory(hart: Hart): i64 {
  const address = argument(hart, 0);
  const addressHigh = argument(hart, 1);
  if (argument(hart, 2) != 0) return SBI_ERR_INVALID_PARAM;
  const counters = countersOfHart(hart);
  if (address == NO_SNAPSHOT && addressHigh == NO_SNAPSHOT) {
    counters.snapshot = NO_SNAPSHOT;
    return SBI_SUCCESS;
  }
  if (address & (SNAPSHOT_SIZE - 1)) return SBI_ERR_INVALID_PARAM;
  if (addressHigh != 0 || !isSupervisorMemory(address, SNAPSHOT_SIZE)) return SBI_ERR_INVALID_ADDRESS;
  counters.snapshot = address;
  return SBI_SUCCESS;
}

function eventInfo(hart: Hart): i64 {
  const address = argument(hart, 0);
  const entries = argument(hart, 2);
  if (argument(hart, 3) != 0 || address & (ENTRY_SIZE - 1)) return SBI_ERR_INVALID_PARAM;
  const tooMany = entries > ~(<u64>0) / ENTRY_SIZE;
  if (argument(hart, 1) != 0 || tooMany || !isSupervisorMemory(address, entries * ENTRY_SIZE)) {
    return SBI_ERR_INVALID_ADDRESS;
  }
  for (let index: u64 = 0; index < entries; index++) {
    const entry = <usize>(address + index * ENTRY_SIZE);
    const event: u64 = load<u32>(entry);
    if (event > EVENT_BITS) return SBI_ERR_INVALID_PARAM;
    // The data means nothing for types 0 and 1.
    const data = event >> TYPE_SHIFT <= TYPE_CACHE ? 0 : load<u64>(entry, ENTRY_DATA);
    store<u32>(entry, candidates(event, data) != 0 ? 1 : 0, ENTRY_OUTPUT);
  }
  return SBI_SUCCESS;
}
