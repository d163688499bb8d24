/** When floating point is allowed, what it makes dirty, and what it does with registers besides arithmetic. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Fields } from '../../../isa/encode.ts';
import { M, RAM_BASE, ram, S, TestHart, testHart, VS } from '../../testing/test-core.ts';

const ILLEGAL = 2n;
const FS = 0x6000n;
const [OFF, INITIAL, CLEAN, DIRTY] = [0n, 0x2000n, 0x4000n, 0x6000n];
const SD = 1n << 63n;
const DATA = RAM_BASE + 0x2000n;
const ONE = 0x3ff0_0000_0000_0000n;
const BOXED_ONE = 0xffff_ffff_3f80_0000n;

let hart: TestHart;
beforeAll(async () => {
  hart = await testHart();
});
beforeEach(() => {
  hart = new TestHart(hart.core);
  hart.setX(1, DATA);
});

type Named = readonly [name: string, fields: Fields];
const writing: readonly Named[] = [
  ['fld', { rd: 1, rs1: 1 }],
  ['flw', { rd: 1, rs1: 1 }],
  ['fadd.d', { rd: 1, rs1: 2, rs2: 3 }],
  ['fsgnj.s', { rd: 1, rs1: 2, rs2: 3 }],
  ['fmadd.s', { rd: 1, rs1: 2, rs2: 3, rs3: 4 }],
  ['fmv.d.x', { rd: 1, rs1: 2 }],
  ['fcvt.s.lu', { rd: 1, rs1: 2 }],
  ['csrrwi', { rd: 0, csr: 1, imm: 0 }],
  ['csrrwi', { rd: 0, csr: 3, imm: 0 }],
];
const reading: readonly Named[] = [
  ['fsd', { rs2: 1, rs1: 1 }],
  ['fsw', { rs2: 1, rs1: 1 }],
  ['feq.d', { rd: 2, rs1: 2, rs2: 3 }],
  ['fmv.x.w', { rd: 2, rs1: 2 }],
  ['fclass.d', { rd: 2, rs1: 2 }],
  ['csrrs', { rd: 2, csr: 2, rs1: 0 }],
];

describe('mstatus.FS', () => {
  test.each([...writing, ...reading])('off makes %s illegal', (name, fields) => {
    hart.write('mstatus', OFF);
    expect(hart.execute([name, fields])).toBe(ILLEGAL);
    expect(hart.read('mstatus') & FS).toBe(OFF);
  });

  test.each(writing)('%s makes it dirty', (name, fields) => {
    for (const before of [INITIAL, CLEAN, DIRTY]) {
      hart.write('mstatus', before);
      expect(hart.execute([name, fields])).toBeUndefined();
      expect(hart.read('mstatus') & (SD | FS)).toBe(SD | DIRTY);
      expect(hart.read('sstatus') & (SD | FS)).toBe(SD | DIRTY);
    }
  });

  test.each(reading)('%s leaves it', (name, fields) => {
    hart.write('mstatus', CLEAN);
    expect(hart.execute([name, fields])).toBeUndefined();
    expect(hart.read('mstatus') & (SD | FS)).toBe(CLEAN);
  });

  test('is made dirty by a comparison that raises a flag', () => {
    hart.write('mstatus', CLEAN);
    hart.setF(2, 0xffff_ffff_ffff_ffffn);
    expect(hart.execute(['flt.d', { rd: 2, rs1: 2, rs2: 2 }])).toBeUndefined();
    expect(hart.read('mstatus') & FS).toBe(DIRTY);
    expect(hart.read('fflags')).toBe(0x10n);
  });

  test('is the same field in sstatus', () => {
    hart.write('sstatus', CLEAN);
    expect(hart.read('mstatus') & FS).toBe(CLEAN);
  });
});

describe('with V=1', () => {
  test.each([...writing, ...reading])('%s needs FS of both mstatus and vsstatus', (name, fields) => {
    for (const [own, guest] of [
      [OFF, DIRTY],
      [DIRTY, OFF],
    ] as const) {
      hart.write('mstatus', own);
      hart.write('vsstatus', guest);
      hart.mode = VS;
      hart.pc = RAM_BASE;
      expect(hart.execute([name, fields])).toBe(ILLEGAL);
      hart.mode = M;
    }
  });

  test.each(writing)('%s makes both dirty', (name, fields) => {
    hart.write('mstatus', INITIAL);
    hart.write('vsstatus', CLEAN);
    hart.mode = VS;
    expect(hart.execute([name, fields])).toBeUndefined();
    expect(hart.read('mstatus') & FS).toBe(DIRTY);
    expect(hart.read('vsstatus') & (SD | FS)).toBe(SD | DIRTY);
  });

  test('without it, vsstatus stays', () => {
    hart.write('mstatus', INITIAL);
    hart.write('vsstatus', CLEAN);
    hart.mode = S;
    expect(hart.execute(['fadd.d', { rd: 1, rs1: 2, rs2: 3 }])).toBeUndefined();
    expect(hart.read('vsstatus') & (SD | FS)).toBe(CLEAN);
  });
});

describe('fcsr', () => {
  beforeEach(() => hart.write('mstatus', CLEAN));

  test('holds frm and fflags', () => {
    hart.write('fcsr', 0xffff_ffff_ffff_ffffn);
    expect([hart.read('fcsr'), hart.read('frm'), hart.read('fflags')]).toEqual([0xffn, 7n, 0x1fn]);
    hart.write('frm', 0xfan);
    expect([hart.read('fcsr'), hart.read('frm')]).toEqual([0x5fn, 2n]);
    hart.write('fflags', 0xe1n);
    expect(hart.read('fcsr')).toBe(0x41n);
  });

  test.each([5, 6])('rounding mode %i is illegal in an instruction', (rm) => {
    expect(hart.execute(['fadd.s', { rd: 1, rs1: 2, rs2: 3, rm }])).toBe(ILLEGAL);
    expect(hart.execute(['fcvt.d.w', { rd: 1, rs1: 2, rm }])).toBe(ILLEGAL);
  });

  test.each([5, 6, 7])('%i in frm makes dynamic rounding illegal', (rm) => {
    hart.write('fcsr', BigInt((rm << 5) | 1));
    expect(hart.execute(['fmul.d', { rd: 1, rs1: 2, rs2: 3 }])).toBe(ILLEGAL);
    expect(hart.execute(['fmul.d', { rd: 1, rs1: 2, rs2: 3, rm: 0 }])).toBeUndefined();
    expect(hart.execute(['fmin.d', { rd: 1, rs1: 2, rs2: 3 }])).toBeUndefined();
  });
});

describe('registers', () => {
  beforeEach(() => hart.write('mstatus', DIRTY));

  test('of single precision are boxed, and anything else counts as NaN', () => {
    hart.setF(2, 0x3f80_0000n);
    hart.setF(3, BOXED_ONE);
    hart.execute(['fadd.s', { rd: 1, rs1: 3, rs2: 3 }]);
    expect(hart.f(1)).toBe(0xffff_ffff_4000_0000n);
    hart.execute(['fadd.s', { rd: 1, rs1: 2, rs2: 3 }]);
    expect(hart.f(1)).toBe(0xffff_ffff_7fc0_0000n);
    hart.execute(['fsgnjn.s', { rd: 1, rs1: 2, rs2: 2 }]);
    expect(hart.f(1)).toBe(0xffff_ffff_ffc0_0000n);
    hart.execute(['fclass.s', { rd: 4, rs1: 2 }]);
    expect(hart.x(4)).toBe(1n << 9n);
    hart.execute(['fmv.x.w', { rd: 4, rs1: 2 }]);
    expect(hart.x(4)).toBe(0x3f80_0000n);
    hart.execute(['fcvt.w.s', { rd: 4, rs1: 2 }]);
    expect(hart.x(4)).toBe(0x7fff_ffffn);
    expect(hart.read('fflags')).toBe(0x10n);
  });

  test.each(writing.filter(([name]) => name !== 'csrrwi'))('%s writes f0 as any other', (name, fields) => {
    hart.core.setU64(ram(DATA), ONE);
    for (const n of [2, 3, 4]) hart.setF(n, name.endsWith('.s') ? BOXED_ONE : ONE);
    hart.setX(2, 5n);
    hart.execute([name, { ...fields, rd: 0 }]);
    expect(hart.f(0)).not.toBe(0n);
  });

  test.each(['feq.d', 'fclass.s', 'fmv.x.d', 'fcvt.l.d'])('%s leaves x0', (name) => {
    hart.setF(2, ONE);
    expect(hart.execute([name, { rd: 0, rs1: 2, rs2: 2 }])).toBeUndefined();
    expect(hart.x(0)).toBe(0n);
  });
});

describe('loads and stores', () => {
  beforeEach(() => hart.write('mstatus', DIRTY));
  /** Aligned, misaligned, over a page's end; each twice, since the second finds the page in the TLB. */
  const offsets = [0n, 2n, 4n, 0xffen];

  test.each([
    ['flh', 2],
    ['flw', 4],
    ['fld', 8],
  ] as const)('%s', (name, size) => {
    hart.place(RAM_BASE, [name, { rd: 3, rs1: 1, imm: 8 }]);
    for (const offset of [...offsets, ...offsets]) {
      hart.core.setU64(ram(DATA + offset), 0xfedc_ba98_8765_4321n);
      hart.setX(1, DATA + offset - 8n);
      hart.pc = RAM_BASE;
      expect(hart.step()).toBeUndefined();
      expect(hart.f(3), `at ${offset}`).toBe(
        BigInt.asUintN(
          64,
          BigInt.asIntN(64, (-1n << BigInt(size * 8)) | BigInt.asUintN(size * 8, 0xfedc_ba98_8765_4321n)),
        ),
      );
    }
  });

  test.each([
    ['fsh', 2],
    ['fsw', 4],
    ['fsd', 8],
  ] as const)('%s', (name, size) => {
    hart.place(RAM_BASE, [name, { rs1: 1, rs2: 3, imm: -8 }]);
    hart.setF(3, 0xfedc_ba98_8765_4321n);
    for (const offset of [...offsets, ...offsets]) {
      hart.core.setU64(ram(DATA + offset), 0n);
      hart.setX(1, DATA + offset + 8n);
      hart.pc = RAM_BASE;
      expect(hart.step()).toBeUndefined();
      const stored = BigInt.asUintN(size * 8, 0xfedc_ba98_8765_4321n);
      expect(hart.core.u64(ram(DATA + offset)), `at ${offset}`).toBe(stored);
    }
  });

  test('that fault change nothing, and come transformed', () => {
    hart.write('mstatus', INITIAL);
    hart.setF(3, ONE);
    hart.setX(1, 1n << 40n);
    expect(hart.execute(['fld', { rd: 3, rs1: 1 }])).toBe(5n);
    expect([hart.f(3), hart.read('mtinst'), hart.read('mstatus') & FS]).toEqual([ONE, 0x3187n, INITIAL]);
    hart.pc = RAM_BASE;
    expect(hart.execute(['fsw', { rs2: 3, rs1: 1, imm: 4 }])).toBe(7n);
    expect(hart.read('mtinst')).toBe(0x302027n);
  });
});
