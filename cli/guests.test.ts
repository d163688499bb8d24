import { expect, test } from 'vitest';
import { checkFits, guestNames } from './guests.ts';

test('guests are called after their files, each by a name of its own', () => {
  expect(guestNames(['a/abc.S', 'b/abc.ts', 'My guest?.elf'])).toEqual(['abc', 'abc-2', 'My-guest-']);
  const [first, second] = guestNames([`${'x'.repeat(40)}.S`, `${'x'.repeat(40)}.S`]) as [string, string];
  expect(first.length).toBeLessThanOrEqual(31);
  expect(second.length).toBeLessThanOrEqual(31);
  expect(second).not.toBe(first);
});

test('a raw binary must fit into the memory', () => {
  const file = { path: 'raw.bin', bytes: new Uint8Array(5000) };
  checkFits(file, 8192);
  expect(() => checkFits(file, 4096)).toThrow('raw.bin: 5000 bytes do not fit into 4K of guest memory');
});
