import { beforeAll, expect, test } from 'vitest';
import { type InV8, loadInV8 } from '../../test/in-v8.ts';

const CAPACITY = 32;
const WORDS = '\none two  three\nfour ';

let bare: InV8;
let out: bigint;

beforeAll(async () => {
  bare = await loadInV8('bare/lib/text.ts');
  out = bare.allocate(CAPACITY);
});

/** What the function appends with so much room; it must leave the rest alone. */
function append(name: string, room: number, ...args: (bigint | number | string)[]): string {
  bare.bytes.fill(0xaa, Number(out), Number(out) + CAPACITY);
  const end = BigInt(bare.call(name, out, out + BigInt(room), ...args));
  expect(bare.slice(end, Number(out) + CAPACITY - Number(end)).every((byte) => byte === 0xaa)).toBe(true);
  return bare.ascii(out, Number(end - out));
}

test.each([0n, 9n, 10n, -1n, 1234567890n, 2n ** 63n - 1n, -(2n ** 63n)])('decimal %i', (value) => {
  expect(append('appendDecimal', CAPACITY, value)).toBe(`${value}`);
});

test.each<[bigint, number, string]>([
  [0n, 0, '0x0'],
  [0n, 4, '0x0000'],
  [0xabcn, 1, '0xabc'],
  [0xabcn, 8, '0x00000abc'],
  [2n ** 64n - 1n, 2, '0xffffffffffffffff'],
  [0x1000_0000_0000_0000n, 16, '0x1000000000000000'],
])('hexadecimal %i with %i digits', (value, digits, text) => {
  expect(append('appendHex', CAPACITY, value, digits)).toBe(text);
});

test('words of a list by number', () => {
  const words = ['one', 'two', 'three', 'four'];
  expect(words.map((_, index) => append('appendWord', CAPACITY, WORDS, index))).toEqual(words);
});

test.each([
  ['one', true],
  ['four', true],
  ['on', false],
  ['ones', false],
  ['ne', false],
  ['five', false],
] as const)("is '%s' in a list", (word, found) => {
  expect(bare.number('hasWord', WORDS, bare.placeCString(word), word.length)).toBe(Number(found));
});

test('what does not fit is cut off', () => {
  expect(append('appendText', 3, 'abcdef')).toBe('abc');
  expect(append('appendDecimal', 2, -1234n)).toBe('-1');
  expect(append('appendHex', 0, 1n, 1)).toBe('');
  expect(append('appendWord', 4, WORDS, 2)).toBe('thre');
});
