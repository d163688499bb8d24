import { describe, expect, test } from 'vitest';
import { compress } from '../../isa/compressed.ts';
import { encode } from '../../isa/encode.ts';
import { assemble } from '../assembler/assemble.ts';
import type { ObjectFile, Section } from '../object.ts';
import type { Image } from './image.ts';
import { type Layout, link } from './link.ts';

const BASE = 0x80200000n;

function build(sources: readonly string[], layout: Partial<Layout> = {}): Image {
  const objects = sources.map((source, index) => assemble(source, `${'abc'[index]}.S`, { compress: false }));
  return link(objects, { base: BASE, ...layout });
}

function symbol(image: Image, name: string): bigint | undefined {
  return image.symbols.find((one) => one.name === name)?.value;
}

/** The 32-bit word at an address; zeros behind the segment's end. */
function word(image: Image, address: bigint): number {
  const segment = image.segments.findLast((one) => address >= one.address)!;
  const offset = Number(address - segment.address);
  return segment.bytes.subarray(offset, offset + 4).reduceRight((value, byte) => value * 256 + byte, 0);
}

/** Static data at a fixed address, as the compiler makes it. */
function fixedData(address: bigint, size: number, name = '.data.static'): ObjectFile {
  const section: Section = {
    name,
    kind: 'data',
    align: 8,
    bytes: new Uint8Array(size).fill(7),
    size,
    address,
    relocations: [],
    lines: [],
    frames: [],
  };
  return { name: 'wasm', sections: [section], symbols: [] };
}

describe('link refuses', () => {
  test.each<[string, readonly string[], Partial<Layout>, RegExp]>([
    ['nothing', [''], {}, /the program has no code/],
    ['a base inside a page', ['nop'], { base: 0x80200100n }, /base 0x80200100 is not a multiple of 4096/],
    ['an undefined symbol', ['nop\n call missing'], {}, /^a\.S:2: 'missing' is not defined in any object/],
    ['a symbol of another file that is not global', ['call f', 'f: ret'], {}, /'f' is not defined/],
    [
      'a symbol defined twice',
      ['.globl f\nf: ret', '.globl f\nf: ret'],
      {},
      /'f' is defined twice: in a\.S and in b\.S/,
    ],
    [
      'a jump too far',
      ['.globl f\nf: j g', '.fill 300000, 4, 0x13\n.globl g\ng: ret'],
      {},
      /^a\.S:2: 1200004 bytes away, but jal reaches 1 MiB; use call or tail/,
    ],
    ['lui of an address that it sign-extends', ['f: lui a0, %hi(f)'], {}, /0x80200000 is no address that lui can load/],
    ['%pcrel_lo without its auipc', ['f: addi a0, a0, %pcrel_lo(f)'], {}, /%pcrel_lo needs the label of an auipc/],
    ['an entry that nobody defines', ['nop'], { entrySymbol: 'go' }, /the entry 'go' is not defined/],
    [
      'a data base below the code',
      ['.fill 3000, 4, 0x13'],
      { dataBase: BASE + 4096n },
      /end at 0x80203000, above the data base 0x80201000; choose one at or above 0x80203000/,
    ],
    ['a data base inside a page', ['nop'], { dataBase: BASE + 8n }, /data base 0x80200008 is not a multiple of 4096/],
  ])('%s', (_name, sources, layout, message) => {
    expect(() => build(sources, layout)).toThrow(message);
  });

  test('fixed data that overlaps', () => {
    const code = assemble('nop', 'a.S');
    const overlapping = [code, fixedData(0x80300000n, 64), fixedData(0x80300020n, 8, '.data.more')];
    expect(() => link(overlapping, { base: BASE })).toThrow(
      /\.data\.more is fixed at 0x80300020 to 0x80300028, but it may start at 0x80300040/,
    );
  });

  test('every undefined symbol is named, each once', () => {
    expect(() => build(['call one\n call two'])).toThrow(/'one'.*\n.*'two'/);
  });
});

describe('layout', () => {
  const image = build(
    [
      '.globl main\nmain: ret\n.section .rodata\n.byte 1\n.data\nvalue: .dword 2\n.bss\n.space 100',
      '.section .text.boot, "ax"\n.globl _start\n_start: call main\n.rodata\n.byte 3',
    ],
    { heapSize: 4096, stackSize: 8192, harts: 2 },
  );

  test('.text.boot is first and the entry', () => {
    expect(image.entry).toBe(BASE);
    expect(symbol(image, '_start')).toBe(BASE);
    expect(symbol(image, 'main')).toBe(BASE + 8n);
  });

  test('code, constants and data have segments of their own, at pages, without headers', () => {
    expect(image.segments.map(({ bytes, ...rest }) => ({ ...rest, length: bytes.length }))).toEqual([
      { address: BASE, memorySize: 12, write: false, execute: true, length: 12 },
      { address: BASE + 0x1000n, memorySize: 2, write: false, execute: false, length: 2 },
      { address: BASE + 0x2000n, memorySize: 0x15000, write: true, execute: false, length: 8 },
    ]);
  });

  test('heap, bss and stacks follow the data, a guard page below each stack', () => {
    expect(symbol(image, '__data_start')).toBe(BASE + 0x2000n);
    expect(symbol(image, '__heap_start')).toBe(BASE + 0x2010n);
    expect(symbol(image, '__heap_end')).toBe(BASE + 0x10000n);
    expect(symbol(image, '__bss_start')).toBe(BASE + 0x10000n);
    expect(symbol(image, '__bss_end')).toBe(BASE + 0x10070n);
    expect(symbol(image, '__stack_bottom')).toBe(BASE + 0x12000n);
    expect(symbol(image, '__stack_top')).toBe(BASE + 0x14000n);
    expect(symbol(image, '__stack_stride')).toBe(0x3000n);
    expect(symbol(image, '__image_end')).toBe(BASE + 0x17000n);
    expect(image.end).toBe(symbol(image, '__image_end'));
  });

  test('a student guest needs a base alone', () => {
    const guest = build(['la sp, __stack_top\n li a7, 8\n ecall'], { base: 0x100000n });
    expect(guest.entry).toBe(0x100000n);
    expect(symbol(guest, '__stack_top')).toBe(guest.end);
    expect(guest.segments.map(({ address }) => address)).toEqual([0x100000n, 0x101000n]);
  });

  test('fixed data has its address, other data lies below, the heap behind', () => {
    const objects = [assemble('nop\n.data\n.globl v\nv: .dword 1', 'a.S'), fixedData(0x80240000n, 24)];
    const linked = link(objects, { base: BASE, dataBase: 0x80240000n, heapSize: 65536 });
    expect(symbol(linked, 'v')).toBe(BASE + 0x1000n);
    expect(symbol(linked, '__heap_start')).toBe(0x80240020n);
    expect(symbol(linked, '__heap_end')).toBe(0x80260000n);
    expect(word(linked, 0x80240000n)).toBe(0x07070707);
    expect(linked.segments.slice(1).map(({ address, bytes }) => [address, bytes.length])).toEqual([
      [BASE + 0x1000n, 8],
      [0x80240000n, 24],
    ]);
    expect(linked.segments[2]!.memorySize).toBe(Number(linked.end - 0x80240000n));
  });

  test('fixed data right behind the rest shares its segment', () => {
    const objects = [assemble('nop\n.data\n.globl v\nv: .dword 1', 'a.S'), fixedData(BASE + 0x1010n, 24)];
    const linked = link(objects, { base: BASE });
    expect(linked.segments.map(({ bytes }) => bytes.length)).toEqual([2, 0x28]);
    expect(word(linked, BASE + 0x1010n)).toBe(0x07070707);
  });
});

describe('symbols', () => {
  test('a weak definition gives way, an undefined weak one is 0', () => {
    const weak = '.weak f, g\nf: ret\n.data\n.dword f, g';
    const image = build([weak, '.globl f\nf: nop\nret']);
    const data = image.segments.at(-1)!;
    const view = new DataView(data.bytes.buffer, data.bytes.byteOffset);
    expect(view.getBigUint64(0, true)).toBe(BASE + 4n);
    expect(view.getBigUint64(8, true)).toBe(0n);
    expect(image.symbols.filter(({ name }) => name === 'f').map(({ value }) => value)).toEqual([BASE + 4n]);
  });

  test('a symbol of the layout may be absolute, and gives way to an object', () => {
    const image = build(['.data\n.dword LIMIT, __bss_end\n.text\nnop\n.globl __bss_end\n__bss_end: nop'], {
      symbols: { LIMIT: 99n },
    });
    const { bytes } = image.segments.at(-1)!;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    expect(view.getBigUint64(0, true)).toBe(99n);
    expect(view.getBigUint64(8, true)).toBe(BASE + 4n);
  });

  test('labels of the assembler do not appear', () => {
    const image = build(['f: la a0, f\n1: j 1b\n.Lx: .dword .Lx']);
    expect(image.symbols.filter(({ name }) => !name.startsWith('__')).map(({ name }) => name)).toEqual(['f']);
  });
});

describe('relocations', () => {
  test('a call backwards and forwards', () => {
    const image = build(['.globl f\nf: ret\ncall g', '.globl g\ng: call f']);
    // auipc ra, 0; jalr ra, 8(ra), then back by 12.
    expect([4n, 8n, 12n, 16n].map((offset) => word(image, BASE + offset).toString(16))).toEqual([
      '97',
      '8080e7',
      '97',
      'ff4080e7',
    ]);
  });

  test('an address in three forms', () => {
    const image = build(
      ['lui a0, %hi(v)\naddi a0, a0, %lo(v)\nla a1, v\nsw a2, v, t0\n.data\n.zero 2048\nv: .word v'],
      {
        base: 0x100000n,
      },
    );
    const v = 0x101800n;
    expect(symbol(image, 'v')).toBe(v);
    expect(word(image, 0x100000n).toString(16)).toBe('102537');
    expect(word(image, 0x100004n).toString(16)).toBe('80050513');
    // From 0x100008 on: 0x17f8 is 0x2000 - 0x808.
    expect(word(image, 0x100008n).toString(16)).toBe('1597');
    expect(word(image, 0x10000cn).toString(16)).toBe('7f858593');
    expect(word(image, 0x100010n).toString(16)).toBe('1297');
    expect(word(image, 0x100014n).toString(16)).toBe('7ec2a823');
    expect(word(image, v)).toBe(Number(v));
  });

  test('compressed jumps and branches to another section', () => {
    const source = '.section .text.boot, "ax"\nf: c.ebreak\n.text\nc.j f\nc.beqz a0, f\nc.bnez s1, f';
    const image = build([source]);
    expect([2n, 4n, 6n].map((offset) => word(image, BASE + offset) & 0xffff)).toEqual([
      compress(encode('jal', { imm: -2 })),
      compress(encode('beq', { rs1: 10, imm: -4 })),
      compress(encode('bne', { rs1: 9, imm: -6 })),
    ]);
    const far = source.replace('.text\n', '.text\n.zero 2048\n');
    expect(() => build([far])).toThrow(
      /a\.S:5: -2050 bytes away, but a compressed jump reaches 2 KiB\na\.S:6: .*a compressed branch reaches 256 bytes/,
    );
  });

  test('a distance between sections', () => {
    const image = build(['a: nop\n.data\nb: .word b - a, a - b\n.half b - a']);
    expect(word(image, BASE + 0x1000n)).toBe(0x1000);
    expect(word(image, BASE + 0x1004n)).toBe(0xfffff000);
    expect(word(image, BASE + 0x1006n) >>> 16).toBe(0x1000);
  });
});
