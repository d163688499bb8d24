import { beforeAll, describe, expect, test } from 'vitest';
import { compressedInstructions } from '../../isa/compressed.ts';
import { RAM_BASE, ram, type TestHart, testHart } from '../testing/test-core.ts';

const s64 = (value: bigint): bigint => BigInt.asIntN(64, value);
const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const s32 = (value: bigint): bigint => BigInt.asIntN(32, value);
const u32 = (value: bigint): bigint => BigInt.asUintN(32, value);
const bit = (value: boolean): bigint => (value ? 1n : 0n);

const values = [
  ...[0n, 1n, 2n, 31n, 32n, 63n, 0x7fn, 0x80n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn],
  ...[0x1_0000_0000n, 0x7fff_ffff_ffff_ffffn, 0x8000_0000_0000_0000n, 0xffff_ffff_8000_0000n, 0xffff_ffff_ffff_ffffn],
  0x0123_4567_89ab_cdefn,
];

const divide = (a: bigint, b: bigint): bigint => (b === 0n ? -1n : a / b);
const remainder = (a: bigint, b: bigint): bigint => (b === 0n ? a : a % b);

/** What each R-type instruction computes of two unsigned 64-bit values, before truncation. */
const registerOperations: Record<string, (a: bigint, b: bigint) => bigint> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  sll: (a, b) => a << (b & 63n),
  slt: (a, b) => bit(s64(a) < s64(b)),
  sltu: (a, b) => bit(a < b),
  xor: (a, b) => a ^ b,
  srl: (a, b) => a >> (b & 63n),
  sra: (a, b) => s64(a) >> (b & 63n),
  or: (a, b) => a | b,
  and: (a, b) => a & b,
  addw: (a, b) => s32(a + b),
  subw: (a, b) => s32(a - b),
  sllw: (a, b) => s32(a << (b & 31n)),
  srlw: (a, b) => s32(u32(a) >> (b & 31n)),
  sraw: (a, b) => s32(a) >> (b & 31n),
  mul: (a, b) => a * b,
  mulh: (a, b) => (s64(a) * s64(b)) >> 64n,
  mulhsu: (a, b) => (s64(a) * b) >> 64n,
  mulhu: (a, b) => (a * b) >> 64n,
  div: (a, b) => divide(s64(a), s64(b)),
  divu: (a, b) => divide(a, b),
  rem: (a, b) => remainder(s64(a), s64(b)),
  remu: (a, b) => remainder(a, b),
  mulw: (a, b) => s32(a * b),
  divw: (a, b) => s32(divide(s32(a), s32(b))),
  divuw: (a, b) => s32(divide(u32(a), u32(b))),
  remw: (a, b) => s32(remainder(s32(a), s32(b))),
  remuw: (a, b) => s32(remainder(u32(a), u32(b))),
};

/** Of a value and a sign-extended 12-bit immediate, or a shift amount. */
const immediateOperations: Record<string, (a: bigint, imm: bigint) => bigint> = {
  addi: (a, imm) => a + imm,
  slti: (a, imm) => bit(s64(a) < imm),
  sltiu: (a, imm) => bit(a < u64(imm)),
  xori: (a, imm) => a ^ u64(imm),
  ori: (a, imm) => a | u64(imm),
  andi: (a, imm) => a & u64(imm),
  addiw: (a, imm) => s32(a + imm),
};
const shiftOperations: Record<string, (a: bigint, imm: bigint) => bigint> = {
  slli: (a, imm) => a << imm,
  srli: (a, imm) => a >> imm,
  srai: (a, imm) => s64(a) >> imm,
  slliw: (a, imm) => s32(a << imm),
  srliw: (a, imm) => s32(u32(a) >> imm),
  sraiw: (a, imm) => s32(a) >> imm,
};

const branches: Record<string, (a: bigint, b: bigint) => boolean> = {
  beq: (a, b) => a === b,
  bne: (a, b) => a !== b,
  blt: (a, b) => s64(a) < s64(b),
  bge: (a, b) => s64(a) >= s64(b),
  bltu: (a, b) => a < b,
  bgeu: (a, b) => a >= b,
};

const loads: Record<string, { size: number; of: (value: bigint) => bigint }> = {
  lb: { size: 1, of: (value) => BigInt.asIntN(8, value) },
  lh: { size: 2, of: (value) => BigInt.asIntN(16, value) },
  lw: { size: 4, of: (value) => s32(value) },
  ld: { size: 8, of: (value) => value },
  lbu: { size: 1, of: (value) => BigInt.asUintN(8, value) },
  lhu: { size: 2, of: (value) => BigInt.asUintN(16, value) },
  lwu: { size: 4, of: (value) => u32(value) },
};
const stores: Record<string, number> = { sb: 1, sh: 2, sw: 4, sd: 8 };

let hart: TestHart;
beforeAll(async () => {
  hart = await testHart();
});

describe('integer operations', () => {
  test.each(Object.entries(registerOperations))('%s', (name, operation) => {
    hart.place(RAM_BASE, [name, { rd: 3, rs1: 1, rs2: 2 }]);
    for (const a of values) {
      for (const b of values) {
        hart.setX(1, a);
        hart.setX(2, b);
        hart.pc = RAM_BASE;
        hart.run(1);
        expect(hart.x(3), `${name} ${a} ${b}`).toBe(u64(operation(a, b)));
      }
    }
  });

  const check = (name: string, operation: (a: bigint, imm: bigint) => bigint, immediates: readonly number[]): void => {
    for (const imm of immediates) {
      hart.place(RAM_BASE, [name, { rd: 3, rs1: 1, imm }]);
      for (const a of values) {
        hart.setX(1, a);
        hart.pc = RAM_BASE;
        hart.run(1);
        expect(hart.x(3), `${name} ${a} ${imm}`).toBe(u64(operation(a, BigInt(imm))));
      }
    }
  };
  test.each(Object.entries(immediateOperations))('%s', (name, operation) => {
    check(name, operation, [0, 1, -1, 2047, -2048, 0x55]);
  });
  test.each(Object.entries(shiftOperations))('%s', (name, operation) => {
    check(name, operation, name.endsWith('w') ? [0, 1, 15, 31] : [0, 1, 31, 32, 63]);
  });

  test('lui and auipc sign-extend their 32 bits', () => {
    hart.pc = RAM_BASE;
    hart.execute(['lui', { rd: 3, imm: 0x80000 }]);
    expect(hart.x(3)).toBe(0xffff_ffff_8000_0000n);
    hart.execute(['auipc', { rd: 3, imm: 0xfffff }]);
    expect(hart.x(3)).toBe(RAM_BASE + 4n - 0x1000n);
  });

  test('x0 stays 0, whatever names it as a destination', () => {
    hart.setX(1, 5n);
    hart.setX(2, RAM_BASE);
    hart.pc = RAM_BASE;
    hart.execute(['addi', { rd: 0, rs1: 1, imm: 7 }]);
    hart.execute(['mulhu', { rd: 0, rs1: 1, rs2: 1 }]);
    hart.execute(['ld', { rd: 0, rs1: 2 }]);
    hart.execute(['csrrs', { rd: 0, csr: 0x301 }]);
    hart.execute(['amoadd.d', { rd: 0, rs1: 2, rs2: 0 }]);
    hart.execute(['jal', { rd: 0, imm: 8 }]);
    expect(hart.x(0)).toBe(0n);
    expect(hart.pc).toBe(RAM_BASE + 28n);
  });
});

describe('branches and jumps', () => {
  /** Taken within the page, and over its end. */
  const places = [RAM_BASE + 0x100n, RAM_BASE + 0xffcn];

  test.each(Object.entries(branches))('%s', (name, taken) => {
    for (const at of places) {
      hart.place(at, [name, { rs1: 1, rs2: 2, imm: 64 }]);
      for (const a of values) {
        for (const b of [0n, 1n, 0x8000_0000_0000_0000n, a]) {
          hart.setX(1, a);
          hart.setX(2, b);
          hart.pc = at;
          hart.run(1);
          expect(hart.pc, `${name} ${a} ${b} at ${at.toString(16)}`).toBe(at + (taken(a, b) ? 64n : 4n));
        }
      }
    }
  });

  test.each(places)('jal and jalr link, at %i', (at) => {
    hart.place(at, ['jal', { rd: 1, imm: 0x20 }]);
    hart.pc = at;
    hart.run(1);
    expect([hart.pc, hart.x(1)]).toEqual([at + 0x20n, at + 4n]);
    hart.place(at, ['jalr', { rd: 1, rs1: 1, imm: -1 }]);
    hart.setX(1, at + 0x41n);
    hart.pc = at;
    hart.run(1);
    expect([hart.pc, hart.x(1)]).toEqual([at + 0x40n, at + 4n]);
    hart.place(at, ['jalr', { rd: 0, rs1: 1, imm: 3 }]);
    hart.pc = at;
    hart.run(1);
    expect(hart.pc).toBe((at + 7n) & ~1n);
  });

  test('an instruction over a page boundary is fetched in two parts', () => {
    const at = RAM_BASE + 0xffen;
    const memory = hart.core.view;
    hart.place(RAM_BASE + 0x1000n, 0);
    memory.setUint16(ram(at), 0x0193, true); // addi x3, x0, 0x123
    memory.setUint16(ram(at) + 2, 0x1230, true);
    hart.pc = at;
    hart.run(1);
    expect([hart.x(3), hart.pc]).toEqual([0x123n, at + 4n]);
    memory.setUint16(ram(at) + 2, 0x4560, true);
    hart.core.exports.invalidateCode(Number(RAM_BASE >> 12n) + 1, 1);
    hart.pc = at;
    hart.run(1);
    expect(hart.x(3)).toBe(0x456n);
  });
});

/** Those that go on with the next instruction, each with the registers that bits 4:2, 9:7 and 11:7 then name. */
const goingOn = compressedInstructions.filter(({ base }) => !['jal', 'jalr', 'beq', 'bne', 'ebreak'].includes(base));

test.each(goingOn.map(({ name, match, mask }) => [name, match | (0x0494 & ~mask)] as const))(
  '%s takes two bytes',
  (_, half) => {
    hart.write('mstatus', 0x6000n);
    for (let x = 1; x < 32; x++) hart.setX(x, RAM_BASE + 0x3000n);
    hart.place(RAM_BASE, half);
    hart.pc = RAM_BASE;
    expect(hart.step()).toBeUndefined();
    expect(hart.pc).toBe(RAM_BASE + 2n);
  },
);

describe('loads and stores', () => {
  const data = RAM_BASE + 0x3000n;
  const pattern = 0xfedc_ba98_8765_4321n;
  /** Aligned, misaligned, over a page's end. */
  const offsets = [0n, 1n, 3n, 6n, 0xffdn, 0xfffn];

  test.each(Object.entries(loads))('%s', (name, { size, of }) => {
    hart.place(RAM_BASE, [name, { rd: 3, rs1: 1, imm: 8 }]);
    for (const offset of offsets) {
      hart.core.setU64(ram(data + offset), pattern);
      hart.setX(1, data + offset - 8n);
      hart.pc = RAM_BASE;
      expect(hart.step(), `${name} at ${offset}`).toBeUndefined();
      expect(hart.x(3), `${name} at ${offset}`).toBe(u64(of(BigInt.asUintN(size * 8, pattern))));
    }
  });

  test.each(Object.entries(stores))('%s', (name, size) => {
    hart.place(RAM_BASE, [name, { rs1: 1, rs2: 2, imm: -8 }]);
    for (const offset of offsets) {
      const at = ram(data + offset);
      hart.core.setU64(at, 0n);
      hart.core.setU64(at + 8, 0n);
      hart.setX(1, data + offset + 8n);
      hart.setX(2, pattern);
      for (let again = 0; again < 2; again++) {
        hart.pc = RAM_BASE;
        expect(hart.step(), `${name} at ${offset}`).toBeUndefined();
      }
      expect(hart.core.u64(at), `${name} at ${offset}`).toBe(BigInt.asUintN(size * 8, pattern));
      expect(hart.core.u64(at + 8)).toBe(0n);
    }
  });
});
