/**
 * What loads and stores do, each in the function of its name. Where the TLB has the page for that the host's memory is accessed at once, and
 * else rare.ts is asked. They return an outcome (outcome.ts); `table` is the TLB's part for the hart's mode, `left` what is left of the
 * instructions granted.
 */
import { DOUBLE, SINGLE } from './float/format.ts';
import { READY_TO_READ, READY_TO_WRITE } from './float/ready.ts';
import {
  HART_F,
  HART_FLOAT_READY,
  SLOT_RD,
  SLOT_SOURCE,
  TLB_ADDEND,
  TLB_CONTEXT_SIZE,
  TLB_ENTRY,
  TLB_WRITE_TAG,
} from './layout.ts';
import { rs1, setRd, source, wide } from './operands.ts';
import { DONE } from './outcome.ts';
import { loadFloatSlow, loadSlow, storeFloatSlow, storeSlow } from './rare.ts';

const PAGE_MASK: u64 = ~(<u64>0xfff);
/** From an address to its entry's offset in the data table (tlb.ts, dataEntry). */
const ENTRY_SHIFT: u32 = 7;
/** Above a single in a register: NaN boxing. */
const SINGLE_BOXING: u64 = 0xffffffff00000000;
/** The index takes in higher bits of the address, so that arrays a power of two apart do not evict each other. */
const FOLD_SHIFT: u32 = 16;
const ENTRY_MASK: u32 = TLB_CONTEXT_SIZE - TLB_ENTRY;

/** The entry that an access at `va` may hit. */
function lookUp(table: usize, va: u64): usize {
  return table + (((<u32>va >> ENTRY_SHIFT) ^ (<u32>va >> FOLD_SHIFT)) & ENTRY_MASK);
}

/** Equal to an entry's tag if `va` is in that page and aligned to `size`. */
function tagOf(va: u64, size: u64): u64 {
  return va & (PAGE_MASK | (size - 1));
}

function linear(entry: usize, va: u64): usize {
  return <usize>(<u32>va + load<u32>(entry, TLB_ADDEND));
}

export function lb(hart: usize, slot: usize, table: usize, left: u32): u32 {
  const va = rs1(hart, slot) + wide(slot);
  const entry = lookUp(table, va);
  if (load<u64>(entry) != tagOf(va, 1)) return loadSlow(hart, slot, va, 1, true, left);
  setRd(hart, slot, <u64>(<i64>load<i8>(linear(entry, va))));
  return DONE;
}

export function lh(hart: usize, slot: usize, table: usize, left: u32): u32 {
  const va = rs1(hart, slot) + wide(slot);
  const entry = lookUp(table, va);
  if (load<u64>(entry) != tagOf(va, 2)) return loadSlow(hart, slot, va, 2, true, left);
  setRd(hart, slot, <u64>(<i64>load<i16>(linear(entry, va))));
  return DONE;
}

export function lw(hart: usize, slot: usize, table: usize, left: u32): u32 {
  const va = rs1(hart, slot) + wide(slot);
  const entry = lookUp(table, va);
  if (load<u64>(entry) != tagOf(va, 4)) return loadSlow(hart, slot, va, 4, true, left);
  setRd(hart, slot, <u64>(<i64>load<i32>(linear(entry, va))));
  return DONE;
}

export function ld(hart: usize, slot: usize, table: usize, left: u32): u32 {
  const va = rs1(hart, slot) + wide(slot);
  const entry = lookUp(table, va);
  if (load<u64>(entry) != tagOf(va, 8)) return loadSlow(hart, slot, va, 8, false, left);
  setRd(hart, slot, load<u64>(linear(entry, va)));
  return DONE;
}

export function lbu(hart: usize, slot: usize, table: usize, left: u32): u32 {
  const va = rs1(hart, slot) + wide(slot);
  const entry = lookUp(table, va);
  if (load<u64>(entry) != tagOf(va, 1)) return loadSlow(hart, slot, va, 1, false, left);
  setRd(hart, slot, load<u8>(linear(entry, va)));
  return DONE;
}

export function lhu(hart: usize, slot: usize, table: usize, left: u32): u32 {
  const va = rs1(hart, slot) + wide(slot);
  const entry = lookUp(table, va);
  if (load<u64>(entry) != tagOf(va, 2)) return loadSlow(hart, slot, va, 2, false, left);
  setRd(hart, slot, load<u16>(linear(entry, va)));
  return DONE;
}

export function lwu(hart: usize, slot: usize, table: usize, left: u32): u32 {
  const va = rs1(hart, slot) + wide(slot);
  const entry = lookUp(table, va);
  if (load<u64>(entry) != tagOf(va, 4)) return loadSlow(hart, slot, va, 4, false, left);
  setRd(hart, slot, load<u32>(linear(entry, va)));
  return DONE;
}

export function sb(hart: usize, slot: usize, table: usize, left: u32): u32 {
  const va = rs1(hart, slot) + wide(slot);
  const entry = lookUp(table, va);
  if (load<u64>(entry, TLB_WRITE_TAG) != tagOf(va, 1)) return storeSlow(hart, slot, va, 1, left);
  store<u8>(linear(entry, va), <u8>source(hart, slot));
  return DONE;
}

export function sh(hart: usize, slot: usize, table: usize, left: u32): u32 {
  const va = rs1(hart, slot) + wide(slot);
  const entry = lookUp(table, va);
  if (load<u64>(entry, TLB_WRITE_TAG) != tagOf(va, 2)) return storeSlow(hart, slot, va, 2, left);
  store<u16>(linear(entry, va), <u16>source(hart, slot));
  return DONE;
}

export function sw(hart: usize, slot: usize, table: usize, left: u32): u32 {
  const va = rs1(hart, slot) + wide(slot);
  const entry = lookUp(table, va);
  if (load<u64>(entry, TLB_WRITE_TAG) != tagOf(va, 4)) return storeSlow(hart, slot, va, 4, left);
  store<u32>(linear(entry, va), <u32>source(hart, slot));
  return DONE;
}

export function sd(hart: usize, slot: usize, table: usize, left: u32): u32 {
  const va = rs1(hart, slot) + wide(slot);
  const entry = lookUp(table, va);
  if (load<u64>(entry, TLB_WRITE_TAG) != tagOf(va, 8)) return storeSlow(hart, slot, va, 8, left);
  store<u64>(linear(entry, va), source(hart, slot));
  return DONE;
}

export function flw(hart: usize, slot: usize, table: usize, left: u32): u32 {
  const va = rs1(hart, slot) + wide(slot);
  const entry = lookUp(table, va);
  if (!(load<u64>(entry) == tagOf(va, 4) && load<u8>(hart, HART_FLOAT_READY) & READY_TO_WRITE))
    return loadFloatSlow(hart, slot, va, SINGLE, left);
  store<u64>(hart + load<u8>(slot, SLOT_RD), SINGLE_BOXING | load<u32>(linear(entry, va)), HART_F);
  return DONE;
}

export function fld(hart: usize, slot: usize, table: usize, left: u32): u32 {
  const va = rs1(hart, slot) + wide(slot);
  const entry = lookUp(table, va);
  if (!(load<u64>(entry) == tagOf(va, 8) && load<u8>(hart, HART_FLOAT_READY) & READY_TO_WRITE))
    return loadFloatSlow(hart, slot, va, DOUBLE, left);
  store<u64>(hart + load<u8>(slot, SLOT_RD), load<u64>(linear(entry, va)), HART_F);
  return DONE;
}

export function fsw(hart: usize, slot: usize, table: usize, left: u32): u32 {
  const va = rs1(hart, slot) + wide(slot);
  const entry = lookUp(table, va);
  if (!(load<u64>(entry, TLB_WRITE_TAG) == tagOf(va, 4) && load<u8>(hart, HART_FLOAT_READY) & READY_TO_READ))
    return storeFloatSlow(hart, slot, va, SINGLE, left);
  store<u32>(linear(entry, va), load<u32>(hart + load<u8>(slot, SLOT_SOURCE), HART_F));
  return DONE;
}

export function fsd(hart: usize, slot: usize, table: usize, left: u32): u32 {
  const va = rs1(hart, slot) + wide(slot);
  const entry = lookUp(table, va);
  if (!(load<u64>(entry, TLB_WRITE_TAG) == tagOf(va, 8) && load<u8>(hart, HART_FLOAT_READY) & READY_TO_READ))
    return storeFloatSlow(hart, slot, va, DOUBLE, left);
  store<u64>(linear(entry, va), load<u64>(hart + load<u8>(slot, SLOT_SOURCE), HART_F));
  return DONE;
}
