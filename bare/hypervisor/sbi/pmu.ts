/** SBI 3.0, "Performance Monitoring Unit Extension": the calls; what counts is in ../vcpu/pmu.ts. */
import {
  SBI_ERR_ALREADY_STARTED,
  SBI_ERR_ALREADY_STOPPED,
  SBI_ERR_FAILED,
  SBI_ERR_INVALID_ADDRESS,
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NO_SHMEM,
  SBI_ERR_NOT_SUPPORTED,
  SBI_PMU_CONFIG_AUTO_START,
  SBI_PMU_CONFIG_CLEAR_VALUE,
  SBI_PMU_CONFIG_FLAGS,
  SBI_PMU_CONFIG_SET_SINH,
  SBI_PMU_CONFIG_SET_UINH,
  SBI_PMU_CONFIG_SET_VSINH,
  SBI_PMU_CONFIG_SET_VUINH,
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
  SBI_PMU_EVENT_GET_INFO,
  SBI_PMU_EVENT_TYPE_SHIFT,
  SBI_PMU_INFO_FIRMWARE,
  SBI_PMU_NUM_COUNTERS,
  SBI_PMU_SNAPSHOT_SET_SHMEM,
  SBI_PMU_SNAPSHOT_SIZE,
  SBI_PMU_SNAPSHOT_VALUES,
  SBI_PMU_START_INIT_SNAPSHOT,
  SBI_PMU_START_SET_INIT_VALUE,
  SBI_PMU_STOP_RESET,
  SBI_PMU_STOP_TAKE_SNAPSHOT,
  SBI_PMU_TYPE_FIRMWARE,
  SBI_PMU_TYPE_RAW_V2,
  SBI_SUCCESS,
} from '../../rv/sbi.ts';
import { counterInfo } from '../host/host-counters.ts';
import { hostAddress } from '../memory/guest-memory.ts';
import {
  isCountable,
  isCountableByAny,
  isHardware,
  isMapped,
  isStarted,
  loadPmu,
  mapCounter,
  readCounter,
  setCounter,
  startCounter,
  stopCounter,
  totalCounters,
  unloadPmu,
  unmapCounter,
} from '../vcpu/pmu.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { fail, succeed } from './result.ts';
import { checkSharedMemory, isNoAddress } from './shared-memory.ts';

/** A call looks at so many entries: the guest must not hold the hart for as long as it likes. */
const MOST_ENTRIES: u64 = 256;
const NO_COUNTER: u64 = ~0;

export function handlePmu(vcpu: Vcpu): u32 {
  switch (<u32>min<u64>(vcpu.a6, 9)) {
    case <u32>SBI_PMU_NUM_COUNTERS:
      return succeed(vcpu, totalCounters());
    case <u32>SBI_PMU_COUNTER_GET_INFO:
      return getInfo(vcpu);
    case <u32>SBI_PMU_COUNTER_CONFIG_MATCHING:
      return configureMatching(vcpu);
    case <u32>SBI_PMU_COUNTER_START:
      return start(vcpu);
    case <u32>SBI_PMU_COUNTER_STOP:
      return stop(vcpu);
    case <u32>SBI_PMU_COUNTER_FW_READ:
      return isFirmwareCounter(vcpu.a0)
        ? succeed(vcpu, readCounter(vcpu.pmu, vcpu.a0))
        : fail(vcpu, SBI_ERR_INVALID_PARAM);
    case <u32>SBI_PMU_COUNTER_FW_READ_HI:
      return isFirmwareCounter(vcpu.a0) ? succeed(vcpu, 0) : fail(vcpu, SBI_ERR_INVALID_PARAM);
    case <u32>SBI_PMU_SNAPSHOT_SET_SHMEM:
      return setSnapshot(vcpu);
    case <u32>SBI_PMU_EVENT_GET_INFO:
      return getEventInfo(vcpu);
    default:
      return fail(vcpu, SBI_ERR_NOT_SUPPORTED);
  }
}

function isFirmwareCounter(index: u64): bool {
  return index < totalCounters() && !isHardware(index);
}

function getInfo(vcpu: Vcpu): u32 {
  if (vcpu.a0 >= totalCounters()) return fail(vcpu, SBI_ERR_INVALID_PARAM);
  return succeed(vcpu, isHardware(vcpu.a0) ? counterInfo(vcpu.a0) : SBI_PMU_INFO_FIRMWARE);
}

/** Whether the set of counters in a0 (the lowest) and a1 (bits from there) has one, and only those that there are. */
function isCounterSet(vcpu: Vcpu): bool {
  return vcpu.a0 < totalCounters() && vcpu.a1 != 0 && 63 - clz(vcpu.a1) < totalCounters() - vcpu.a0;
}

/** a2 are flags, a3 and a4 the event. */
function configureMatching(vcpu: Vcpu): u32 {
  const flags = vcpu.a2;
  if (!isCounterSet(vcpu) || flags & ~SBI_PMU_CONFIG_FLAGS) return fail(vcpu, SBI_ERR_INVALID_PARAM);
  const hart = vcpu.hart;
  const pmu = vcpu.pmu;
  let index = vcpu.a0 + ctz(vcpu.a1);
  if (flags & SBI_PMU_CONFIG_SKIP_MATCH) {
    if (!isMapped(pmu, index)) return fail(vcpu, SBI_ERR_INVALID_PARAM);
  } else {
    index = matching(vcpu);
    if (index == NO_COUNTER) return fail(vcpu, SBI_ERR_NOT_SUPPORTED);
    mapCounter(pmu, index, vcpu.a3, vcpu.a4, inhibitedModes(flags));
  }
  if (flags & SBI_PMU_CONFIG_CLEAR_VALUE) setCounter(hart, pmu, index, 0);
  if (flags & SBI_PMU_CONFIG_AUTO_START) startCounter(hart, pmu, index);
  return succeed(vcpu, index);
}

/** The first counter of the set that is stopped and can count the event, or NO_COUNTER. */
function matching(vcpu: Vcpu): u64 {
  for (let left = vcpu.a1; left; left &= left - 1) {
    const index = vcpu.a0 + ctz(left);
    if (!isStarted(vcpu.pmu, index) && isCountable(index, vcpu.a3, vcpu.a4)) return index;
  }
  return NO_COUNTER;
}

/** The guest's S- and U-mode are VS- and VU-mode; others that it leaves out it does not have. */
function inhibitedModes(flags: u64): u64 {
  return (
    (flags & SBI_PMU_CONFIG_SET_SINH ? SBI_PMU_CONFIG_SET_VSINH : 0) |
    (flags & SBI_PMU_CONFIG_SET_UINH ? SBI_PMU_CONFIG_SET_VUINH : 0)
  );
}

/** a2 are flags, a3 the value to start from. */
function start(vcpu: Vcpu): u32 {
  const flags = vcpu.a2;
  const pmu = vcpu.pmu;
  if (!isCounterSet(vcpu) || flags >= (SBI_PMU_START_SET_INIT_VALUE | SBI_PMU_START_INIT_SNAPSHOT))
    return fail(vcpu, SBI_ERR_INVALID_PARAM);
  for (let left = vcpu.a1; left; left &= left - 1) {
    if (!isMapped(pmu, vcpu.a0 + ctz(left))) return fail(vcpu, SBI_ERR_INVALID_PARAM);
  }
  if (flags & SBI_PMU_START_INIT_SNAPSHOT && !pmu.snapshot) return fail(vcpu, SBI_ERR_NO_SHMEM);
  for (let left = vcpu.a1; left; left &= left - 1) {
    if (isStarted(pmu, vcpu.a0 + ctz(left))) return fail(vcpu, SBI_ERR_ALREADY_STARTED);
  }
  for (let left = vcpu.a1; left; left &= left - 1) {
    const index = vcpu.a0 + ctz(left);
    if (flags & SBI_PMU_START_SET_INIT_VALUE) setCounter(vcpu.hart, pmu, index, vcpu.a3);
    if (flags & SBI_PMU_START_INIT_SNAPSHOT)
      setCounter(vcpu.hart, pmu, index, load<u64>(snapshotValue(vcpu, ctz(left))));
    startCounter(vcpu.hart, pmu, index);
  }
  return succeed(vcpu, 0);
}

/** a2 are flags. A counter that is stopped already is an error, but reset and put into the snapshot too. */
function stop(vcpu: Vcpu): u32 {
  const flags = vcpu.a2;
  const pmu = vcpu.pmu;
  if (!isCounterSet(vcpu) || flags > (SBI_PMU_STOP_RESET | SBI_PMU_STOP_TAKE_SNAPSHOT))
    return fail(vcpu, SBI_ERR_INVALID_PARAM);
  if (flags & SBI_PMU_STOP_TAKE_SNAPSHOT && !pmu.snapshot) return fail(vcpu, SBI_ERR_NO_SHMEM);
  let error = SBI_SUCCESS;
  for (let left = vcpu.a1; left; left &= left - 1) {
    const index = vcpu.a0 + ctz(left);
    if (!isStarted(pmu, index)) error = SBI_ERR_ALREADY_STOPPED;
    stopCounter(vcpu.hart, pmu, index);
    if (flags & SBI_PMU_STOP_TAKE_SNAPSHOT) store<u64>(snapshotValue(vcpu, ctz(left)), readCounter(pmu, index));
    if (flags & SBI_PMU_STOP_RESET) unmapCounter(pmu, index);
  }
  if (flags & SBI_PMU_STOP_TAKE_SNAPSHOT) store<u64>(pmu.snapshot, pmu.overflown >> vcpu.a0);
  return error == SBI_SUCCESS ? succeed(vcpu, 0) : fail(vcpu, error);
}

/** Where the value of the counter a0 + `bit` is; in the page, since there are so few counters. */
function snapshotValue(vcpu: Vcpu, bit: u64): usize {
  return vcpu.pmu.snapshot + SBI_PMU_SNAPSHOT_VALUES + <usize>(bit << 3);
}

/** a0 and a1 are the address of the page, a2 flags, which must be 0. */
function setSnapshot(vcpu: Vcpu): u32 {
  if (vcpu.a2 != 0) return fail(vcpu, SBI_ERR_INVALID_PARAM);
  if (isNoAddress(vcpu)) {
    vcpu.pmu.snapshot = 0;
    return succeed(vcpu, 0);
  }
  const error = checkSharedMemory(vcpu, SBI_PMU_SNAPSHOT_SIZE, SBI_PMU_SNAPSHOT_SIZE);
  if (error != SBI_SUCCESS) return fail(vcpu, error);
  vcpu.pmu.snapshot = hostAddress(vcpu.guest, vcpu.a0);
  return succeed(vcpu, 0);
}

/** a0 and a1 are the address of the entries, a2 their number, a3 flags, which must be 0. */
function getEventInfo(vcpu: Vcpu): u32 {
  const count = vcpu.a2;
  if (vcpu.a3 != 0) return fail(vcpu, SBI_ERR_INVALID_PARAM);
  if (count > vcpu.guest.memorySize / SBI_PMU_ENTRY_SIZE) return fail(vcpu, SBI_ERR_INVALID_ADDRESS);
  const error = checkSharedMemory(vcpu, count * SBI_PMU_ENTRY_SIZE, SBI_PMU_ENTRY_SIZE);
  if (error != SBI_SUCCESS) return fail(vcpu, error);
  if (count > MOST_ENTRIES) return fail(vcpu, SBI_ERR_FAILED);
  // Counters that count could not say what else they can.
  unloadPmu(vcpu.hart, vcpu.pmu);
  const isEncoded = describeEvents(vcpu, count);
  loadPmu(vcpu.hart, vcpu.pmu);
  return isEncoded ? succeed(vcpu, 0) : fail(vcpu, SBI_ERR_INVALID_PARAM);
}

/** Says of each entry from the guest's address a0 on whether its event can be counted; false at one that is no event. */
function describeEvents(vcpu: Vcpu, count: u64): bool {
  for (let number: u64 = 0; number < count; number++) {
    const entry = hostAddress(vcpu.guest, vcpu.a0 + number * SBI_PMU_ENTRY_SIZE);
    const event = load<u32>(entry);
    if (!isEncoded(event)) return false;
    const isCounted = isCountableByAny(event, load<u64>(entry, SBI_PMU_ENTRY_DATA));
    store<u32>(entry, isCounted ? 1 : 0, SBI_PMU_ENTRY_OUTPUT);
  }
  return true;
}

/** Whether event_idx is one that the specification knows the type of. */
function isEncoded(event: u64): bool {
  const type = event >> SBI_PMU_EVENT_TYPE_SHIFT;
  return type <= SBI_PMU_TYPE_RAW_V2 || type == SBI_PMU_TYPE_FIRMWARE;
}
