import { expect, test } from 'vitest';
import { StepStops } from './step-stops.ts';

test('another isolate sees the addresses at which to stop', () => {
  const stops = new StepStops();
  const seen = new StepStops(stops.buffer);
  expect(seen.passes(0x1000n)).toBe(false);
  stops.set([0x1000n, 0xffff_ffff_8000_0000n]);
  expect([0x1000n, 0xffff_ffff_8000_0000n, 0x1001n].map((each) => seen.passes(each))).toEqual([false, false, true]);
  stops.set([0x1001n]);
  expect([0x1000n, 0x1001n].map((each) => seen.passes(each))).toEqual([true, false]);
  stops.set([]);
  expect(seen.passes(0x1000n)).toBe(false);
  expect(() => stops.set(Array.from({ length: 257 }, () => 0n))).toThrow('257 addresses to step to');
});
