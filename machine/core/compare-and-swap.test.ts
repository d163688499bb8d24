import { beforeEach, expect, test } from 'vitest';
import { RAM_BASE, ram, type TestHart, testHarts } from '../testing/test-core.ts';

const DATA = RAM_BASE + 0x4000n;
const ILLEGAL = 2n;
const STORE_MISALIGNED = 6n;
const STORE_ACCESS_FAULT = 7n;
const PATTERN = 0xfedc_ba98_8765_4321n;

let hart: TestHart;
let other: TestHart;
beforeEach(async () => {
  [hart, other] = (await testHarts(2)) as [TestHart, TestHart];
  hart.setX(10, DATA);
  hart.core.setU64(ram(DATA), PATTERN);
  hart.core.setU64(ram(DATA) + 8, ~PATTERN & 0xffff_ffff_ffff_ffffn);
});
const memory = (offset = 0): bigint => hart.core.u64(ram(DATA) + offset);

test('amocas.d swaps where rd is what memory has, and returns that', () => {
  hart.setX(3, PATTERN);
  hart.setX(4, 5n);
  expect(hart.execute(['amocas.d', { rd: 3, rs2: 4, rs1: 10 }])).toBeUndefined();
  expect([hart.x(3), memory()]).toEqual([PATTERN, 5n]);
  expect(hart.execute(['amocas.d', { rd: 3, rs2: 10, rs1: 10, aq: true, rl: true }])).toBeUndefined();
  expect([hart.x(3), memory()]).toEqual([5n, 5n]);
});

test('amocas.w compares the low half and writes all of rd', () => {
  hart.setX(3, 0x1234_5678_8765_4321n);
  hart.setX(4, 0xffff_ffff_0000_0007n);
  hart.execute(['amocas.w', { rd: 3, rs2: 4, rs1: 10 }]);
  expect([hart.x(3), memory()]).toEqual([0xffff_ffff_8765_4321n, 0xfedc_ba98_0000_0007n]);
});

test('amocas.q takes pairs of registers, of which that of x0 is zero', () => {
  const [low, high] = [memory(), memory(8)];
  hart.setX(6, low);
  hart.setX(7, high);
  hart.setX(8, 1n);
  hart.setX(9, 2n);
  hart.execute(['amocas.q', { rd: 6, rs2: 8, rs1: 10 }]);
  expect([hart.x(6), hart.x(7), memory(), memory(8)]).toEqual([low, high, 1n, 2n]);
  hart.setX(1, 77n);
  hart.execute(['amocas.q', { rd: 0, rs2: 8, rs1: 10 }]);
  expect([hart.x(0), hart.x(1), memory(), memory(8)]).toEqual([0n, 77n, 1n, 2n]);
  hart.setX(6, 1n);
  hart.setX(7, 2n);
  hart.execute(['amocas.q', { rd: 6, rs2: 0, rs1: 10 }]);
  expect([memory(), memory(8)]).toEqual([0n, 0n]);
});

test('odd pairs are reserved; addresses are aligned and in RAM', () => {
  expect(hart.execute(['amocas.q', { rd: 7, rs2: 8, rs1: 10 }])).toBe(ILLEGAL);
  hart.pc = RAM_BASE;
  expect(hart.execute(['amocas.q', { rd: 6, rs2: 9, rs1: 10 }])).toBe(ILLEGAL);
  for (const [name, offset] of [['amocas.w', 2n] as const, ['amocas.d', 4n] as const, ['amocas.q', 8n] as const]) {
    hart.pc = RAM_BASE;
    hart.setX(10, DATA + offset);
    expect(hart.execute([name, { rd: 6, rs2: 8, rs1: 10 }]), name).toBe(STORE_MISALIGNED);
  }
  hart.pc = RAM_BASE;
  hart.setX(10, 0x1000_0000n);
  expect(hart.execute(['amocas.d', { rd: 6, rs2: 8, rs1: 10 }])).toBe(STORE_ACCESS_FAULT);
});

test('a swap ends the reservation of another hart, a failed one does not', () => {
  const reserved = (): bigint => {
    other.pc = RAM_BASE + 0x1000n;
    return other.execute(['sc.d', { rd: 3, rs2: 0, rs1: 10 }]) ?? other.x(3);
  };
  for (const [compared, failed] of [[PATTERN, 1n] as const, [PATTERN + 1n, 0n] as const]) {
    hart.core.setU64(ram(DATA), PATTERN);
    other.setX(10, DATA);
    other.pc = RAM_BASE + 0x1000n;
    other.execute(['lr.d', { rd: 3, rs1: 10 }]);
    hart.setX(3, compared);
    hart.pc = RAM_BASE;
    hart.execute(['amocas.d', { rd: 3, rs2: 0, rs1: 10 }]);
    expect(reserved()).toBe(failed);
  }
});
