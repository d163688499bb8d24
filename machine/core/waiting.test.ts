/** wfi and wrs: who may wait. */
import { beforeEach, expect, test } from 'vitest';
import { M, RAM_BASE, S, type TestHart, testHart, U, VS, VU } from '../testing/test-core.ts';
import { HART_WAITING } from './layout.ts';

const TW = 1n << 21n;
const VTW = 1n << 21n;
const OK = undefined;
const ILLEGAL = 2n;
const VIRTUAL = 22n;

let hart: TestHart;
beforeEach(async () => {
  hart = await testHart();
});

function causes(name: string): (bigint | undefined)[] {
  return [M, S, U, VS, VU].map((mode) => {
    hart.pc = RAM_BASE;
    hart.mode = mode;
    const cause = hart.execute([name]);
    hart.core.setU32(hart.core.hart(0, HART_WAITING), 0);
    hart.mode = M;
    return cause;
  });
}

test('wrs.nto waits in every mode, but for TW and VTW', () => {
  expect(causes('wrs.nto')).toEqual([OK, OK, OK, OK, OK]);
  hart.write('hstatus', VTW);
  expect(causes('wrs.nto')).toEqual([OK, OK, OK, VIRTUAL, VIRTUAL]);
  hart.write('mstatus', TW);
  expect(causes('wrs.nto')).toEqual([OK, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL]);
  expect(causes('wrs.sto')).toEqual([OK, OK, OK, OK, OK]);
});

test('wfi does not wait in U-mode and VU-mode', () => {
  expect(causes('wfi')).toEqual([OK, OK, ILLEGAL, OK, VIRTUAL]);
  hart.write('hstatus', VTW);
  expect(causes('wfi')).toEqual([OK, OK, ILLEGAL, VIRTUAL, VIRTUAL]);
  hart.write('mstatus', TW);
  expect(causes('wfi')).toEqual([OK, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL]);
});
