/** Allocator, heap, page tables and memory map, as they are, on memory that V8 has. */
import { beforeEach, describe, expect, test } from 'vitest';
import { type InV8, loadInV8 } from '../../../test/in-v8.ts';

const PAGE = 4096n;
const MiB = 1n << 20n;
const LEAF = 0xdfn; // V R W X U A D
const ROOM = 24 * 1024 * 1024;

const SOURCE = `
export * from './bare/hypervisor/memory/allocator';
export * from './bare/hypervisor/memory/heap';
export * from './bare/hypervisor/memory/page-table';
export * from './bare/hypervisor/host/memory-map';
import { allocate } from './bare/hypervisor/memory/heap.ts';
import { eachHole } from './bare/hypervisor/host/memory-map.ts';
import { initializePageTable, PageTable } from './bare/hypervisor/memory/page-table.ts';
declare function hole(start: usize, end: usize): void;
function found(start: usize, end: usize): void { hole(start, end); }
export function holes(start: usize, end: usize): void { eachHole(start, end, found); }
export function newTable(levels: u64, order: u32): PageTable {
  const table = changetype<PageTable>(allocate(offsetof<PageTable>()));
  initializePageTable(table, levels, order);
  return table;
}
export function replacedCount(table: PageTable): usize { return table.replacedCount; }`;

let v8: InV8;
let start: bigint;
let end: bigint;
let holes: [bigint, bigint][];
let printed: string;
const free = (): bigint => v8.call('freeMemory') as bigint;
const take = (order: number): bigint => v8.call('tryAllocatePages', order) as bigint;

beforeEach(async () => {
  holes = [];
  printed = '';
  v8 = await loadInV8('memory.ts', {
    source: SOURCE,
    room: ROOM,
    imports: {
      'memory.hole': (from: bigint, to: bigint) => {
        holes.push([from, to]);
        return undefined;
      },
      'print.console_write_byte': (byte: number) => {
        printed += String.fromCharCode(byte);
        return undefined;
      },
      'intrinsics.fence_w_w': () => undefined,
      'intrinsics.sbi_call': () => {
        throw new Error(printed);
      },
    },
  });
  const tags = v8.allocate(64 * 1024);
  const area = v8.allocate(20 * 1024 * 1024);
  start = (area + 2n * MiB - 1n) & ~(2n * MiB - 1n);
  end = start + 16n * MiB;
  v8.call('initializeAllocator', start, end - start, tags);
  v8.call('addMemory', start, end);
});

describe('allocator', () => {
  test('a block is aligned to its size, apart from all others, and everything comes together again', () => {
    expect(free()).toBe(16n * MiB);
    const blocks = [0, 3, 0, 9, 2, 1, 5, 0].map((order) => ({ at: take(order), size: PAGE << BigInt(order) }));
    for (const { at, size } of blocks) {
      expect(at % size).toBe(0n);
      expect(at >= start && at + size <= end).toBe(true);
    }
    const sorted = [...blocks].sort((a, b) => Number(a.at - b.at));
    for (let i = 1; i < sorted.length; i++) expect(sorted[i]!.at >= sorted[i - 1]!.at + sorted[i - 1]!.size).toBe(true);
    for (const { at, size } of blocks) expect(v8.call('freePagesAt', at)).toBe(size);
    expect(free()).toBe(16n * MiB);
    // Only merged buddies can give blocks of 2 MiB again.
    for (let block = 0; block < 8; block++) expect(take(9)).not.toBe(0n);
    expect(take(0)).toBe(0n);
  });

  test('memory that is out is 0 to who asks and a panic to who must have it', () => {
    while (take(0) !== 0n);
    expect(free()).toBe(0n);
    expect(() => v8.call('allocatePages', 0)).toThrow('panic');
  });

  test('freeing twice, or what was never allocated, is a panic', () => {
    const page = take(0);
    v8.call('freePagesAt', page);
    expect(() => v8.call('freePagesAt', page)).toThrow('panic');
    expect(() => v8.call('freePagesAt', take(3) + PAGE)).toThrow('panic');
  });

  test('pages come back as zeros from allocatePages', () => {
    const page = take(0);
    v8.bytes.fill(0xaa, Number(page), Number(page) + 4096);
    v8.call('freePagesAt', page);
    expect(v8.call('allocatePages', 0)).toBe(page);
    expect(v8.slice(page, 4096).every((byte) => byte === 0)).toBe(true);
  });

  test.each([
    [1n, 0],
    [4096n, 0],
    [4097n, 1],
    [8192n, 1],
    [2n * MiB, 9],
    [2n * MiB + 1n, 10],
  ])('%i bytes need order %i', (size, order) => {
    expect(v8.number('orderOf', size)).toBe(order);
  });
});

test('the heap gives zeroed slots that do not overlap, and takes them again', () => {
  const sizes = [1, 32, 33, 64, 100, 500, 2048, 2049, 9000];
  const slots = sizes.map((size) => ({ at: v8.call('allocate', BigInt(size)) as bigint, size }));
  for (const { at, size } of slots) {
    expect(at % 16n).toBe(0n);
    expect(v8.slice(at, size).every((byte) => byte === 0)).toBe(true);
    v8.bytes.fill(size & 255, Number(at), Number(at) + size);
  }
  for (const { at, size } of slots) expect(v8.slice(at, size).every((byte) => byte === (size & 255))).toBe(true);
  for (const { at, size } of slots) v8.call('free', at, BigInt(size));
  expect(v8.call('allocate', 100n)).toBe(slots[4]!.at);
});

describe.each([
  ['Sv39', 3n, 0],
  ['Sv39x4', 3n, 2],
  ['Sv48x4', 4n, 2],
  ['Sv57x4', 5n, 2],
])('%s', (_name, levels, order) => {
  test('maps by the largest leaves that fit, and translates every byte', () => {
    const before = free();
    const table = v8.call('newTable', levels, order) as bigint;
    const address = 0x8020_0000n - 8n * PAGE;
    const size = 8n * PAGE + 4n * MiB + 3n * PAGE;
    v8.call('mapRange', table, address, 0x4020_0000n - 8n * PAGE, size, LEAF, 2n);
    for (const offset of [0n, 5n, 8n * PAGE, 8n * PAGE + MiB, size - 1n]) {
      expect(v8.call('translate', table, address + offset)).toBe(0x4020_0000n - 8n * PAGE + offset);
    }
    for (const outside of [address - 1n, address + size, 0n, 1n << 38n]) {
      expect(BigInt.asUintN(64, v8.call('translate', table, outside) as bigint)).toBe(0xffff_ffff_ffff_ffffn);
    }
    // Root, one table for each level between, and the two last-level tables around the 2 MiB leaves.
    const tables = (1n << BigInt(order)) + (levels - 2n) + 2n;
    expect(before - free()).toBeLessThanOrEqual((tables + 1n) * PAGE);
    v8.call('freePageTable', table);
    expect(before - free()).toBeLessThanOrEqual(PAGE);
  });

  test('a reserved leaf is not there before it is scrubbed, which leaves its neighbours alone', () => {
    const table = v8.call('newTable', levels, order) as bigint;
    const block = take(11);
    const size = 4n * MiB + 2n * PAGE;
    v8.bytes.fill(0xaa, Number(block), Number(block + size));
    v8.call('mapRange', table, 0x8000_0000n, block, size, LEAF & ~1n, 1n);
    const translate = (address: bigint) => BigInt.asUintN(64, v8.call('translate', table, address) as bigint);
    const unmapped = BigInt.asUintN(64, -1n);
    const scrubbed = (from: bigint, length: bigint) =>
      v8.slice(block + from, Number(length)).every((byte) => byte === 0);
    for (const [offset, start, length] of [
      [2n * MiB + 5n, 2n * MiB, 2n * MiB],
      [4n * MiB + PAGE, 4n * MiB + PAGE, PAGE],
    ] as const) {
      expect(translate(0x8000_0000n + offset)).toBe(unmapped);
      expect(v8.call('translateReserved', table, 0x8000_0000n + offset)).toBe(block + offset);
      expect(v8.call('scrubLeaf', table, 0x8000_0000n + offset)).toBe(1);
      expect(translate(0x8000_0000n + offset)).toBe(block + offset);
      expect(scrubbed(start, length)).toBe(true);
      expect(v8.bytes[Number(block + start) - 1]).toBe(0xaa);
    }
    expect(v8.bytes[Number(block) + 4 * 2 ** 20]).toBe(0xaa);
    for (const offset of [0n, 4n * MiB]) expect(translate(0x8000_0000n + offset)).toBe(unmapped);

    // What the guest has written since stays.
    v8.bytes[Number(block) + 2 * 2 ** 20] = 1;
    expect(v8.call('scrubLeaf', table, 0x8020_0000n)).toBe(1);
    expect(v8.bytes[Number(block) + 2 * 2 ** 20]).toBe(1);
    for (const outside of [0x7fff_ffffn, 0x8000_0000n + size, 1n << 60n]) {
      expect(v8.call('scrubLeaf', table, outside)).toBe(0);
      expect(BigInt.asUintN(64, v8.call('translateReserved', table, outside) as bigint)).toBe(unmapped);
    }
  });

  describe('512 leaves of 2 MiB that map a GiB', () => {
    const GiB = 1n << 30n;
    const address = 0x8000_0000n;
    let before: bigint;
    let table: bigint;
    const map = (offset: bigint, physical: bigint, size: bigint, flags = LEAF) =>
      v8.call('mapRange', table, address + offset, physical, size, flags, 1n);

    beforeEach(() => {
      before = free();
      table = v8.call('newTable', levels, order) as bigint;
    });

    test('become one of 1 GiB, which maps the same, and all tables are freed in the end', () => {
      map(0n, GiB, GiB);
      v8.call('joinLeaves', table, address + 5n * MiB);
      expect(v8.call('replacedCount', table)).toBe(1n);
      for (const offset of [0n, 2n * MiB, 6n * MiB + 5n, GiB - 1n]) {
        expect(v8.call('translate', table, address + offset)).toBe(GiB + offset);
        expect(v8.call('translateReserved', table, address + offset)).toBe(GiB + offset);
      }
      expect(() => v8.call('mapLeaf', table, address + 2n * MiB, 0n, 1n, LEAF)).toThrow('panic');
      v8.call('joinLeaves', table, address);
      expect(v8.call('replacedCount', table)).toBe(1n);
      v8.call('freePageTable', table);
      // The structure itself is of the heap, which keeps its page.
      expect(before - free()).toBeLessThanOrEqual(PAGE);
    });

    test.each<[string, () => unknown]>([
      [
        'the last is reserved',
        () => [map(0n, GiB, GiB - 2n * MiB), map(GiB - 2n * MiB, 2n * GiB - 2n * MiB, 2n * MiB, LEAF & ~1n)],
      ],
      [
        'the first is reserved',
        () => [map(0n, GiB, 2n * MiB, LEAF & ~1n), map(2n * MiB, GiB + 2n * MiB, GiB - 2n * MiB)],
      ],
      ['one is missing', () => [map(0n, GiB, GiB - 4n * MiB), map(GiB - 2n * MiB, 2n * GiB - 2n * MiB, 2n * MiB)]],
      ['one is elsewhere', () => [map(0n, GiB, GiB - 2n * MiB), map(GiB - 2n * MiB, 2n * GiB, 2n * MiB)]],
      ['one may do less', () => [map(0n, GiB, 2n * MiB), map(2n * MiB, GiB + 2n * MiB, GiB - 2n * MiB, LEAF & ~4n)]],
      ['it is not aligned', () => map(0n, GiB + 2n * MiB, GiB)],
    ])('stay when %s', (_why, mapAll) => {
      mapAll();
      for (let offset = 0n; offset < GiB; offset += 2n * MiB) v8.call('joinLeaves', table, address + offset);
      expect(v8.call('replacedCount', table)).toBe(0n);
    });
  });

  test('an address beyond its bits is unmapped, not an index past the root', () => {
    const table = v8.call('newTable', levels, order) as bigint;
    const bits = v8.call('addressBits', table) as bigint;
    expect(bits).toBe(12n + 9n * levels + BigInt(order));
    expect(BigInt.asUintN(64, v8.call('translate', table, 1n << bits) as bigint)).toBe(0xffff_ffff_ffff_ffffn);
  });

  test('mapping a page below a leaf is a panic', () => {
    const table = v8.call('newTable', levels, order) as bigint;
    v8.call('mapRange', table, 0n, 0n, 2n * MiB, LEAF, 2n);
    expect(() => v8.call('mapLeaf', table, PAGE, 0n, 0n, LEAF)).toThrow('panic');
  });
});

describe('memory map', () => {
  test('finds the holes between ranges in any order, overlapping ones too', () => {
    for (const [from, to] of [
      [50n, 60n],
      [10n, 20n],
      [15n, 30n],
      [55n, 58n],
      [90n, 200n],
      [70n, 70n],
    ] as const)
      v8.call('reserve', from, to);
    v8.call('holes', 0n, 100n);
    expect(holes).toEqual([
      [0n, 10n],
      [30n, 50n],
      [60n, 90n],
    ]);
  });

  test('a region that is reserved whole has none', () => {
    v8.call('reserve', 0n, 100n);
    v8.call('holes', 10n, 100n);
    expect(holes).toEqual([]);
  });
});
