/** The exports of the core: README.md describes each. */
import { ACCESS_FETCH } from './access.ts';
import { codeWritten, dropDecodedPages } from './code.ts';
import { readCsr as readCsrValue, writeCsr as writeCsrValue } from './csr.ts';
import { isReadOnly } from './csr-access.ts';
import { refreshFloat } from './float/state.ts';
import { HART_LAST_EXECUTED, HART_LINES, HART_PHYSICAL, HART_VALUE, MACHINE_HARTS, MACHINE_SCRATCH } from './layout.ts';
import { endReservations } from './memory.ts';
import { dataContext, fetchContext } from './mode.ts';
import { ramAt } from './physical.ts';
import { reset } from './reset.ts';
import { run } from './run.ts';
import { mtime, nextTimerClock } from './time.ts';
import { flushAll, hartAt, resetTlb } from './tlb.ts';
import { locate } from './translate.ts';

/** The host writes memory as no hart does. */
const NO_HART: usize = 0;

export function resetHart(hart: u32): void {
  reset(hart);
}

export function hartLoaded(hart: u32): void {
  resetTlb(hartAt(hart));
  refreshFloat(hartAt(hart));
}

export function runHart(hart: u32, instructions: u32): u32 {
  return run(hartAt(hart), instructions);
}

export function executed(hart: u32): u32 {
  return load<u32>(hartAt(hart), HART_LAST_EXECUTED);
}

export function setInterrupt(hart: u32, bit: u32, level: u32): void {
  const lines = load<u32>(hartAt(hart), HART_LINES);
  const mask: u32 = 1 << bit;
  store<u32>(hartAt(hart), level ? lines | mask : lines & ~mask, HART_LINES);
}

export function flushTlb(hart: u32): void {
  flushAll(hartAt(hart));
}

export function invalidateCode(firstPage: u32, pages: u32): void {
  for (let i: u32 = 0; i < pages; i++) {
    const pa = (<u64>firstPage + <u64>i) << 12;
    const linear = ramAt(pa, 0x1000);
    if (!linear) continue;
    codeWritten(linear, 0x1000);
    endReservations(NO_HART, pa, 0x1000);
  }
}

export function translate(hart: u32, vaLow: u32, vaHigh: u32, access: u32): u32 {
  const state = hartAt(hart);
  const va = ((<u64>vaHigh) << 32) | <u64>vaLow;
  const context = access == ACCESS_FETCH ? fetchContext(state) : dataContext(state);
  if (!locate(state, context, va, 1, access)) return 0;
  store<u64>(MACHINE_SCRATCH, load<u64>(state, HART_PHYSICAL));
  return 1;
}

export function readCsr(hart: u32, number: u32): u32 {
  if (!readCsrValue(hartAt(hart), number)) return 0;
  store<u64>(MACHINE_SCRATCH, load<u64>(hartAt(hart), HART_VALUE));
  return 1;
}

export function writeCsr(hart: u32, number: u32): u32 {
  if (isReadOnly(number) || !readCsrValue(hartAt(hart), number)) return 0;
  writeCsrValue(hartAt(hart), number, load<u64>(MACHINE_SCRATCH));
  return 1;
}

export function readTime(hart: u32): void {
  store<u64>(MACHINE_SCRATCH, mtime(hartAt(hart)));
}

export function nextTimer(hart: u32): void {
  store<u64>(MACHINE_SCRATCH, nextTimerClock(hartAt(hart)));
}

export function breakpointsChanged(): void {
  dropDecodedPages();
}

export function watchpointsChanged(): void {
  const harts = load<u32>(MACHINE_HARTS);
  for (let hart: u32 = 0; hart < harts; hart++) flushAll(hartAt(hart));
}
