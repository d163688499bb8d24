import { expect, test } from 'vitest';
import { Stepping } from './stepping.ts';

test('another isolate sees where to stop', () => {
  const stepping = new Stepping();
  const seen = new Stepping(stepping.buffer);
  const passes = (...addresses: bigint[]) => addresses.map((each) => seen.passes(each));
  expect([seen.active, seen.passes(0x1000n)]).toEqual([false, false]);
  stepping.start([0x1000n, 0xffff_ffff_8000_0000n]);
  expect(seen.active).toBe(true);
  expect(passes(0x1000n, 0xffff_ffff_8000_0000n, 0x1001n)).toEqual([false, false, true]);
  stepping.start([0x1001n]);
  expect(passes(0x1000n, 0x1001n)).toEqual([true, false]);
  stepping.start();
  expect(passes(0x1000n)).toEqual([false]);
  stepping.end();
  expect([seen.active, seen.passes(0x1000n)]).toEqual([false, false]);
  expect(() => stepping.start(Array.from({ length: 257 }, () => 0n))).toThrow('257 addresses to step to');
});
