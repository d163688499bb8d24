/** Zba, Zbb, Zbc, Zbkb, Zbkx, Zbs and Zicond, against the pseudocode of their chapters in big integers. */
import { beforeAll, describe, expect, test } from 'vitest';
import { RAM_BASE, type TestHart, testHart } from '../testing/test-core.ts';

const s64 = (value: bigint): bigint => BigInt.asIntN(64, value);
const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const s32 = (value: bigint): bigint => BigInt.asIntN(32, value);
const u32 = (value: bigint): bigint => BigInt.asUintN(32, value);
const bitsOf = (value: bigint): string => value.toString(2).padStart(64, '0');

const values = [
  ...[0n, 1n, 2n, 5n, 63n, 64n, 0x80n, 0x8000n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 0x1_0000_0000n],
  ...[0x8000_0000_0000_0000n, 0xffff_ffff_ffff_ffffn, 0x0123_4567_89ab_cdefn, 0x00ff_0100_8000_0040n],
];

const leadingZeros = (bits: string): bigint => BigInt(/^0*/.exec(bits)![0].length);
const trailingZeros = (bits: string): bigint => BigInt(/0*$/.exec(bits)![0].length);
const ones = (bits: string): bigint => BigInt(bits.replaceAll('0', '').length);
const rotated = (bits: string, left: number): bigint => BigInt(`0b${bits.slice(left)}${bits.slice(0, left)}`);
const wordBits = (value: bigint): string => bitsOf(u32(value)).slice(32);
const bytes = (value: bigint): string[] => value.toString(16).padStart(16, '0').match(/../g)!;
const product = (a: bigint, b: bigint): bigint =>
  Array.from({ length: 64 }, (_, i) => ((b >> BigInt(i)) & 1n ? a << BigInt(i) : 0n)).reduce((sum, part) => sum ^ part);
const permuted = (table: bigint, indices: bigint, width: number): bigint => {
  const pieces = (value: bigint): bigint[] =>
    Array.from({ length: 64 / width }, (_, n) => (value >> BigInt(n * width)) & ((1n << BigInt(width)) - 1n));
  const from = pieces(table);
  return pieces(indices).reduce((sum, index, n) => sum | ((from[Number(index)] ?? 0n) << BigInt(n * width)), 0n);
};
const bit = (b: bigint): bigint => 1n << (b & 63n);

const binary: Record<string, (a: bigint, b: bigint) => bigint> = {
  sh1add: (a, b) => (a << 1n) + b,
  sh2add: (a, b) => (a << 2n) + b,
  sh3add: (a, b) => (a << 3n) + b,
  'add.uw': (a, b) => u32(a) + b,
  'sh1add.uw': (a, b) => (u32(a) << 1n) + b,
  'sh2add.uw': (a, b) => (u32(a) << 2n) + b,
  'sh3add.uw': (a, b) => (u32(a) << 3n) + b,
  andn: (a, b) => a & ~b,
  orn: (a, b) => a | ~b,
  xnor: (a, b) => ~(a ^ b),
  min: (a, b) => (s64(a) < s64(b) ? a : b),
  minu: (a, b) => (a < b ? a : b),
  max: (a, b) => (s64(a) > s64(b) ? a : b),
  maxu: (a, b) => (a > b ? a : b),
  rol: (a, b) => rotated(bitsOf(a), Number(b & 63n)),
  ror: (a, b) => rotated(bitsOf(a), Number(-b & 63n)),
  rolw: (a, b) => s32(rotated(wordBits(a), Number(b & 31n))),
  rorw: (a, b) => s32(rotated(wordBits(a), Number(-b & 31n))),
  pack: (a, b) => (b << 32n) | u32(a),
  packh: (a, b) => ((b & 255n) << 8n) | (a & 255n),
  packw: (a, b) => s32(((b & 0xffffn) << 16n) | (a & 0xffffn)),
  xperm4: (a, b) => permuted(a, b, 4),
  xperm8: (a, b) => permuted(a, b, 8),
  clmul: (a, b) => product(a, b),
  clmulr: (a, b) => product(a, b) >> 63n,
  clmulh: (a, b) => product(a, b) >> 64n,
  bclr: (a, b) => a & ~bit(b),
  bext: (a, b) => (a >> (b & 63n)) & 1n,
  binv: (a, b) => a ^ bit(b),
  bset: (a, b) => a | bit(b),
  'czero.eqz': (a, b) => (b === 0n ? 0n : a),
  'czero.nez': (a, b) => (b === 0n ? a : 0n),
};

const unary: Record<string, (a: bigint) => bigint> = {
  clz: (a) => leadingZeros(bitsOf(a)),
  ctz: (a) => trailingZeros(bitsOf(a)),
  cpop: (a) => ones(bitsOf(a)),
  clzw: (a) => leadingZeros(wordBits(a)),
  ctzw: (a) => trailingZeros(wordBits(a)),
  cpopw: (a) => ones(wordBits(a)),
  'sext.b': (a) => BigInt.asIntN(8, a),
  'sext.h': (a) => BigInt.asIntN(16, a),
  'zext.h': (a) => BigInt.asUintN(16, a),
  'orc.b': (a) =>
    BigInt(
      `0x${bytes(a)
        .map((byte) => (byte === '00' ? byte : 'ff'))
        .join('')}`,
    ),
  brev8: (a) => BigInt(`0b${bitsOf(a).replace(/.{8}/g, (byte) => [...byte].reverse().join(''))}`),
  rev8: (a) => BigInt(`0x${bytes(a).reverse().join('')}`),
};

const shifts: Record<string, (a: bigint, amount: bigint) => bigint> = {
  'slli.uw': (a, amount) => u32(a) << amount,
  rori: (a, amount) => binary.ror!(a, amount),
  roriw: (a, amount) => binary.rorw!(a, amount),
  bclri: (a, amount) => binary.bclr!(a, amount),
  bexti: (a, amount) => binary.bext!(a, amount),
  binvi: (a, amount) => binary.binv!(a, amount),
  bseti: (a, amount) => binary.bset!(a, amount),
};

let hart: TestHart;
beforeAll(async () => {
  hart = await testHart();
});

function run(a: bigint, b = 0n): bigint {
  hart.setX(1, a);
  hart.setX(2, b);
  hart.pc = RAM_BASE;
  expect(hart.step()).toBeUndefined();
  return hart.x(3);
}

describe('bit manipulation', () => {
  test.each(Object.entries(binary))('%s', (name, operation) => {
    hart.place(RAM_BASE, [name, { rd: 3, rs1: 1, rs2: 2 }]);
    for (const a of values) for (const b of values) expect(run(a, b), `${a} ${b}`).toBe(u64(operation(a, b)));
  });

  test.each(Object.entries(unary))('%s', (name, operation) => {
    hart.place(RAM_BASE, [name, { rd: 3, rs1: 1 }]);
    for (const a of values) expect(run(a), `${a}`).toBe(u64(operation(a)));
  });

  test.each(Object.entries(shifts))('%s', (name, operation) => {
    for (const imm of name.endsWith('w') && name !== 'slli.uw' ? [0, 1, 31] : [0, 1, 31, 32, 63]) {
      hart.place(RAM_BASE, [name, { rd: 3, rs1: 1, imm }]);
      for (const a of values) expect(run(a), `${a} ${imm}`).toBe(u64(operation(a, BigInt(imm))));
    }
  });

  test('x0 stays 0', () => {
    hart.pc = RAM_BASE;
    for (const name of ['sh1add', 'bset', 'rev8', 'clmul']) hart.execute([name, { rd: 0, rs1: 1, rs2: 1 }]);
    expect(hart.x(0)).toBe(0n);
  });
});
