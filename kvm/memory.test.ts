import { describe, expect, test } from 'vitest';
import { GuestMemory, PAGE_SIZE } from './memory.ts';

const HIGH = 2 ** 32;
const memory = new GuestMemory([
  { address: 0, size: 4 * PAGE_SIZE },
  { address: HIGH, size: PAGE_SIZE },
]);

describe('addresses', () => {
  test('lead to bytes in place', () => {
    memory.span(0x123, 4, 'w').set([1, 2, 3, 4]);
    expect(memory.bytes.subarray(0x123, 0x127)).toEqual(memory.span(0x123, 4, 'r'));
    expect([...memory.read(0x124, 2)]).toEqual([2, 3]);
  });
  test('above a hole lead to the bytes behind those below', () => {
    memory.write(HIGH + 5, Uint8Array.of(9));
    expect(memory.bytes[4 * PAGE_SIZE + 5]).toBe(9);
  });
  test.each([
    ['the last byte', 4 * PAGE_SIZE - 1, 1, true],
    ['across the end', 4 * PAGE_SIZE - 1, 2, false],
    ['in the hole', 5 * PAGE_SIZE, 1, false],
    ['across the hole', 4 * PAGE_SIZE - 1, HIGH, false],
    ['negative', -1, 1, false],
    ['of a negative length', 0, -1, false],
    ['not whole', 0.5, 1, false],
    ['no number', Number.NaN, 1, false],
    ['beyond what a number holds', 2 ** 60, 1, false],
  ])('%s', (_, address, length, inside) => {
    expect(memory.contains(address, length)).toBe(inside);
    if (!inside) expect(() => memory.span(address, length, 'r')).toThrow(RangeError);
  });
});

test('pages that devices write are noted, once', () => {
  memory.takeDirty();
  memory.span(PAGE_SIZE, 10, 'r');
  memory.write(2 * PAGE_SIZE - 1, Uint8Array.of(1, 2));
  expect([...memory.takeDirty()]).toEqual([0b0110]);
  expect([...memory.takeDirty()]).toEqual([0]);
});

test('memory is whole pages', () => {
  expect(() => new GuestMemory([{ address: 0, size: 100 }])).toThrow(/not whole pages of 4 KiB/);
});
