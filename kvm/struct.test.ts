import { describe, expect, test } from 'vitest';
import { array, bytes, s32, struct, u8, u16, u32, u64 } from './struct.ts';

const inner = struct({ small: u8, wide: u32 });
const outer = struct({ first: u16, list: array(inner, 2), big: u64, tail: bytes(3) });

describe('layout', () => {
  test('fields are aligned to their own size', () => {
    expect(inner.offsets).toEqual({ small: 0, wide: 4 });
    expect(outer.offsets).toEqual({ first: 0, list: 4, big: 24, tail: 32 });
  });

  test('a structure ends at a multiple of its widest field', () => {
    expect(struct({ big: u64, small: u8 }).size).toBe(16);
    expect(outer.size).toBe(40);
  });

  test('a structure within another is aligned as its widest field', () => {
    expect(struct({ small: u8, inner }).offsets.inner).toBe(4);
  });
});

describe('values', () => {
  test('come back as they were written', () => {
    const values = {
      first: 0xffff,
      list: [
        { small: 1, wide: 0xffff_ffff },
        { small: 2, wide: 3 },
      ],
      big: 2n ** 64n - 1n,
      tail: Uint8Array.of(7, 8, 9),
    };
    expect(outer.decode(outer.encode(values))).toEqual(values);
  });

  test('are little-endian', () => {
    expect([...struct({ word: u32 }).encode({ word: 0x01020304 })]).toEqual([4, 3, 2, 1]);
  });

  test('left out are zero, at every depth', () => {
    expect([...outer.encode({ list: [{ wide: 1 }] })].filter((byte) => byte !== 0)).toEqual([1]);
  });

  test('may be negative where the type is signed', () => {
    const signed = struct({ fd: s32 });
    expect(signed.decode(signed.encode({ fd: -1 }))).toEqual({ fd: -1 });
  });

  test('are followed by room for a flexible array', () => {
    expect(inner.encode({ small: 1 }, 24)).toHaveLength(inner.size + 24);
  });

  test('are read from the middle of a buffer', () => {
    const all = new Uint8Array(20);
    all.set(inner.encode({ small: 5, wide: 6 }), 9);
    expect(inner.decode(all.subarray(9, 17))).toEqual({ small: 5, wide: 6 });
  });
});
