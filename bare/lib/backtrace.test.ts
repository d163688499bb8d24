import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type InV8, loadInV8 } from '../../test/in-v8.ts';
import { backtraceObject } from '../../toolchain/linker/backtrace-table.ts';
import type { Region } from '../../toolchain/linker/layout.ts';
import type { FrameRow, LineRow, ObjectFile, ObjectSymbol } from '../../toolchain/object.ts';

const BASE = 0x80200000n;
/** Offsets of class Frame. */
const FRAME = { pc: 0n, sp: 8n, ra: 16n, called: 24n };
const FRAME_SIZE = 32;
const STACK_SIZE = 256;

const line = (offset: number, file: string, number: number): LineRow => ({ offset, file, line: number, column: 1 });
const frame = (offset: number, frameSize: number, returnAddress: number | 'ra'): FrameRow => ({
  offset,
  frameSize,
  returnAddress,
});

function func(name: string, value: bigint, size: number): ObjectSymbol {
  return { name, section: '.text', value, size, type: 'function', global: true };
}

/** 0x100 bytes of assembly without frame rows, then `outer` at 0x100, `inner` at 0x140, `leaf` at 0x180. */
function sampleText(): Region {
  const common = { name: '.text', kind: 'text', align: 4, relocations: [] } as const;
  const assembly: ObjectFile = {
    name: 'boot.S',
    sections: [{ ...common, bytes: new Uint8Array(0x100), size: 0x100, lines: [line(0, 'boot.S', 5)], frames: [] }],
    symbols: [{ name: '_start', section: '.text', value: 0n, size: 0, type: 'none', global: true }],
  };
  const compiled: ObjectFile = {
    name: 'program',
    sections: [
      {
        ...common,
        bytes: new Uint8Array(0xc0),
        size: 0xc0,
        lines: [line(0, 'a.ts', 10), line(0x10, 'a.ts', 11), line(0x44, 'dir/b.ts', 70000), line(0x50, 'a.ts', 30)],
        frames: [
          frame(0, 0, 'ra'),
          frame(2, 32, 24),
          frame(0x3e, 0, 'ra'),
          frame(0x42, 64, 56),
          frame(0x7e, 0, 'ra'),
          frame(0x80, 0, 'ra'),
        ],
      },
    ],
    symbols: [
      func('src/a/outer', 0n, 0x40),
      func('src/b/Box<src/b/Item>#inner', 0x40n, 0x40),
      func('src/a/leaf', 0x80n, 0x40),
      { name: 'jump-target', section: '.text', value: 0x20n, size: 0, type: 'none', global: false },
    ],
  };
  const placed = [
    { object: assembly, section: assembly.sections[0]!, address: BASE },
    { object: compiled, section: compiled.sections[0]!, address: BASE + 0x100n },
  ];
  return { name: '.text', kind: 'text', start: BASE, end: BASE + 0x1c0n, placed };
}

let v8: InV8;
let output = '';
let frameAt: bigint;
let stack: bigint;

beforeAll(async () => {
  let table = 0n;
  v8 = await loadInV8('bare/lib/backtrace.ts', {
    imports: {
      'print.console_write_byte': (byte: number) => {
        output += String.fromCharCode(byte);
        return undefined;
      },
      'backtrace.backtrace_table': () => table,
    },
  });
  table = v8.place(backtraceObject(sampleText(), BASE).sections[0]!.bytes);
  frameAt = v8.allocate(FRAME_SIZE);
  stack = v8.allocate(STACK_SIZE);
});

beforeEach(() => {
  for (let offset = 0n; offset < STACK_SIZE; offset += 8n) v8.setU64(stack + offset, 0n);
});

function place(pc: bigint, called = false): string {
  output = '';
  v8.call('printPlace', pc, called ? 1 : 0);
  return output;
}

function setFrame(pc: bigint, sp: bigint, ra: bigint, called = false): void {
  v8.setU64(frameAt + FRAME.pc, pc);
  v8.setU64(frameAt + FRAME.sp, sp);
  v8.setU64(frameAt + FRAME.ra, ra);
  v8.setU32(frameAt + FRAME.called, called ? 1 : 0);
}

/** The places from the frame outwards. */
function walk(): string[] {
  const places: string[] = [];
  for (;;) {
    places.push(place(v8.u64(frameAt + FRAME.pc), (v8.u32(frameAt + FRAME.called) & 1) === 1));
    if (v8.number('toCaller', frameAt, stack, stack + BigInt(STACK_SIZE)) === 0) return places;
  }
}

describe('printPlace', () => {
  test.each<[bigint, boolean, string]>([
    [0x0n, false, '0x0'],
    [BASE - 1n, false, '0x801fffff'],
    [BASE + 0x1c0n, false, '0x802001c0'],
    [BASE, false, '_start+0x0 (boot.S:5)'],
    [BASE + 0xfen, false, '_start+0xfe (boot.S:5)'],
    [BASE + 0x100n, false, 'outer+0x0 (a.ts:10)'],
    [BASE + 0x110n, true, 'outer+0x10 (a.ts:10)'],
    [BASE + 0x110n, false, 'outer+0x10 (a.ts:11)'],
    [BASE + 0x120n, false, 'outer+0x20 (a.ts:11)'],
    [BASE + 0x140n, false, 'Box<src/b/Item>#inner+0x0 (dir/b.ts:70000)'],
    [BASE + 0x140n, true, 'outer+0x40 (a.ts:11)'],
    [BASE + 0x190n, false, 'leaf+0x10'],
  ])('%i, called: %s', (pc, called, expected) => {
    expect(place(pc, called)).toBe(expected);
  });
});

describe('toCaller', () => {
  test('a leaf returns by ra, its callers by their stack slots, assembly ends the walk', () => {
    v8.setU64(stack + 56n, BASE + 0x120n); // inner returns to outer
    v8.setU64(stack + 64n + 24n, BASE + 0x40n); // outer returns to _start
    setFrame(BASE + 0x190n, stack, BASE + 0x15cn);
    expect(walk()).toEqual([
      'leaf+0x10',
      'Box<src/b/Item>#inner+0x1c (a.ts:30)',
      'outer+0x20 (a.ts:11)',
      '_start+0x40 (boot.S:5)',
    ]);
    expect(v8.u64(frameAt + FRAME.sp)).toBe(stack + 96n);
  });

  test('in a prologue the caller is still in ra', () => {
    setFrame(BASE + 0x100n, stack, BASE + 0x15cn);
    expect(walk().slice(0, 2)).toEqual(['outer+0x0 (a.ts:10)', 'Box<src/b/Item>#inner+0x1c (a.ts:30)']);
  });

  test.each<[string, bigint, bigint, bigint]>([
    ['an address that is no code', 0x1234n, 0n, BASE],
    ['a return address that is no code', BASE + 0x190n, 0n, 0x55n],
    ['a slot below the stack', BASE + 0x110n, -64n, BASE],
    ['a slot above the stack', BASE + 0x110n, BigInt(STACK_SIZE) - 24n, BASE],
    ['a slot that is not aligned', BASE + 0x110n, 3n, BASE],
    ['a slot beyond 64 bits', BASE + 0x110n, -0x7fffffffffffffffn, BASE],
  ])('%s ends the walk', (_name, pc, sp, ra) => {
    setFrame(pc, BigInt.asUintN(64, stack + sp), ra);
    expect(walk()).toHaveLength(1);
  });

  test('a stack that returns to itself comes to an end', () => {
    for (let offset = 0n; offset < STACK_SIZE; offset += 8n) v8.setU64(stack + offset, BASE + 0x120n);
    setFrame(BASE + 0x120n, stack, 0n, true);
    expect(walk()).toHaveLength(1 + STACK_SIZE / 32);
    // `leaf` has no frame and cannot have called: it does not go on by ra.
    setFrame(BASE + 0x190n, stack, BASE + 0x190n, true);
    expect(walk()).toHaveLength(1);
  });
});
