/** Physical memory protection: Priv. 1.13, "Physical Memory Protection". 16 entries, granularity 4 bytes. */
import { ACCESS_READ, ACCESS_READ_EXECUTABLE, ACCESS_WRITE } from './access.ts';
import { HART_PMPADDR, HART_PMPCFG } from './layout.ts';
import { PRIVILEGE_M } from './mode.ts';

export const PMP_ENTRIES: u32 = 16;
export const PMP_R: u32 = 1;
export const PMP_W: u32 = 2;
export const PMP_X: u32 = 4;
export const PMP_A: u32 = 0x18;
export const PMP_TOR: u32 = 0x08;
export const PMP_NA4: u32 = 0x10;
export const PMP_L: u32 = 0x80;

function config(hart: usize, entry: u32): u32 {
  return load<u8>(hart + entry, HART_PMPCFG);
}

function address(hart: usize, entry: u32): u64 {
  return load<u64>(hart + entry * 8, HART_PMPADDR);
}

/** First byte that an active entry covers. */
function start(hart: usize, entry: u32): u64 {
  const matching = config(hart, entry) & PMP_A;
  if (matching == PMP_TOR) return entry == 0 ? 0 : address(hart, entry - 1) << 2;
  if (matching == PMP_NA4) return address(hart, entry) << 2;
  const base = address(hart, entry);
  return (base & (base + 1)) << 2;
}

/** The byte after the last that it covers; NAPOT's trailing ones give the size. */
function end(hart: usize, entry: u32): u64 {
  const matching = config(hart, entry) & PMP_A;
  if (matching == PMP_TOR) return address(hart, entry) << 2;
  if (matching == PMP_NA4) return (address(hart, entry) << 2) + 4;
  const base = address(hart, entry);
  return ((base | (base + 1)) + 1) << 2;
}

function permits(entryConfig: u32, access: u32, privilege: u32): bool {
  if (privilege == PRIVILEGE_M && !(entryConfig & PMP_L)) return true;
  let needed = PMP_X;
  if (access == ACCESS_READ) needed = PMP_R;
  else if (access == ACCESS_WRITE) needed = PMP_W;
  else if (access == ACCESS_READ_EXECUTABLE) needed = PMP_R | PMP_X;
  return (entryConfig & needed) == needed;
}

/** Whether `privilege` may access all `size` bytes at `pa`: the lowest-numbered entry that matches any of them decides. */
export function pmpAllows(hart: usize, pa: u64, size: u64, access: u32, privilege: u32): bool {
  for (let entry: u32 = 0; entry < PMP_ENTRIES; entry++) {
    if (!(config(hart, entry) & PMP_A)) continue;
    const from = start(hart, entry);
    const to = end(hart, entry);
    if (pa + size <= from || pa >= to) continue;
    return pa >= from && pa + size <= to && permits(config(hart, entry), access, privilege);
  }
  return privilege == PRIVILEGE_M;
}

/** Whether one entry decides for the whole range, so that a verdict for a part of it holds for all of it. */
export function pmpUniform(hart: usize, pa: u64, size: u64): bool {
  for (let entry: u32 = 0; entry < PMP_ENTRIES; entry++) {
    if (!(config(hart, entry) & PMP_A)) continue;
    const from = start(hart, entry);
    const to = end(hart, entry);
    if (pa + size <= from || pa >= to) continue;
    return pa >= from && pa + size <= to;
  }
  return true;
}

/** Writes eight configurations, sparing locked ones; W without R is reserved and keeps the entry as it was. */
export function writePmpcfg(hart: usize, firstEntry: u32, value: u64): void {
  for (let i: u32 = 0; i < 8; i++) {
    const entry = firstEntry + i;
    const wanted = <u32>(value >> (i * 8)) & (PMP_R | PMP_W | PMP_X | PMP_A | PMP_L);
    if (entry >= PMP_ENTRIES || config(hart, entry) & PMP_L) continue;
    if ((wanted & (PMP_R | PMP_W)) == PMP_W) continue;
    store<u8>(hart + entry, wanted, HART_PMPCFG);
  }
}

/** Ignored if the entry is locked, or is the start of a locked TOR entry. */
export function writePmpaddr(hart: usize, entry: u32, value: u64): void {
  if (entry >= PMP_ENTRIES || config(hart, entry) & PMP_L) return;
  if (entry + 1 < PMP_ENTRIES) {
    const next = config(hart, entry + 1);
    if (next & PMP_L && (next & PMP_A) == PMP_TOR) return;
  }
  store<u64>(hart + entry * 8, value & 0x3fffffffffffff, HART_PMPADDR);
}
