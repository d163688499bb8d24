/** Zicbom and Zicboz: who may, what is checked, and that blocks are zeroed. */
import { beforeEach, describe, expect, test } from 'vitest';
import { M, RAM_BASE, ram, S, type TestHart, testHart, U, VS, VU } from '../testing/test-core.ts';

const DATA = RAM_BASE + 0x4000n;
const ILLEGAL = 2n;
const STORE_ACCESS_FAULT = 7n;
const VIRTUAL_INSTRUCTION = 22n;
const CBIE = 0x30n;
const CBCFE = 0x40n;
const CBZE = 0x80n;

let hart: TestHart;
beforeEach(async () => {
  hart = await testHart();
  hart.setX(10, DATA);
});

function attempt(name: string, mode: typeof M): bigint | undefined {
  hart.pc = RAM_BASE;
  hart.mode = mode;
  const cause = hart.execute([name, { rs1: 10 }]);
  hart.mode = M;
  return cause;
}

describe.each([
  ['cbo.inval', CBIE],
  ['cbo.clean', CBCFE],
  ['cbo.flush', CBCFE],
  ['cbo.zero', CBZE],
])('%s', (name, field) => {
  test('is allowed level by level', () => {
    const causes = () => [M, S, U, VS, VU].map((mode) => attempt(name, mode));
    const none = undefined;
    expect(causes()).toEqual([none, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL]);
    hart.write('menvcfg', field);
    expect(causes()).toEqual([none, none, ILLEGAL, VIRTUAL_INSTRUCTION, VIRTUAL_INSTRUCTION]);
    hart.write('henvcfg', field);
    expect(causes()).toEqual([none, none, ILLEGAL, none, VIRTUAL_INSTRUCTION]);
    hart.write('senvcfg', field);
    expect(causes()).toEqual([none, none, none, none, none]);
    hart.write('henvcfg', 0n);
    expect(causes()).toEqual([none, none, none, VIRTUAL_INSTRUCTION, VIRTUAL_INSTRUCTION]);
    hart.write('menvcfg', 0n);
    expect(causes()).toEqual([none, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL]);
  });

  test('faults as a store, at the address in rs1, and only where PMP allows the whole block', () => {
    hart.setX(10, DATA + 37n);
    // Entry 0 covers four bytes of the block, for nobody; entry 1 the rest.
    hart.write('pmpaddr0', (DATA + 8n) >> 2n);
    hart.write('pmpaddr1', 0x3f_ffff_ffff_ffffn);
    hart.write('pmpcfg0', 0x1f90n);
    expect(attempt(name, M)).toBe(STORE_ACCESS_FAULT);
    expect(hart.read('mtval')).toBe(DATA + 37n);
    hart.setX(10, DATA + 64n);
    expect(attempt(name, M)).toBeUndefined();
  });
});

test('CBIE does not take its reserved value', () => {
  for (const name of ['menvcfg', 'senvcfg', 'henvcfg']) {
    hart.write(name, 0x20n);
    expect(hart.read(name), name).toBe(0n);
    hart.write(name, 0x10n);
    expect(hart.read(name), name).toBe(0x10n);
  }
});

test('cbo.zero stores zeros to the block around the address, again and again', () => {
  for (let repeat = 0; repeat < 2; repeat++) {
    for (let at = -8; at < 72; at += 8) hart.core.setU64(ram(DATA) + at, 0xffff_ffff_ffff_ffffn);
    hart.setX(10, DATA + 63n);
    expect(attempt('cbo.zero', M)).toBeUndefined();
    const found = Array.from({ length: 10 }, (_, index) => hart.core.u64(ram(DATA) - 8 + index * 8) === 0n);
    expect(found).toEqual([false, true, true, true, true, true, true, true, true, false]);
  }
});

test('cbo.zero of code is seen when that runs', () => {
  hart.place(DATA, ['addi', { rd: 3, imm: 1 }]);
  hart.pc = DATA;
  hart.run(1);
  expect(attempt('cbo.zero', M)).toBeUndefined();
  hart.pc = DATA;
  expect(hart.step()).toBe(ILLEGAL);
});

test('devices have no blocks to zero, and managing theirs does nothing', () => {
  hart.setX(10, 0x1000_0000n);
  expect(attempt('cbo.zero', M)).toBe(STORE_ACCESS_FAULT);
  expect(attempt('cbo.flush', M)).toBeUndefined();
});
