// A three-level page table of 4 KiB pages, Sv39 with the root of Sv39x4: mapping a page, and walking to it.

const PAGE_SHIFT: u64 = 12;
const PAGE_SIZE: usize = 4096;
const INDEX_BITS: u64 = 9;
const TOP_LEVEL: u64 = 2;
const V: u64 = 1;
const PPN_SHIFT: u64 = 10;
/** Room for the tables of a benchmark. */
const POOL_PAGES: usize = 64;
const pool: usize = memory.data(67 * 4096, 16);

let nextPage: usize = 0;

function allocate(pages: usize): usize {
  const page = nextPage;
  assert(page + pages * PAGE_SIZE <= pool + POOL_PAGES * PAGE_SIZE, 'out of pages');
  nextPage = page + pages * PAGE_SIZE;
  memory.fill(page, 0, pages * PAGE_SIZE);
  return page;
}

export class PageTable {
  root: usize = 0;

  create(): void {
    nextPage = (pool + 16383) & ~(<usize>16383);
    this.root = allocate(4);
  }

  map(address: u64, physical: u64, flags: u64): void {
    let table = this.root;
    for (let level = TOP_LEVEL; level > 0; level--) {
      const place = table + offsetAt(level, address);
      let entry = load<u64>(place);
      if (!(entry & V)) {
        entry = ((<u64>allocate(1) >> PAGE_SHIFT) << PPN_SHIFT) | V;
        store<u64>(place, entry);
      }
      table = <usize>((entry >> PPN_SHIFT) << PAGE_SHIFT);
    }
    store<u64>(table + offsetAt(0, address), ((physical >> PAGE_SHIFT) << PPN_SHIFT) | flags | V);
  }

  /** The physical address; all ones where nothing is mapped. */
  walk(address: u64): u64 {
    let table = this.root;
    for (let level = TOP_LEVEL; level > 0; level--) {
      const entry = load<u64>(table + offsetAt(level, address));
      if (!(entry & V)) return u64.MAX_VALUE;
      table = <usize>((entry >> PPN_SHIFT) << PAGE_SHIFT);
    }
    const leaf = load<u64>(table + offsetAt(0, address));
    if (!(leaf & V)) return u64.MAX_VALUE;
    return ((leaf >> PPN_SHIFT) << PAGE_SHIFT) | (address & 4095);
  }
}

/** Where an address has its entry in a table of that level, in bytes. */
function offsetAt(level: u64, address: u64): usize {
  const mask: u64 = level == TOP_LEVEL ? 2047 : 511;
  return <usize>(((address >> (PAGE_SHIFT + INDEX_BITS * level)) & mask) << 3);
}

export const PAGES: u64 = 8192;
const GUEST: u64 = 0x80000000;
const HOST: u64 = 0x90000000;
const FLAGS: u64 = 0xde;

export function mapMany(table: PageTable): void {
  for (let i: u64 = 0; i < PAGES; i++) table.map(GUEST + i * 4096, HOST + i * 4096, FLAGS);
}

export function walkMany(table: PageTable): u64 {
  let sum: u64 = 0;
  for (let i: u64 = 0; i < PAGES; i++) sum += table.walk(GUEST + i * 4097);
  return sum;
}
