import { readFileSync } from 'node:fs';
import { constants, crc32, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { type InV8, loadInV8 } from '../../../test/in-v8.ts';
import { randomBytes } from '../../../test/random.ts';

const ROOM = 0x400000;
const TRUNCATED = -1;
const CORRUPT = -2;
const TOO_LARGE = -3;
const NOT_GZIP = -4;
const WRONG_CHECKSUM = -5;

let bare: InV8;
let workspace: bigint;
let workspaceSize: number;
let destination: bigint;

beforeAll(async () => {
  bare = await loadInV8('bare/hypervisor/image/gzip.ts', { room: 3 * ROOM });
  workspaceSize = Number(bare.constant('GUNZIP_WORKSPACE_SIZE'));
  workspace = bare.allocate(workspaceSize);
  destination = bare.allocate(ROOM);
});

/** Size or error. The source lies where a read past it traps; a byte written outside of the destination is found too. */
function gunzip(source: Uint8Array, room = ROOM): number {
  const at = bare.placeAtEnd(source);
  const past = bare.slice(destination + BigInt(room), Math.min(64, ROOM - room));
  const result = bare.number('gunzip', at, BigInt(source.length), destination, BigInt(room), workspace);
  expect(bare.intact(destination, ROOM)).toBe(true);
  expect(bare.intact(workspace, workspaceSize)).toBe(true);
  expect(bare.slice(destination + BigInt(room), past.length)).toEqual(past);
  return result;
}

/** A gzip file around raw deflate data. */
function wrap(deflated: Uint8Array, plain = new Uint8Array()): Uint8Array {
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, crc32(plain), true);
  trailer.setUint32(4, plain.length, true);
  const header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
  return Uint8Array.from([...header, ...deflated, ...new Uint8Array(trailer.buffer)]);
}

/** Bits, the first in bit 0 of the first byte: `1 01` is a last block with fixed codes. */
function bits(text: string): Uint8Array {
  const all = text.replaceAll(' ', '');
  const bytes = new Uint8Array(Math.ceil(all.length / 8));
  for (const [index, bit] of [...all].entries()) bytes[index >> 3]! |= Number(bit) << (index & 7);
  return bytes;
}

const text = new TextEncoder().encode('It is a truth universally acknowledged, that a hypervisor '.repeat(300));

describe('hostile input', () => {
  test.each([
    ['an empty file', new Uint8Array(), TRUNCATED],
    ['a header alone', wrap(new Uint8Array()).subarray(0, 10), TRUNCATED],
    ['another format', new Uint8Array(100), NOT_GZIP],
    ['another method', Uint8Array.of(0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 3, 0, 0), NOT_GZIP],
    ['a reserved flag', Uint8Array.of(0x1f, 0x8b, 8, 0x20, 0, 0, 0, 0, 0, 3, 0, 0), NOT_GZIP],
    ['an extra field past the end', Uint8Array.of(0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 3, 0xff, 0xff), TRUNCATED],
    ['a name that does not end', Uint8Array.of(0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3, 0x61, 0x61), TRUNCATED],
    ['a wrong CRC of the header', Uint8Array.of(0x1f, 0x8b, 8, 2, 0, 0, 0, 0, 0, 3, 0, 0, 3, 0), WRONG_CHECKSUM],
    ['the reserved kind of block', wrap(bits('1 11')), CORRUPT],
    ['a stored block whose lengths disagree', wrap(Uint8Array.of(1, 5, 0, 5, 0, 1, 2, 3, 4, 5)), CORRUPT],
    ['a stored block that passes the end', wrap(Uint8Array.of(1, 0xff, 0xff, 0, 0, 1)), TRUNCATED],
    // Fixed codes: literal 0 is 00110000, length 3 is 0000001, distance 1 is 00000; 286 is 11000110.
    ['a distance past the start', wrap(bits('1 10 0000001 00000 0000000')), CORRUPT],
    ['a longer distance past the start', wrap(bits('1 10 00110000 0000001 00001 0000000')), CORRUPT],
    ['length symbol 286', wrap(bits('1 10 00110000 11000110 00000 0000000')), CORRUPT],
    ['distance symbol 30', wrap(bits('1 10 00110000 0000001 11110 0000000')), CORRUPT],
    // Dynamic codes: HLIT, HDIST, HCLEN with their lowest bit first, then lengths of code lengths.
    ['287 literal and length symbols', wrap(bits('1 01 01111 00000 0000 000000000000')), CORRUPT],
    ['31 distance symbols', wrap(bits('1 01 00000 01111 0000 000000000000')), CORRUPT],
    ['more codes than there are', wrap(bits('1 01 00000 00000 0000 100 100 100 100')), CORRUPT],
    ['codes that are missing', wrap(bits('1 01 00000 00000 0000 010 010 010 000')), CORRUPT],
    ['a repetition of nothing', wrap(bits('1 01 00000 00000 0000 100 000 000 100 1 00')), CORRUPT],
    // 17 and 18 have one bit each: 18 with 138 zeros twice is more than 258.
    [
      'a repetition past the last symbol',
      wrap(bits('1 01 00000 00000 0000 000 100 100 000 1 1111111 1 1111111')),
      CORRUPT,
    ],
    [
      'no code for the end of a block',
      wrap(bits('1 01 00000 00000 0000 000 100 100 000 1 1111111 1 1011011')),
      CORRUPT,
    ],
  ] as const)('%s', (_, source, error) => {
    expect(gunzip(source)).toBe(error);
  });

  test('every way to cut a file off', () => {
    for (const level of [0, 1, 9]) {
      const source = gzipSync(text.subarray(0, 2000), { level });
      for (let length = 0; length < source.length; length++) expect(gunzip(source.subarray(0, length))).toBe(TRUNCATED);
      expect(gunzip(source)).toBe(2000);
    }
  });

  test('any wrong bit is an error or harmless, and never a size that is wrong', () => {
    const source = gzipSync(text.subarray(0, 700), { level: 9 });
    for (let bit = 0; bit < 8 * source.length; bit++) {
      const wrong = Uint8Array.from(source);
      wrong[bit >> 3]! ^= 1 << (bit & 7);
      const size = gunzip(wrong);
      expect(size < 0 || size === 700).toBe(true);
      if (size === 700) expect(bit >> 3).toBeLessThan(10);
    }
  });

  test('random data as the blocks', () => {
    for (let seed = 1; seed <= 3000; seed++) expect(gunzip(wrap(randomBytes(seed, 300)), 1000)).toBeLessThan(0);
  });

  test('a destination that is too small, to the byte', () => {
    for (const level of [0, 1, 9]) {
      const source = gzipSync(text, { level });
      for (const missing of [1, 2, 100, text.length]) expect(gunzip(source, text.length - missing)).toBe(TOO_LARGE);
      expect(gunzip(source, text.length)).toBe(text.length);
    }
  });

  test('a wrong length at the end', () => {
    const source = gzipSync(text);
    source[source.length - 4]! ^= 1;
    expect(gunzip(source)).toBe(WRONG_CHECKSUM);
  });
});

test.each([TRUNCATED, CORRUPT, TOO_LARGE, NOT_GZIP, WRONG_CHECKSUM])('error %i has a text', (error) => {
  const texts = [TRUNCATED, CORRUPT, TOO_LARGE, NOT_GZIP, WRONG_CHECKSUM].map((each) =>
    bare.text('gunzipErrorText', BigInt(each)),
  );
  expect(new Set(texts).size).toBe(texts.length);
  expect(bare.text('gunzipErrorText', BigInt(error))).toMatch(/ its bytes are$/);
});

describe('what zlib compresses', () => {
  function expectSame(plain: Uint8Array, source: Uint8Array): void {
    expect(gunzip(source)).toBe(plain.length);
    expect(Buffer.compare(bare.slice(destination, plain.length), plain)).toBe(0);
  }

  const kinds = new Map<string, Uint8Array>([
    ['nothing', new Uint8Array()],
    ['one byte', Uint8Array.of(7)],
    ['text', text],
    ['zeros', new Uint8Array(1_000_000)],
    ['random bytes', randomBytes(1, 200_000)],
    ['few symbols', randomBytes(2, 200_000).map((byte) => (byte < 200 ? 0 : byte & 3))],
    ['code', readFileSync(process.execPath).subarray(0x1000000, 0x1100000)],
  ]);
  const levels = Array.from({ length: 10 }, (_, level) => level);
  const { Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE, Z_FILTERED } = constants;

  test.each([...kinds])('%s, at every level and by every strategy', { timeout: 60_000 }, (_, plain) => {
    for (const level of levels) expectSame(plain, gzipSync(plain, { level }));
    for (const strategy of [Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE, Z_FILTERED])
      expectSame(plain, gzipSync(plain, { strategy }));
    expectSame(plain, gzipSync(plain, { memLevel: 1, windowBits: 9 }));
  });

  test('a header with every optional field', () => {
    const fields = Uint8Array.of(0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 3, 0, 9, 9, 9, 0x61, 0, 0x62, 0x63, 0);
    const crc = crc32(fields) & 0xffff;
    const source = Uint8Array.from([...fields, crc & 255, crc >> 8, ...wrap(deflateRawSync(text), text).subarray(10)]);
    expect(gunzipSync(source).length).toBe(text.length);
    expectSame(text, source);
  });

  test('what follows the file does not count', () => {
    expectSame(text, Uint8Array.from([...gzipSync(text), ...randomBytes(3, 20)]));
  });
});
