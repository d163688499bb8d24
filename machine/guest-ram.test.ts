import { expect, test } from 'vitest';
import { RAM } from './core/layout.ts';
import { GuestRam } from './guest-ram.ts';
import { MockCore } from './testing/mock-core.ts';

const MIB = 2 ** 20;
const BASE = 0x8000_0000;

test('a span is the memory that harts see', () => {
  const { core } = new MockCore([[]]);
  const ram = new GuestRam(core);
  ram.span(BASE + 5, 3, 'w').set([1, 2, 3]);
  expect([...core.bytes.subarray(RAM + 4, RAM + 9)]).toEqual([0, 1, 2, 3, 0]);
  ram.write(BASE + MIB - 2, Uint8Array.of(8, 9));
  const copy = ram.read(BASE + MIB - 2, 2);
  ram.write(BASE + MIB - 2, Uint8Array.of(0, 0));
  expect([...copy]).toEqual([8, 9]);
});

test('writing forgets the decoded code of every page touched, reading of none', () => {
  const mock = new MockCore([[]]);
  const ram = new GuestRam(mock.core);
  ram.span(BASE + 0xffe, 4, 'r');
  ram.span(BASE + 0xffe, 4, 'w');
  ram.span(BASE + 0x2000, 0x1000, 'w');
  ram.span(BASE + 0x3000, 0, 'w');
  expect(mock.invalidated).toEqual(['0x80000+2', '0x80002+1']);
});

test.each([
  [BASE - 1, 2],
  [BASE + MIB - 1, 2],
  [BASE + MIB, 1],
  [BASE, -1],
  [BASE + 0.5, 1],
  [2 ** 64, 1],
  [BASE, 2 ** 53],
  [Number.NaN, 1],
])('refuses what is not RAM: 0x%d, %d bytes', (address, length) => {
  const ram = new GuestRam(new MockCore([[]]).core);
  expect(() => ram.span(address, length, 'r')).toThrow('are not all in RAM at 0x80000000..0x800fffff');
  expect(() => ram.span(address, length, 'w')).toThrow(RangeError);
});
