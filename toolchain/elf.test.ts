import { describe, expect, test } from 'vitest';
import { flatBinary, readElf, writeElf } from './elf.ts';
import type { Image } from './linker/image.ts';

const J_64 = new Uint8Array([0x6f, 0x00, 0x00, 0x04]);

/** A program of one jump over 64 bytes, four bytes of data and some bss. */
function sample(): Image {
  const text = new Uint8Array(68);
  text.set(J_64);
  const data = new Uint8Array([1, 2, 3, 4]);
  return {
    base: 0x80200000n,
    entry: 0x80200000n,
    end: 0x80202000n,
    sections: [
      { name: '.text', kind: 'text', address: 0x80200000n, size: 68, bytes: text },
      { name: '.data', kind: 'data', address: 0x80201000n, size: 4, bytes: data },
      { name: '.bss', kind: 'bss', address: 0x80201008n, size: 16, bytes: new Uint8Array() },
    ],
    segments: [
      { address: 0x80200000n, bytes: text, memorySize: 68, write: false, execute: true },
      { address: 0x80201000n, bytes: data, memorySize: 24, write: true, execute: false },
    ],
    symbols: [
      { name: '_start', value: 0x80200000n, size: 68, type: 'function', global: true, section: '.text' },
      { name: 'counter', value: 0x80201008n, size: 8, type: 'object', global: false, section: '.bss' },
      { name: 'LIMIT', value: 12n, size: 0, type: 'none', global: true, section: undefined },
    ],
    code: [],
  };
}

/** The sample's ELF with something in it changed. */
function damaged(change: (view: DataView) => void): Uint8Array {
  const bytes = writeElf(sample());
  change(new DataView(bytes.buffer));
  return bytes;
}

describe('readElf refuses', () => {
  const PROGRAM_HEADER = 64;
  test.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(), /not an ELF file/],
    ['another format', new TextEncoder().encode('MZ this is not ELF'.repeat(9)), /not an ELF file/],
    ['a cut header', writeElf(sample()).subarray(0, 40), /only 40 bytes.*truncated/],
    [
      'a cut segment',
      writeElf(sample()).subarray(0, 4100),
      /table of section headers ends at byte \d+.*only 4100 bytes/,
    ],
    ['x86-64', damaged((v) => v.setUint16(18, 62, true)), /ELF for x86-64; RISC-V is needed/],
    ['an unknown machine', damaged((v) => v.setUint16(18, 999, true)), /ELF for machine 999/],
    ['32 bits', damaged((v) => v.setUint8(4, 1)), /32-bit RISC-V ELF/],
    ['big-endian', damaged((v) => v.setUint8(5, 2)), /big-endian/],
    ['a relocatable object', damaged((v) => v.setUint16(16, 1, true)), /relocatable object file/],
    ['a core dump', damaged((v) => v.setUint16(16, 4, true)), /of type 4, not an executable/],
    [
      'a segment outside the file',
      damaged((v) => v.setBigUint64(PROGRAM_HEADER + 8, 0xffffn, true)),
      /segment 0 at 0x80200000 ends at byte 65603/,
    ],
    [
      'more bytes in the file than in memory',
      damaged((v) => v.setBigUint64(PROGRAM_HEADER + 40, 8n, true)),
      /68 bytes in the file but only 8 in memory/,
    ],
    [
      'a segment that wraps around',
      damaged((v) => v.setBigUint64(PROGRAM_HEADER + 24, 0xffffffffffffffffn, true)),
      /impossible size/,
    ],
    [
      'overlapping segments',
      damaged((v) => v.setBigUint64(PROGRAM_HEADER + 56 + 24, 0x80200040n, true)),
      /two segments overlap: 0x80200000 to 0x80200044, and the one at 0x80200040/,
    ],
  ])('%s', (_name, bytes, message) => {
    expect(() => readElf(bytes)).toThrow(message);
  });
});

describe('writeElf and readElf', () => {
  const elf = readElf(writeElf(sample(), [{ name: '.debug_line', bytes: new Uint8Array([9, 8]) }]));

  test('the entry and the segments come back', () => {
    expect(elf.entry).toBe(0x80200000n);
    expect(elf.segments.map(({ bytes, ...rest }) => ({ ...rest, bytes: [...bytes.subarray(0, 4)] }))).toEqual([
      {
        virtualAddress: 0x80200000n,
        physicalAddress: 0x80200000n,
        memorySize: 68,
        read: true,
        write: false,
        execute: true,
        bytes: [...J_64],
      },
      {
        virtualAddress: 0x80201000n,
        physicalAddress: 0x80201000n,
        memorySize: 24,
        read: true,
        write: true,
        execute: false,
        bytes: [1, 2, 3, 4],
      },
    ]);
  });

  test('symbols come back with section, size and type, local ones first', () => {
    expect(elf.symbols).toEqual([sample().symbols[1], sample().symbols[0], sample().symbols[2]]);
  });

  test('sections come back, and .bss has no bytes in the file', () => {
    const names = elf.sections.map(({ name }) => name);
    expect(names).toEqual([
      '.text',
      '.data',
      '.bss',
      '.debug_line',
      '.riscv.attributes',
      '.symtab',
      '.strtab',
      '.shstrtab',
    ]);
    expect(elf.sections[2]).toMatchObject({ address: 0x80201008n, size: 16, bytes: new Uint8Array() });
    expect([...elf.sections[3]!.bytes]).toEqual([9, 8]);
  });
});

describe('flatBinary', () => {
  test('runs from the base to the last byte of data', () => {
    const flat = flatBinary(sample());
    expect(flat.length).toBe(0x1004);
    expect([...flat.subarray(0, 4)]).toEqual([...J_64]);
    expect([...flat.subarray(0x1000)]).toEqual([1, 2, 3, 4]);
  });

  test('the Linux header tells distance from RAM, size in memory and the magic numbers', () => {
    const view = new DataView(flatBinary(sample(), { linuxHeader: true }).buffer);
    expect(view.getUint32(0, true)).toBe(0x0400006f);
    expect(view.getBigUint64(8, true)).toBe(0x200000n);
    expect(view.getBigUint64(16, true)).toBe(0x2000n);
    expect(new TextDecoder().decode(new Uint8Array(view.buffer, 48, 12))).toBe('RISCV\0\0\0RSC\x05');
  });

  test('a program without room for the header is refused', () => {
    const image = sample();
    image.segments[0]!.bytes[8] = 1;
    expect(() => flatBinary(image, { linuxHeader: true })).toThrow(/must start with a jump over 64 bytes/);
  });

  test('an image below RAM is refused', () => {
    expect(() => flatBinary(sample(), { linuxHeader: true, ramBase: 0x90000000n })).toThrow(
      /linked at 0x80200000, below/,
    );
  });
});
