import { expect, test } from 'vitest';
import { bodyChecksum, checksumsOf, isZeroPage, PAGE_SIZE, runsOf, usedPages, wordsOf } from './pages.ts';

const PAGES = 3;
const filled = () => Uint8Array.from({ length: PAGES * PAGE_SIZE }, (_, index) => (index * 7) ^ (index >> 8));

test('any bit that changes shows', () => {
  const bytes = filled();
  const before = bodyChecksum(checksumsOf(bytes));
  for (let bit = 0; bit < 8 * bytes.length; bit += 61) {
    const at = bit >> 3;
    bytes[at]! ^= 1 << (bit & 7);
    expect(bodyChecksum(checksumsOf(bytes))).not.toBe(before);
    bytes[at]! ^= 1 << (bit & 7);
  }
});

test('pages that have changed places show', () => {
  const bytes = filled();
  const swapped = Uint8Array.from([...bytes.subarray(PAGE_SIZE), ...bytes.subarray(0, PAGE_SIZE)]);
  expect(bodyChecksum(checksumsOf(swapped))).not.toBe(bodyChecksum(checksumsOf(bytes)));
});

test('a page is used when any of its bytes is', () => {
  const ram = new Uint8Array(4 * PAGE_SIZE);
  ram[PAGE_SIZE] = 1;
  ram[4 * PAGE_SIZE - 1] = 1;
  expect(usedPages(ram)).toEqual([1, 3]);
  expect(isZeroPage(wordsOf(ram), 2)).toBe(true);
});

test('runs are of neighbours, in the order of the pages', () => {
  expect(runsOf([7, 8, 2, 3, 4, 9])).toEqual([
    { first: 7, count: 2 },
    { first: 2, count: 3 },
    { first: 9, count: 1 },
  ]);
});
