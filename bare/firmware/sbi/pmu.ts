/** SBI 3.0, "Performance Monitoring Unit Extension". */
import {
  SBI_ERR_ALREADY_STARTED,
  SBI_ERR_ALREADY_STOPPED,
  SBI_ERR_INVALID_ADDRESS,
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NO_SHMEM,
  SBI_ERR_NOT_SUPPORTED,
  SBI_PMU_CONFIG_AUTO_START,
  SBI_PMU_CONFIG_CLEAR_VALUE,
  SBI_PMU_CONFIG_FLAGS,
  SBI_PMU_CONFIG_SKIP_MATCH,
  SBI_PMU_COUNTER_CONFIG_MATCHING,
  SBI_PMU_COUNTER_FW_READ,
  SBI_PMU_COUNTER_FW_READ_HI,
  SBI_PMU_COUNTER_GET_INFO,
  SBI_PMU_COUNTER_START,
  SBI_PMU_COUNTER_STOP,
  SBI_PMU_ENTRY_DATA,
  SBI_PMU_ENTRY_OUTPUT,
  SBI_PMU_ENTRY_SIZE,
  SBI_PMU_EVENT_BITS,
  SBI_PMU_EVENT_CODE,
  SBI_PMU_EVENT_GET_INFO,
  SBI_PMU_EVENT_TYPE_SHIFT,
  SBI_PMU_FW_EVENTS,
  SBI_PMU_INFO_FIRMWARE,
  SBI_PMU_INFO_WIDTH_SHIFT,
  SBI_PMU_NUM_COUNTERS,
  SBI_PMU_SNAPSHOT_SET_SHMEM,
  SBI_PMU_SNAPSHOT_SIZE,
  SBI_PMU_SNAPSHOT_VALUES,
  SBI_PMU_START_INIT_SNAPSHOT,
  SBI_PMU_START_SET_INIT_VALUE,
  SBI_PMU_STOP_RESET,
  SBI_PMU_STOP_TAKE_SNAPSHOT,
  SBI_PMU_TYPE_CACHE,
  SBI_PMU_TYPE_FIRMWARE,
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
import { countersOf, hasCounterInhibit, hasCounterOverflow, isProgrammable } from '../hardware-counters.ts';
import { argument, Hart } from '../hart.ts';
import { isSupervisorMemory } from '../platform.ts';

const CSR_CYCLE: u64 = 0xc00;
const WIDTH_64: u64 = (<u64>63) << SBI_PMU_INFO_WIDTH_SHIFT;
/** The flags of counter_config_matching that filter lie in the order of their bits in mhpmevent. */
const CONFIG_FILTERS: u64 = 0xf8;
const FILTER_TO_MHPMEVENT: u64 = 55;
const SNAPSHOT_COUNTERS: u64 = 64;

/** Counters cannot be stopped without mcountinhibit. */
export function hasPmu(): bool {
  return hasCounterInhibit;
}

export function handlePmu(hart: Hart, functionId: u64): i64 {
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
  hart.value = isFirmwareCounter(counter) ? SBI_PMU_INFO_FIRMWARE : (CSR_CYCLE + csrNumber(counter)) | WIDTH_64;
  return SBI_SUCCESS;
}

/** The counters that can count an event: bits by number. */
function candidates(event: u64, data: u64): u64 {
  const type = event >> SBI_PMU_EVENT_TYPE_SHIFT;
  if (data != 0 || event > SBI_PMU_EVENT_BITS) return 0;
  if (type == SBI_PMU_TYPE_FIRMWARE) {
    const all = ((<u64>1) << totalCounters()) - ((<u64>1) << hardwareCounters());
    return (event & SBI_PMU_EVENT_CODE) < SBI_PMU_FW_EVENTS ? all : 0;
  }
  if (type > SBI_PMU_TYPE_CACHE) return 0;
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
  if (set == INVALID_COUNTERS || flags & ~SBI_PMU_CONFIG_FLAGS) return SBI_ERR_INVALID_PARAM;
  const counters = countersOfHart(hart);
  const free = flags & SBI_PMU_CONFIG_SKIP_MATCH ? lowest(set) & ~counters.started : set & ~counters.configured;
  const matching = free & candidates(event, argument(hart, 4));
  if (matching == 0) return SBI_ERR_NOT_SUPPORTED;
  const counter = best(matching);
  const code = isFirmwareCounter(counter) ? event & SBI_PMU_EVENT_CODE : event;
  configure(hart, counter, code, (flags & CONFIG_FILTERS) << FILTER_TO_MHPMEVENT);
  if (flags & SBI_PMU_CONFIG_CLEAR_VALUE) setValue(hart, counter, 0);
  if (flags & SBI_PMU_CONFIG_AUTO_START) start(hart, counter);
  hart.value = counter;
  return SBI_SUCCESS;
}

/** Starts those that can be started, and says if there were others. */
function startCounters(hart: Hart): i64 {
  const base = argument(hart, 0);
  const set = selectCounters(base, argument(hart, 1));
  const flags = argument(hart, 2);
  const fromSnapshot = (flags & SBI_PMU_START_INIT_SNAPSHOT) != 0;
  if (set == INVALID_COUNTERS || flags >= SBI_PMU_START_INIT_SNAPSHOT + SBI_PMU_START_SET_INIT_VALUE)
    return SBI_ERR_INVALID_PARAM;
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
      if (flags & SBI_PMU_START_SET_INIT_VALUE) setValue(hart, counter, argument(hart, 3));
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
  if (set == INVALID_COUNTERS || flags > SBI_PMU_STOP_RESET + SBI_PMU_STOP_TAKE_SNAPSHOT) return SBI_ERR_INVALID_PARAM;
  const snapshot = countersOfHart(hart).snapshot;
  if (flags & SBI_PMU_STOP_TAKE_SNAPSHOT && snapshot == NO_SNAPSHOT) return SBI_ERR_NO_SHMEM;
  let error: i64 = SBI_SUCCESS;
  for (let left = set; left != 0; left &= left - 1) {
    const counter = ctz<u64>(left);
    if (isStarted(hart, counter)) stop(hart, counter);
    else error = SBI_ERR_ALREADY_STOPPED;
    if (flags & SBI_PMU_STOP_TAKE_SNAPSHOT)
      store<u64>(snapshotValue(snapshot, counter - base), currentValue(hart, counter));
  }
  if (flags & SBI_PMU_STOP_TAKE_SNAPSHOT) store<u64>(<usize>snapshot, overflowsFrom(hart, base));
  // After the snapshot, which tells of overflows that are forgotten with the event.
  for (let left = set; flags & SBI_PMU_STOP_RESET && left != 0; left &= left - 1) {
    if (isConfigured(hart, ctz<u64>(left))) release(hart, ctz<u64>(left));
  }
  return error;
}

function snapshotValue(snapshot: u64, index: u64): usize {
  return <usize>(snapshot + 8 * index) + SBI_PMU_SNAPSHOT_VALUES;
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
  if (address & (SBI_PMU_SNAPSHOT_SIZE - 1)) return SBI_ERR_INVALID_PARAM;
  if (addressHigh != 0 || !isSupervisorMemory(address, SBI_PMU_SNAPSHOT_SIZE)) return SBI_ERR_INVALID_ADDRESS;
  counters.snapshot = address;
  return SBI_SUCCESS;
}

function eventInfo(hart: Hart): i64 {
  const address = argument(hart, 0);
  const entries = argument(hart, 2);
  if (argument(hart, 3) != 0 || address & (SBI_PMU_ENTRY_SIZE - 1)) return SBI_ERR_INVALID_PARAM;
  const tooMany = entries > ~(<u64>0) / SBI_PMU_ENTRY_SIZE;
  if (argument(hart, 1) != 0 || tooMany || !isSupervisorMemory(address, entries * SBI_PMU_ENTRY_SIZE)) {
    return SBI_ERR_INVALID_ADDRESS;
  }
  for (let index: u64 = 0; index < entries; index++) {
    const entry = <usize>(address + index * SBI_PMU_ENTRY_SIZE);
    const event: u64 = load<u32>(entry);
    if (event > SBI_PMU_EVENT_BITS) return SBI_ERR_INVALID_PARAM;
    // The data means nothing for types 0 and 1.
    const data = event >> SBI_PMU_EVENT_TYPE_SHIFT <= SBI_PMU_TYPE_CACHE ? 0 : load<u64>(entry, SBI_PMU_ENTRY_DATA);
    store<u32>(entry, candidates(event, data) != 0 ? 1 : 0, SBI_PMU_ENTRY_OUTPUT);
  }
  return SBI_SUCCESS;
}
