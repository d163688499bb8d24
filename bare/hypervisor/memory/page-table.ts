/**
 * Page tables of Sv39, Sv48 and Sv57 and their x4 forms, with the number of levels as data: Priv. 1.13, "Sv39: Page-Based 39-bit
 * Virtual-Memory System" and "Two-Stage Address Translation". The x4 root is four pages.
 */
import { fence_w_w } from '../../rv/intrinsics.ts';
import { panic } from '../report/panic.ts';
import { allocatePages, freePagesAt, PAGE_SIZE, tryAllocatePages } from './allocator.ts';

export const PTE_V: u64 = 1;
export const PTE_R: u64 = 2;
export const PTE_W: u64 = 4;
export const PTE_X: u64 = 8;
export const PTE_U: u64 = 16;
export const PTE_G: u64 = 32;
export const PTE_A: u64 = 64;
export const PTE_D: u64 = 128;
const PTE_LEAF: u64 = PTE_R | PTE_W | PTE_X;
/** Levels of leaves: 2 MiB and 1 GiB. */
export const MEGAPAGE: u64 = 1;
export const GIGAPAGE: u64 = 2;
const PTE_PPN: u64 = 0x003f_ffff_ffff_fc00;
const INDEX_BITS: u64 = 9;
const INDEX_MASK: u64 = 511;

/** What `translate` returns for an address that is not mapped: no physical address is that large. */
export const UNMAPPED: u64 = ~0;

function physicalOf(pte: u64): u64 {
  return (pte & PTE_PPN) << 2;
}

export class PageTable {
  root: usize;
  /** 3, 4 or 5. */
  levels: u64;
  /** The order of the root's block: 0 for one page, 2 for the four of an x4 table. */
  rootOrder: u32;
  /** Tables in whose place there is one leaf now: others may be looking into them still. A page of their addresses, or 0. */
  replaced: usize;
  replacedCount: usize;
}

/** Empty tables. The structure itself is the caller's. */
export function initializePageTable(table: PageTable, levels: u64, rootOrder: u32): void {
  table.root = allocatePages(rootOrder);
  table.levels = levels;
  table.rootOrder = rootOrder;
  table.replaced = 0;
  table.replacedCount = 0;
}

/** Bits of address that the tables translate: 39, 48, 57, and 2 more in the x4 forms. */
export function addressBits(table: PageTable): u64 {
  return 12 + INDEX_BITS * table.levels + table.rootOrder;
}

/** Bytes that a leaf at `level` maps: 4 KiB at 0, 2 MiB at 1, 1 GiB at 2. */
function leafSize(level: u64): u64 {
  return (<u64>PAGE_SIZE) << (INDEX_BITS * level);
}

/**
 * Maps [address, address + size) to physical memory with the leaf bits `flags`, by the largest leaves that alignment allows, of
 * `largest` level at most. All three are multiples of 4 KiB; nothing of the range may be mapped yet. Without PTE_V among the flags the
 * leaves are reserved: the hart does not see them before `scrubLeaf`.
 */
export function mapRange(table: PageTable, address: u64, physical: u64, size: u64, flags: u64, largest: u64): void {
  while (size) {
    let level = largest;
    while (level && (((address | physical) & (leafSize(level) - 1)) != 0 || size < leafSize(level))) level--;
    mapLeaf(table, address, physical, level, flags);
    const step = leafSize(level);
    address += step;
    physical += step;
    size -= step;
  }
}

/** Writes the one leaf for `address` at `level`, making the tables above it. */
export function mapLeaf(table: PageTable, address: u64, physical: u64, level: u64, flags: u64): void {
  let page = table.root;
  let shift = 12 + INDEX_BITS * (table.levels - 1);
  const lastShift = 12 + INDEX_BITS * level;
  let index = address >> shift;
  while (shift > lastShift) {
    const slot = page + (index << 3);
    let pte = load<u64>(slot);
    if (pte & PTE_LEAF) panic('mapped a page twice');
    if (!(pte & PTE_V)) {
      pte = (allocatePages(0) >> 2) | PTE_V;
      store<u64>(slot, pte);
    }
    page = physicalOf(pte);
    shift -= INDEX_BITS;
    index = (address >> shift) & INDEX_MASK;
  }
  store<u64>(page + (index << 3), (physical >> 2) | flags);
}

/** Physical address of `address`, or UNMAPPED. */
export function translate(table: PageTable, address: u64): u64 {
  const end = walk(table, address);
  const pte = entryAt(end);
  return pte & PTE_V && pte & PTE_LEAF ? physicalOf(pte) | (address & (leafSize(levelAt(end)) - 1)) : UNMAPPED;
}

/** As `translate`, for what is reserved too. */
export function translateReserved(table: PageTable, address: u64): u64 {
  const end = walk(table, address);
  const pte = entryAt(end);
  return pte & PTE_LEAF ? physicalOf(pte) | (address & (leafSize(levelAt(end)) - 1)) : UNMAPPED;
}

/**
 * Fills what the reserved leaf for `address` will map with zeros, and makes it valid; a leaf that is valid stays as it is. False
 * where there is none. One hart at a time: others may walk the tables meanwhile.
 */
export function scrubLeaf(table: PageTable, address: u64): bool {
  const end = walk(table, address);
  const pte = entryAt(end);
  if (!(pte & PTE_LEAF)) return false;
  if (pte & PTE_V) return true;
  memory.fill(physicalOf(pte), 0, leafSize(levelAt(end)));
  fence_w_w();
  store<u64>(slotAt(end), pte | PTE_V);
  return true;
}

/**
 * Puts one leaf of 1 GiB where 512 of 2 MiB around `address` map just that, all valid and with the same flags. Harts need no fence: what
 * they remember says the same, and the table below stays for who is looking into it. One hart at a time, as `scrubLeaf`.
 */
export function joinLeaves(table: PageTable, address: u64): void {
  const end = walk(table, address);
  if (levelAt(end) != MEGAPAGE) return;
  const leaves = slotAt(end) & ~(PAGE_SIZE - 1);
  const first = load<u64>(leaves);
  if (physicalOf(first) & (leafSize(GIGAPAGE) - 1)) return;
  const step = leafSize(MEGAPAGE) >> 2;
  for (let index: u64 = 0; index < 512; index++) {
    if (load<u64>(leaves + (index << 3)) != first + index * step) return;
  }
  if (!noteReplaced(table, leaves)) return;
  store<u64>(slotAt(walk(table, address, GIGAPAGE)), first);
}

/** False when there is no room for that. */
function noteReplaced(table: PageTable, page: usize): bool {
  if (!table.replaced) table.replaced = tryAllocatePages(0);
  if (!table.replaced || table.replacedCount == PAGE_SIZE / sizeof<usize>()) return false;
  store<usize>(table.replaced + table.replacedCount * sizeof<usize>(), page);
  table.replacedCount++;
  return true;
}

/**
 * Where the walk for `address` ends, at a leaf, an entry that leads nowhere, or one of level `last`: the entry's address, a multiple of 8,
 * and its level.
 */
function walk(table: PageTable, address: u64, last: u64 = 0): usize {
  let level = table.levels - 1;
  let page = table.root;
  let index = address >> (12 + INDEX_BITS * level);
  if (address >> addressBits(table)) return 0;
  while (true) {
    const slot = page + (index << 3);
    const pte = load<u64>(slot);
    if (!(pte & PTE_V) || pte & PTE_LEAF || level == last) return slot | level;
    page = physicalOf(pte);
    level--;
    index = (address >> (12 + INDEX_BITS * level)) & INDEX_MASK;
  }
}

function slotAt(end: usize): usize {
  return end & ~7;
}

function levelAt(end: usize): u64 {
  return end & 7;
}

/** 0 for an address that the tables do not reach. */
function entryAt(end: usize): u64 {
  return end ? load<u64>(slotAt(end)) : 0;
}

/** Frees the tables, not what they map. */
export function freePageTable(table: PageTable): void {
  freeBelow(table.root, (<u64>512) << table.rootOrder, table.levels - 1);
  table.root = 0;
  if (!table.replaced) return;
  for (let index: usize = 0; index < table.replacedCount; index++) {
    freePagesAt(load<usize>(table.replaced + index * sizeof<usize>()));
  }
  freePagesAt(table.replaced);
  table.replaced = 0;
}

function freeBelow(page: usize, entries: u64, level: u64): void {
  if (level) {
    for (let index: u64 = 0; index < entries; index++) {
      const pte = load<u64>(page + (index << 3));
      if (pte & PTE_V && !(pte & PTE_LEAF)) freeBelow(physicalOf(pte), 512, level - 1);
    }
  }
  freePagesAt(page);
}
