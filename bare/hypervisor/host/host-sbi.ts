/** What the hypervisor asks of the firmware below it: SBI 3.0, with the legacy calls where an extension is missing. */

import { csrw_stimecmp } from '../../rv/csr.ts';
import { sbi_call, wfi } from '../../rv/intrinsics.ts';
import {
  SBI_BASE,
  SBI_BASE_GET_MARCHID,
  SBI_BASE_GET_MIMPID,
  SBI_BASE_GET_MVENDORID,
  SBI_BASE_PROBE_EXTENSION,
  SBI_DBCN,
  SBI_DBCN_CONSOLE_READ,
  SBI_DBCN_CONSOLE_WRITE_BYTE,
  SBI_HSM,
  SBI_HSM_HART_START,
  SBI_IPI,
  SBI_IPI_SEND_IPI,
  SBI_LEGACY_CONSOLE_GETCHAR,
  SBI_LEGACY_CONSOLE_PUTCHAR,
  SBI_LEGACY_SET_TIMER,
  SBI_LEGACY_SHUTDOWN,
  SBI_PMU,
  SBI_PMU_COUNTER_CONFIG_MATCHING,
  SBI_PMU_COUNTER_GET_INFO,
  SBI_PMU_COUNTER_START,
  SBI_PMU_COUNTER_STOP,
  SBI_PMU_INFO_FIRMWARE,
  SBI_PMU_NUM_COUNTERS,
  SBI_PMU_START_SET_INIT_VALUE,
  SBI_PMU_STOP_RESET,
  SBI_RFENCE,
  SBI_RFENCE_REMOTE_FENCE_I,
  SBI_RFENCE_REMOTE_HFENCE_GVMA,
  SBI_RFENCE_REMOTE_HFENCE_VVMA,
  SBI_RFENCE_REMOTE_HFENCE_VVMA_ASID,
  SBI_SRST,
  SBI_SRST_REASON_NONE,
  SBI_SRST_REASON_SYSTEM_FAILURE,
  SBI_SRST_SYSTEM_RESET,
  SBI_SRST_TYPE_SHUTDOWN,
  SBI_TIME,
  SBI_TIME_SET_TIMER,
} from '../../rv/sbi.ts';
import { expectFault, Hart, takeFault } from '../harts/hart.ts';

let hasConsole: bool = false;
let hasTimer: bool = false;
let hasComparator: bool = false;
/** Whether other harts can be started, kicked, and made to forget translations. */
export let hasSmp: bool = false;
/** Where calls put their second result, and reads their byte: for boot, and for who has the lock of the devices. */
const value = new StaticArray<u64>(1);
const byteRead = new StaticArray<u8>(8);

export let hostVendorId: u64 = 0;
export let hostArchitectureId: u64 = 0;
export let hostImplementationId: u64 = 0;

function call(extension: u64, fn: u64, a0: u64 = 0, a1: u64 = 0, a2: u64 = 0, a3: u64 = 0, a4: u64 = 0): i64 {
  return sbi_call(a0, a1, a2, a3, a4, 0, fn, extension, 0);
}

/** As `call`, with the second result in `value`. */
function ask(extension: u64, fn: u64, a0: u64 = 0, a1: u64 = 0): i64 {
  return sbi_call(a0, a1, 0, 0, 0, 0, fn, extension, changetype<usize>(value));
}

/** Finds what the firmware has; before it the console uses the legacy calls. */
export function probeFirmware(): void {
  hasConsole = has(SBI_DBCN);
  hasTimer = has(SBI_TIME);
  hasSmp = has(SBI_HSM) && has(SBI_IPI) && has(SBI_RFENCE);
  hostVendorId = baseValue(SBI_BASE_GET_MVENDORID);
  hostArchitectureId = baseValue(SBI_BASE_GET_MARCHID);
  hostImplementationId = baseValue(SBI_BASE_GET_MIMPID);
}

/** Finds whether the hypervisor has a comparator of its own (Sstc), which the firmware must have enabled. */
export function probeHostTimer(hart: Hart): void {
  expectFault(hart);
  csrw_stimecmp(~0);
  hasComparator = takeFault(hart) == 0;
}

function has(extension: u64): bool {
  return ask(SBI_BASE, SBI_BASE_PROBE_EXTENSION, extension) == 0 && value[0] != 0;
}

function baseValue(fn: u64): u64 {
  return ask(SBI_BASE, fn) == 0 ? value[0] : 0;
}

export function hostPutByte(byte: u8): void {
  if (hasConsole) call(SBI_DBCN, SBI_DBCN_CONSOLE_WRITE_BYTE, byte);
  else call(SBI_LEGACY_CONSOLE_PUTCHAR, 0, byte);
}

/** A byte from the console, or -1 when none is there. For who has the lock of the devices. */
export function hostGetByte(): i64 {
  if (!hasConsole) return call(SBI_LEGACY_CONSOLE_GETCHAR, 0);
  const error = ask(SBI_DBCN, SBI_DBCN_CONSOLE_READ, 1, changetype<usize>(byteRead));
  return error == 0 && value[0] == 1 ? <i64>byteRead[0] : -1;
}

/** A supervisor timer interrupt when `time` reaches this; the pending one is cleared. */
export function hostSetTimer(time: u64): void {
  if (hasComparator) csrw_stimecmp(time);
  else if (hasTimer) call(SBI_TIME, SBI_TIME_SET_TIMER, time);
  else call(SBI_LEGACY_SET_TIMER, 0, time);
}

/** Starts the hart at `address` with `argument` in a1; false when it is not stopped. */
export function hostStartHart(id: u64, address: usize, argument: u64): bool {
  return call(SBI_HSM, SBI_HSM_HART_START, id, address, argument) == 0;
}

/** A supervisor software interrupt for the hart. */
export function hostSendIpi(id: u64): void {
  call(SBI_IPI, SBI_IPI_SEND_IPI, 1, id);
}

// Fences on other harts; those that are not listed, or have not started, go on undisturbed. Bit n of `harts` is the hart with id n.

export function hostFenceI(harts: u64): void {
  call(SBI_RFENCE, SBI_RFENCE_REMOTE_FENCE_I, harts, 0);
}

/** Guest virtual addresses from `start` on, `size` bytes, in all address spaces of the guest whose VMID is in this hart's hgatp. */
export function hostFenceGuest(harts: u64, start: u64, size: u64): void {
  call(SBI_RFENCE, SBI_RFENCE_REMOTE_HFENCE_VVMA, harts, 0, start, size);
}

/** As above, in one address space. */
export function hostFenceGuestAsid(harts: u64, start: u64, size: u64, asid: u64): void {
  call(SBI_RFENCE, SBI_RFENCE_REMOTE_HFENCE_VVMA_ASID, harts, 0, start, size, asid);
}

/** G-stage translations of all guests, and VS-stage ones of the guest whose VMID is in hgatp. */
export function hostFenceAllGuests(harts: u64): void {
  call(SBI_RFENCE, SBI_RFENCE_REMOTE_HFENCE_GVMA, harts, 0);
  call(SBI_RFENCE, SBI_RFENCE_REMOTE_HFENCE_VVMA, harts, 0);
}

// Performance counters, each hart's for itself: host-counters.ts. Bit n of `mask` is the firmware's counter n.

/** How many counters there are. */
export function hostCounterCount(): u64 {
  return has(SBI_PMU) && ask(SBI_PMU, SBI_PMU_NUM_COUNTERS) == 0 ? value[0] : 0;
}

/** counter_info, or what says that it is one of the firmware's own. */
export function hostCounterInfo(counter: u64): u64 {
  return ask(SBI_PMU, SBI_PMU_COUNTER_GET_INFO, counter) == 0 ? value[0] : SBI_PMU_INFO_FIRMWARE;
}

/** One of the counters, which are stopped, shall count the event. False when none can. */
export function hostConfigureCounter(mask: u64, flags: u64, event: u64, data: u64): bool {
  return call(SBI_PMU, SBI_PMU_COUNTER_CONFIG_MATCHING, 0, mask, flags, event, data) == 0;
}

export function hostStartCounters(mask: u64, from: u64): void {
  call(SBI_PMU, SBI_PMU_COUNTER_START, 0, mask, SBI_PMU_START_SET_INIT_VALUE, from);
}

/** They count no more, and have no event. */
export function hostStopCounters(mask: u64): void {
  call(SBI_PMU, SBI_PMU_COUNTER_STOP, 0, mask, SBI_PMU_STOP_RESET);
}

/** Turns the machine off. */
export function hostShutDown(failed: bool): void {
  call(
    SBI_SRST,
    SBI_SRST_SYSTEM_RESET,
    SBI_SRST_TYPE_SHUTDOWN,
    failed ? SBI_SRST_REASON_SYSTEM_FAILURE : SBI_SRST_REASON_NONE,
  );
  call(SBI_LEGACY_SHUTDOWN, 0);
  while (true) wfi();
}
