import { expect, test } from 'vitest';
import { Breakpoints } from './breakpoints.ts';
import { MACHINE_BREAKPOINT, MACHINE_BREAKPOINTS } from './core/layout.ts';
import { MockCore } from './testing/mock-core.ts';

test('the core is given what there is', () => {
  const { core } = new MockCore([[]]);
  const breakpoints = new Breakpoints(core);
  breakpoints.add(0x8000_0000n);
  breakpoints.add(-1n);
  breakpoints.add(0x8000_0000n);
  expect([...breakpoints]).toEqual([0x8000_0000n, 0xffff_ffff_ffff_ffffn]);
  expect([core.u32(MACHINE_BREAKPOINTS), core.u64(MACHINE_BREAKPOINT + 8)]).toEqual([2, 0xffff_ffff_ffff_ffffn]);
  expect(breakpoints.has(-1n)).toBe(true);
  expect([breakpoints.delete(0x8000_0000n), breakpoints.delete(0x8000_0000n)]).toEqual([true, false]);
  expect([core.u32(MACHINE_BREAKPOINTS), core.u64(MACHINE_BREAKPOINT)]).toEqual([1, 0xffff_ffff_ffff_ffffn]);
});

test('there is room for 256', () => {
  const breakpoints = new Breakpoints(new MockCore([[]]).core);
  for (let address = 0n; address < 256n; address++) breakpoints.add(address);
  breakpoints.add(7n);
  expect(() => breakpoints.add(256n)).toThrow('there are 256 breakpoints already; delete one first');
  expect(breakpoints.size).toBe(256);
});
