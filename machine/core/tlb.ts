/**
 * The software TLB: for each context (mode.ts) a direct-mapped table of data pages and one of code pages.
 *
 * A data entry has a read tag and a write tag (the page's virtual address, or TLB_EMPTY) and one addend that turns a
 * virtual into a linear address. An entry exists only if every access of that kind to the whole page needs no further
 * check: the page is RAM (or ROM, to read), PMP has one verdict for it, no debugger watches it, and nobody its stores.
 */
import {
  BOOT_ROM,
  CODE_MAP,
  FETCH,
  FETCH_CONTEXT_SIZE,
  FETCH_DECODED,
  FETCH_ENTRIES,
  FETCH_ENTRY,
  FETCH_HART_SIZE,
  HART_CONTEXT_USED,
  HART_LEAF_SIZE,
  HART_RESERVATION,
  HART_SIZE,
  HARTS,
  MACHINE_HARTS,
  MACHINE_TOHOST,
  MACHINE_WATCHPOINTS,
  TLB,
  TLB_ADDEND,
  TLB_CONTEXT_SIZE,
  TLB_CONTEXTS,
  TLB_EMPTY,
  TLB_ENTRIES,
  TLB_ENTRY,
  TLB_HART_SIZE,
  TLB_WRITE_TAG,
} from './layout.ts';
import { modeOf } from './mode.ts';
import { ramAt } from './physical.ts';
import { pmpUniform } from './pmp.ts';
import { hasWatchpoint } from './watchpoints.ts';

const PAGE_MASK: u64 = ~(<u64>0xfff);
const PAGE_SIZE: u64 = 0x1000;

/** HART_CONTEXT_USED: the context has entries; some of them are pieces of a superpage. */
const USED: u32 = 1;
const USED_SUPERPAGE: u32 = 2;

export function hartAt(number: u32): usize {
  return HARTS + number * HART_SIZE;
}

function hartNumber(hart: usize): u32 {
  return (hart - HARTS) / HART_SIZE;
}

/** The data table of a context. */
export function dataTable(hart: usize, context: u32): usize {
  return TLB + hartNumber(hart) * TLB_HART_SIZE + context * TLB_CONTEXT_SIZE;
}

/** The code table of a mode. */
export function fetchTable(hart: usize, mode: u32): usize {
  return FETCH + hartNumber(hart) * FETCH_HART_SIZE + mode * FETCH_CONTEXT_SIZE;
}

export function dataEntry(table: usize, va: u64): usize {
  return table + (((<u32>va >> 12) ^ (<u32>va >> 21)) & (TLB_ENTRIES - 1)) * TLB_ENTRY;
}

export function fetchEntry(table: usize, va: u64): usize {
  return table + (<u32>(va >> 12) & (FETCH_ENTRIES - 1)) * FETCH_ENTRY;
}

function flushData(hart: usize, context: u32): void {
  const table = dataTable(hart, context);
  for (let offset: usize = 0; offset < <usize>TLB_CONTEXT_SIZE; offset += TLB_ENTRY) {
    store<u64>(table + offset, TLB_EMPTY);
    store<u64>(table + offset, TLB_EMPTY, TLB_WRITE_TAG);
  }
}

function flushFetch(hart: usize, mode: u32): void {
  const table = fetchTable(hart, mode);
  for (let offset: usize = 0; offset < <usize>FETCH_CONTEXT_SIZE; offset += FETCH_ENTRY)
    store<u64>(table + offset, TLB_EMPTY);
}

/** Forgets what a context knows, if it knows anything. */
export function flushContext(hart: usize, context: u32): void {
  const used = hart + HART_CONTEXT_USED + context * 4;
  if (!load<u32>(used)) return;
  store<u32>(used, 0);
  flushData(hart, context);
  if (modeOf(context) == context) flushFetch(hart, context);
}

/** Forgets one page of a context; all of it if `va` may lie in a superpage, of which entries are pieces. */
export function flushPage(hart: usize, context: u32, va: u64): void {
  const used = load<u32>(hart + HART_CONTEXT_USED + context * 4);
  if (!used) return;
  if (used & USED_SUPERPAGE) {
    flushContext(hart, context);
    return;
  }
  const entry = dataEntry(dataTable(hart, context), va);
  store<u64>(entry, TLB_EMPTY);
  store<u64>(entry, TLB_EMPTY, TLB_WRITE_TAG);
  if (modeOf(context) == context) store<u64>(fetchEntry(fetchTable(hart, context), va), TLB_EMPTY);
}

export function flushAll(hart: usize): void {
  for (let context: u32 = 0; context < <u32>TLB_CONTEXTS; context++) flushContext(hart, context);
}

/** Fills all tables as empty, whatever the memory held before. */
export function resetTlb(hart: usize): void {
  for (let context: u32 = 0; context < <u32>TLB_CONTEXTS; context++) {
    store<u32>(hart + HART_CONTEXT_USED + context * 4, USED);
    flushContext(hart, context);
  }
}

/** The CODE_MAP word of the page at a linear address in RAM or ROM. */
export function codeMapOf(linear: usize): usize {
  return CODE_MAP + ((linear - BOOT_ROM) >> 12) * 4;
}

function markUsed(hart: usize, context: u32): void {
  const used = hart + HART_CONTEXT_USED + context * 4;
  const leaf = load<u64>(hart, HART_LEAF_SIZE);
  const superpage = leaf != PAGE_SIZE && leaf != ~(<u64>0);
  store<u32>(used, load<u32>(used) | USED | (superpage ? USED_SUPERPAGE : 0));
}

/** Whether stores to the page must be seen: it has decoded code, a watched doubleword, or another hart's reservation. */
function storesWatched(hart: usize, linear: usize, pa: u64): bool {
  if (load<u32>(codeMapOf(linear))) return true;
  if ((load<u64>(MACHINE_TOHOST) ^ pa) < PAGE_SIZE) return true;
  const harts = load<u32>(MACHINE_HARTS);
  for (let number: u32 = 0; number < harts; number++) {
    const other = hartAt(number);
    if (other != hart && (load<u64>(other, HART_RESERVATION) ^ pa) < PAGE_SIZE) return true;
  }
  return false;
}

/** Enters the page of `va`, which the last translation found at `pa`, for reads or writes; nothing if it must not be. */
export function enterData(hart: usize, context: u32, va: u64, pa: u64, linear: usize, write: bool): void {
  const page = pa & PAGE_MASK;
  if (!pmpUniform(hart, page, PAGE_SIZE)) return;
  if (load<u32>(MACHINE_WATCHPOINTS) && hasWatchpoint(va & PAGE_MASK)) return;
  if (write && storesWatched(hart, linear, page)) return;
  const tag = va & PAGE_MASK;
  const entry = dataEntry(dataTable(hart, context), va);
  if (write) {
    if (load<u64>(entry) != tag) store<u64>(entry, TLB_EMPTY);
    store<u64>(entry, tag, TLB_WRITE_TAG);
  } else {
    if (load<u64>(entry, TLB_WRITE_TAG) != tag) store<u64>(entry, TLB_EMPTY, TLB_WRITE_TAG);
    store<u64>(entry, tag);
  }
  store<u32>(entry, linear - <u32>va, TLB_ADDEND);
  markUsed(hart, context);
}

/** Enters a page of code; false if PMP divides it. */
export function enterFetch(hart: usize, mode: u32, va: u64, pa: u64, decoded: usize): bool {
  if (!pmpUniform(hart, pa & PAGE_MASK, PAGE_SIZE)) return false;
  const entry = fetchEntry(fetchTable(hart, mode), va);
  store<u64>(entry, va & PAGE_MASK);
  store<u32>(entry, decoded, FETCH_DECODED);
  markUsed(hart, mode);
  return true;
}

/** Makes stores to a page take the slow path in all harts, since somebody began to watch it. */
export function dropWriteEntries(pa: u64): void {
  const linear = ramAt(pa & PAGE_MASK, PAGE_SIZE);
  const harts = load<u32>(MACHINE_HARTS);
  for (let number: u32 = 0; number < harts; number++) {
    const hart = hartAt(number);
    for (let context: u32 = 0; context < <u32>TLB_CONTEXTS; context++) {
      if (!load<u32>(hart + HART_CONTEXT_USED + context * 4)) continue;
      const table = dataTable(hart, context);
      for (let offset: usize = 0; offset < <usize>TLB_CONTEXT_SIZE; offset += TLB_ENTRY) {
        const tag = load<u64>(table + offset, TLB_WRITE_TAG);
        if (tag == TLB_EMPTY || <u32>tag + load<u32>(table + offset, TLB_ADDEND) != linear) continue;
        store<u64>(table + offset, TLB_EMPTY, TLB_WRITE_TAG);
      }
    }
  }
}

/** Forgets where decoded pages are, in all harts. */
export function dropFetchEntries(): void {
  const harts = load<u32>(MACHINE_HARTS);
  for (let number: u32 = 0; number < harts; number++) {
    const hart = hartAt(number);
    for (let mode: u32 = 0; mode < <u32>TLB_CONTEXTS; mode++) {
      if (modeOf(mode) == mode && load<u32>(hart + HART_CONTEXT_USED + mode * 4)) flushFetch(hart, mode);
    }
  }
}
