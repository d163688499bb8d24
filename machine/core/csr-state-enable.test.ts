/** Smstateen: who may reach which register while its level of enables is closed. */
import { beforeEach, expect, test } from 'vitest';
import { csrByName } from '../../isa/csrs.ts';
import { M, RAM_BASE, S, type TestHart, testHart, U, VS, VU } from '../testing/test-core.ts';

const ENVCFG = 1n << 62n;
const NEXT_LEVEL = 1n << 63n;
const ALL_ONES = 2n ** 64n - 1n;
const OK = undefined;
const ILLEGAL = 2n;
const VIRTUAL = 22n;

let hart: TestHart;
beforeEach(async () => {
  hart = await testHart();
});

/** What reading the CSR in M, HS, U, VS and VU raises. */
function causes(name: string): (bigint | undefined)[] {
  return [M, S, U, VS, VU].map((mode) => {
    hart.pc = RAM_BASE;
    hart.mode = mode;
    const cause = hart.execute(['csrrs', { rd: 3, csr: csrByName.get(name)!.address }]);
    hart.mode = M;
    return cause;
  });
}

test('what M-mode has not opened is illegal below it', () => {
  for (const name of ['senvcfg', 'henvcfg', 'sstateen0', 'hstateen0', 'sstateen3', 'hstateen3']) {
    expect(causes(name), name).toEqual([OK, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL]);
  }
});

test('what the hypervisor has not opened is virtual to its guest', () => {
  hart.write('mstateen0', ENVCFG | NEXT_LEVEL);
  hart.write('mstateen2', NEXT_LEVEL);
  const closed = [OK, OK, ILLEGAL, VIRTUAL, VIRTUAL];
  for (const name of ['senvcfg', 'henvcfg', 'sstateen0', 'hstateen0', 'sstateen2', 'hstateen2']) {
    expect(causes(name), name).toEqual(closed);
  }
  hart.write('hstateen0', ENVCFG);
  expect([causes('senvcfg'), causes('sstateen0')]).toEqual([[OK, OK, ILLEGAL, OK, VIRTUAL], closed]);
  hart.write('hstateen0', NEXT_LEVEL);
  expect([causes('senvcfg'), causes('sstateen0')]).toEqual([closed, [OK, OK, ILLEGAL, OK, VIRTUAL]]);
  hart.write('hstateen2', NEXT_LEVEL);
  expect(causes('sstateen2')).toEqual([OK, OK, ILLEGAL, OK, VIRTUAL]);
});

test('bits are there for what there is, and what M-mode closes reads as 0 below', () => {
  const names = ['mstateen0', 'mstateen1', 'hstateen0', 'hstateen1', 'sstateen0', 'sstateen1'];
  for (const name of names) hart.write(name, ALL_ONES);
  const both = ENVCFG | NEXT_LEVEL;
  expect(names.map((name) => hart.read(name))).toEqual([both, NEXT_LEVEL, both, NEXT_LEVEL, 0n, 0n]);
  hart.write('mstateen0', ENVCFG);
  expect(hart.read('hstateen0')).toBe(ENVCFG);
});

test('a guest has no other register in the place of one that is shared', () => {
  hart.write('mstateen0', ENVCFG);
  hart.write('hstateen0', ENVCFG);
  hart.write('senvcfg', 0x80n);
  expect(causes('senvcfg')[3]).toBeUndefined();
  expect(hart.x(3)).toBe(0x80n);
});
