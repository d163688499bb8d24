/** What the hypervisor asks of the firmware below it: SBI 3.0, with the legacy calls where an extension is missing. */

import { sbi_call, wfi } from '../rv/intrinsics.ts';
import {
  SBI_BASE,
  SBI_BASE_GET_MARCHID,
  SBI_BASE_GET_MIMPID,
  SBI_BASE_GET_MVENDORID,
  SBI_BASE_PROBE_EXTENSION,
  SBI_DBCN,
  SBI_DBCN_CONSOLE_READ,
  SBI_DBCN_CONSOLE_WRITE_BYTE,
  SBI_LEGACY_CONSOLE_GETCHAR,
  SBI_LEGACY_CONSOLE_PUTCHAR,
  SBI_LEGACY_SET_TIMER,
  SBI_LEGACY_SHUTDOWN,
  SBI_SRST,
  SBI_SRST_SYSTEM_RESET,
  SBI_TIME,
  SBI_TIME_SET_TIMER,
} from '../rv/sbi.ts';

/** SRST reset types and reasons: SBI 3.0, "System Reset Extension". */
const SHUTDOWN: u64 = 0;
const NO_REASON: u64 = 0;
const SYSTEM_FAILURE: u64 = 1;

let hasConsole: bool = false;
let hasTimer: bool = false;
/** Where calls put their second result, and reads their byte. */
const value = new StaticArray<u64>(1);
const byteRead = new StaticArray<u8>(8);

export let hostVendorId: u64 = 0;
export let hostArchitectureId: u64 = 0;
export let hostImplementationId: u64 = 0;

function call(extension: u64, fn: u64, a0: u64 = 0, a1: u64 = 0, a2: u64 = 0): i64 {
  return sbi_call(a0, a1, a2, 0, 0, 0, fn, extension, changetype<usize>(value));
}

/** Finds what the firmware has; before it the console uses the legacy calls. */
export function probeFirmware(): void {
  hasConsole = has(SBI_DBCN);
  hasTimer = has(SBI_TIME);
  hostVendorId = baseValue(SBI_BASE_GET_MVENDORID);
  hostArchitectureId = baseValue(SBI_BASE_GET_MARCHID);
  hostImplementationId = baseValue(SBI_BASE_GET_MIMPID);
}

function has(extension: u64): bool {
  return call(SBI_BASE, SBI_BASE_PROBE_EXTENSION, extension) == 0 && value[0] != 0;
}

function baseValue(fn: u64): u64 {
  return call(SBI_BASE, fn) == 0 ? value[0] : 0;
}

export function hostPutByte(byte: u8): void {
  if (hasConsole) call(SBI_DBCN, SBI_DBCN_CONSOLE_WRITE_BYTE, byte);
  else call(SBI_LEGACY_CONSOLE_PUTCHAR, 0, byte);
}

/** A byte from the console, or -1 when none is there. */
export function hostGetByte(): i64 {
  if (!hasConsole) return call(SBI_LEGACY_CONSOLE_GETCHAR, 0);
  const error = call(SBI_DBCN, SBI_DBCN_CONSOLE_READ, 1, changetype<usize>(byteRead));
  return error == 0 && value[0] == 1 ? <i64>byteRead[0] : -1;
}

/** A supervisor timer interrupt when `time` reaches this; the pending one is cleared. */
export function hostSetTimer(time: u64): void {
  if (hasTimer) call(SBI_TIME, SBI_TIME_SET_TIMER, time);
  else call(SBI_LEGACY_SET_TIMER, 0, time);
}

/** Turns the machine off. */
export function hostShutDown(failed: bool): void {
  call(SBI_SRST, SBI_SRST_SYSTEM_RESET, SHUTDOWN, failed ? SYSTEM_FAILURE : NO_REASON);
  call(SBI_LEGACY_SHUTDOWN, 0);
  while (true) wfi();
}
