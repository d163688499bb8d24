import { describe, expect, test } from 'vitest';
import { writeElf } from '../toolchain/elf.ts';
import type { Image, ImageSymbol } from '../toolchain/linker/image.ts';
import { Symbols } from './symbols.ts';

const BASE = 0x8020_0000n;

function symbol(name: string, offset: bigint, more: Partial<ImageSymbol> = {}): ImageSymbol {
  return { name, value: BASE + offset, size: 0, type: 'function', global: true, section: '.text', ...more };
}

const IMAGE: Image = {
  base: BASE,
  entry: BASE,
  end: BASE + 0x1000n,
  sections: [{ name: '.text', kind: 'text', address: BASE, size: 0x1000, bytes: new Uint8Array(0x1000) }],
  segments: [{ address: BASE, bytes: new Uint8Array(0x1000), memorySize: 0x1000, write: false, execute: true }],
  symbols: [
    symbol('_start', 0n, { type: 'none' }),
    symbol('helper', 0x10n, { size: 0x20 }),
    symbol('alias', 0x10n, { type: 'none' }),
    symbol('main', 0x40n, { size: 0x10 }),
    symbol('table', 0x48n, { type: 'object', size: 8 }),
    symbol('VCPU_SEPC', -0x100n, { type: 'none', section: undefined }),
  ],
  code: [
    {
      object: 'boot.S',
      start: BASE,
      size: 0x10,
      lines: [{ offset: 4, file: 'boot.S', line: 7, column: 0 }],
      frames: [],
    },
    {
      object: 'main.ts',
      start: BASE + 0x10n,
      size: 0x40,
      lines: [
        { offset: 0, file: 'helper.ts', line: 3, column: 5 },
        { offset: 0x30, file: 'main.ts', line: 20, column: 1 },
      ],
      frames: [],
    },
  ],
};

describe('from an image', () => {
  const symbols = Symbols.fromImage(IMAGE);

  test('finds the function of an address, by its size where it has one', () => {
    expect(symbols.symbolAt(BASE + 0x8n)).toEqual({ name: '_start', offset: 8 });
    expect(symbols.symbolAt(BASE + 0x2en)).toEqual({ name: 'helper', offset: 0x1e });
    expect(symbols.symbolAt(BASE + 0x30n)).toBeUndefined();
    expect(symbols.symbolAt(BASE + 0x4cn)).toEqual({ name: 'main', offset: 0xc });
    expect(symbols.symbolAt(BASE - 1n)).toBeUndefined();
  });

  test('finds the line of an address inside code only', () => {
    expect(symbols.placeAt(BASE + 3n)).toBeUndefined();
    expect(symbols.placeAt(BASE + 0xfn)).toEqual({ file: 'boot.S', line: 7, column: 0 });
    expect(symbols.placeAt(BASE + 0x10n)).toEqual({ file: 'helper.ts', line: 3, column: 5 });
    expect(symbols.placeAt(BASE + 0x4fn)).toEqual({ file: 'main.ts', line: 20, column: 1 });
    expect(symbols.placeAt(BASE + 0x50n)).toBeUndefined();
  });

  test('gives the value of every symbol', () => {
    expect(['main', 'table', 'VCPU_SEPC', 'none'].map((name) => symbols.address(name))).toEqual([
      BASE + 0x40n,
      BASE + 0x48n,
      BASE - 0x100n,
      undefined,
    ]);
  });

  test('describes an address with what is known of it', () => {
    expect([0x44n, 0x2n, 0x50n].map((offset) => symbols.describe(BASE + offset))).toEqual([
      'main+0x4 (main.ts:20)',
      '_start+0x2',
      '0x80200050',
    ]);
  });
});

describe('from an ELF', () => {
  test('an address has the function and line that our linker wrote', () => {
    const symbols = Symbols.fromElf(writeElf(IMAGE));
    expect([0x8n, 0x2en, 0x44n].map((offset) => symbols.describe(BASE + offset))).toEqual([
      '_start+0x8 (boot.S:7)',
      'helper+0x1e (helper.ts:3)',
      'main+0x4 (main.ts:20)',
    ]);
    expect(symbols.placeAt(BASE + 0x50n)).toBeUndefined();
  });

  test('without debug information there are functions and no lines', () => {
    const symbols = Symbols.fromElf(writeElf({ ...IMAGE, code: [] }));
    expect(symbols.describe(BASE + 0x44n)).toBe('main+0x4');
    expect(symbols.placeAt(BASE + 0x44n)).toBeUndefined();
  });
});
