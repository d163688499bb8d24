/** Two-stage translation: Priv. 1.13, "Virtual Address Translation Process" and "Two-Stage Address Translation". */
import { beforeEach, describe, expect, test } from 'vitest';
import { type Code, M, RAM_BASE, ram, S, type TestHart, testHart, U, VS, VU } from '../testing/test-core.ts';

const [V, R, W, X, USER, , A, D] = [1n, 2n, 4n, 8n, 16n, 32n, 64n, 128n] as const;
const RWX = R | W | X | A | D;
const SUM = 1n << 18n;
const MXR = 1n << 19n;
const SCHEMES = [
  { levels: 3, mode: 8n },
  { levels: 4, mode: 9n },
  { levels: 5, mode: 10n },
];

const CODE = RAM_BASE;
const DATA = RAM_BASE + 0x20_0000n;
const FIRST_TABLE = RAM_BASE + 0x40_0000n;
const LOAD: Code = ['ld', { rd: 3, rs1: 1 }];
const STORE: Code = ['sd', { rs2: 2, rs1: 1 }];

let hart: TestHart;
let nextTable: bigint;
beforeEach(async () => {
  hart = await testHart();
  nextTable = FIRST_TABLE;
  hart.core.setU64(ram(DATA), 0x1234n);
});

function newTable(pages: bigint): bigint {
  const table = (nextTable + pages * 0x1000n - 1n) & -(pages * 0x1000n);
  nextTable = table + pages * 0x1000n;
  return table;
}

/** Tables of one stage; `widen` is 2 for the root of a G-stage. */
class Tables {
  readonly root: bigint;
  readonly levels: number;
  readonly widen: bigint;

  constructor(levels: number, widen = 0n) {
    this.levels = levels;
    this.widen = widen;
    this.root = newTable(1n << widen);
  }

  /** Address of the entry for `va` at `level`, 0 being that of 4 KiB pages; tables on the way are made. */
  entry(va: bigint, level = 0): bigint {
    let table = this.root;
    for (let at = this.levels - 1; ; at--) {
      const bits = 9n + (at === this.levels - 1 ? this.widen : 0n);
      const entry = table + ((va >> (12n + 9n * BigInt(at))) & ((1n << bits) - 1n)) * 8n;
      if (at === level) return entry;
      const pte = hart.core.u64(ram(entry));
      if (pte === 0n) hart.core.setU64(ram(entry), ((newTable(1n) >> 12n) << 10n) | V);
      table = (hart.core.u64(ram(entry)) >> 10n) << 12n;
    }
  }

  map(va: bigint, pa: bigint, flags: bigint, level = 0): this {
    hart.core.setU64(ram(this.entry(va, level)), ((pa >> 12n) << 10n) | flags | V);
    return this;
  }

  atp(mode: bigint): bigint {
    return (mode << 60n) | (this.root >> 12n);
  }
}

/** Executes in the mode with x1 = va; the code itself is at a place that M-mode reaches and the mode must have mapped. */
function attempt(code: Code, va: bigint): bigint | undefined {
  hart.setX(1, va);
  hart.place(CODE, code);
  hart.pc = CODE;
  return hart.step();
}

/** Loads by MPRV, so that code runs in M-mode and only the data is translated. */
function attemptAs(mode: typeof VS, code: Code, va: bigint, more = 0n): bigint | undefined {
  const status = (1n << 17n) | (BigInt(mode.privilege) << 11n) | (BigInt(mode.virtual) << 39n);
  hart.mode = M;
  hart.write('mstatus', status | more);
  return attempt(code, va);
}

describe.each(SCHEMES)('Sv with $levels levels', ({ levels, mode }) => {
  const top = 1n << (11n + 9n * BigInt(levels));
  const high = BigInt.asUintN(64, -top);

  test.each([0, 1, 2])('leaf at level %i, at either end of the address space', (level) => {
    const size = 1n << (12n + 9n * BigInt(level));
    const pa = DATA & -size;
    const tables = new Tables(levels).map(0n, pa, RWX, level).map(high, pa, RWX, level);
    hart.write('satp', tables.atp(mode));
    for (const base of [0n, high]) {
      expect(attemptAs(S, LOAD, base + (DATA & (size - 1n)))).toBeUndefined();
      expect(hart.x(3)).toBe(0x1234n);
    }
  });

  test('an address that is not canonical faults', () => {
    hart.write('satp', new Tables(levels).map(0n, DATA, RWX).atp(mode));
    expect(attemptAs(S, LOAD, top)).toBe(13n);
    expect(attemptAs(S, STORE, high - 8n)).toBe(15n);
    expect(hart.read('mtval')).toBe(high - 8n);
  });

  test('two stages, and fetches through them', () => {
    const guest = new Tables(levels, 2n);
    const gpaRoot = 0x10_0000n;
    const own = new Tables(levels);
    // The guest's tables lie at gpaRoot + their distance from the first, so that their entries are translated too.
    for (let page = 0n; page < 32n; page++) guest.map(gpaRoot + page * 0x1000n, own.root + page * 0x1000n, RWX | USER);
    const gpaOf = (pa: bigint): bigint => gpaRoot + (pa - own.root);
    // The highest bit of a guest physical address, of those that a PTE's 44 bits of PPN can hold.
    const limit = 1n << (levels === 5 ? 55n : 13n + 9n * BigInt(levels));
    guest.map(limit, DATA, RWX | USER);
    guest.map(0x5000n, CODE, RWX | USER);
    own.map(0x7000n, limit, RWX).map(0x8000n, 0x5000n, RWX);
    // From the last level up, since `entry` follows the pointers that are rewritten.
    for (let level = 1; level < levels; level++) {
      const entry = ram(own.entry(0x7000n, level));
      const pa = (hart.core.u64(entry) >> 10n) << 12n;
      hart.core.setU64(entry, ((gpaOf(pa) >> 12n) << 10n) | V);
    }
    hart.write('hgatp', guest.atp(mode));
    hart.write('vsatp', (mode << 60n) | (gpaRoot >> 12n));
    hart.mode = VS;
    hart.place(CODE, LOAD);
    hart.setX(1, 0x7000n);
    hart.pc = 0x8000n;
    expect(hart.step()).toBeUndefined();
    expect([hart.x(3), hart.pc]).toEqual([0x1234n, 0x8004n]);
  });
});

describe('permissions', () => {
  const map = (flags: bigint): void => {
    hart.write('satp', new Tables(3).map(0x1000n, DATA, flags).atp(8n));
  };

  test('supervisor, user and SUM', () => {
    map(RWX);
    expect(attemptAs(S, LOAD, 0x1000n)).toBeUndefined();
    expect(attemptAs(U, LOAD, 0x1000n)).toBe(13n);
    map(RWX | USER);
    expect(attemptAs(S, STORE, 0x1000n)).toBe(15n);
    expect(attemptAs(S, STORE, 0x1000n, SUM)).toBeUndefined();
    expect(attemptAs(S, LOAD, 0x1000n)).toBe(13n);
    expect(attemptAs(U, LOAD, 0x1000n)).toBeUndefined();
  });

  test('SUM does not let the supervisor execute user pages', () => {
    map(RWX | USER);
    hart.mode = S;
    hart.write('mstatus', SUM);
    hart.pc = 0x1000n;
    expect(hart.step()).toBe(12n);
    expect(hart.read('mepc')).toBe(0x1000n);
  });

  test('execute-only pages are readable with MXR', () => {
    map(X | A);
    expect(attemptAs(S, LOAD, 0x1000n)).toBe(13n);
    expect(attemptAs(S, LOAD, 0x1000n, MXR)).toBeUndefined();
    expect(attemptAs(S, LOAD, 0x1000n)).toBe(13n);
  });

  test.each([
    ['not valid', R | W | A | D, 0n],
    ['writable but not readable', W | A | D, V],
    ['a reserved bit', RWX | (1n << 54n), V],
    ['Svnapot', RWX | (1n << 63n), V],
    ['Svpbmt', RWX | (1n << 61n), V],
  ])('%s', (_, flags, valid) => {
    const tables = new Tables(3).map(0x1000n, DATA, flags);
    hart.core.setU64(ram(tables.entry(0x1000n)), ((DATA >> 12n) << 10n) | flags | valid);
    hart.write('satp', tables.atp(8n));
    expect(attemptAs(S, LOAD, 0x1000n)).toBe(13n);
  });

  test('a misaligned superpage, a pointer with A, and a walk past the last level', () => {
    const tables = new Tables(3).map(0x4000_0000n, DATA, RWX, 2);
    tables.map(0x1000n, DATA, 0n);
    hart.core.setU64(ram(tables.entry(0x8000_0000n, 2)), ((newTable(1n) >> 12n) << 10n) | V | A);
    hart.write('satp', tables.atp(8n));
    for (const va of [0x4000_0000n, 0x1000n, 0x8000_0000n]) expect(attemptAs(S, LOAD, va)).toBe(13n);
  });

  test('A and D by a fault, or set by the walk under ADUE', () => {
    const tables = new Tables(3).map(0x1000n, DATA, R | W);
    const entry = ram(tables.entry(0x1000n));
    hart.write('satp', tables.atp(8n));
    expect(attemptAs(S, LOAD, 0x1000n)).toBe(13n);
    hart.core.setU64(entry, hart.core.u64(entry) | A);
    expect(attemptAs(S, LOAD, 0x1000n)).toBeUndefined();
    expect(attemptAs(S, STORE, 0x1000n)).toBe(15n);
    hart.write('menvcfg', 1n << 61n);
    expect(attemptAs(S, STORE, 0x1000n)).toBeUndefined();
    expect(hart.core.u64(entry) & (A | D)).toBe(A | D);
    hart.core.exports.resetHart(0);
    expect(hart.read('menvcfg')).toBe(1n << 61n);
  });
});

describe('extended entries', () => {
  const N = 1n << 63n;
  const PBMT = (type: bigint): bigint => type << 61n;
  const NAPOT_64K = 0x8000n;
  const PBMTE = 1n << 62n;

  test('16 entries of Svnapot make a page of 64 KiB, wherever in it the access is', () => {
    const tables = new Tables(3);
    for (let page = 0n; page < 16n; page++) tables.map(0x10_0000n + page * 0x1000n, DATA | NAPOT_64K, RWX | N);
    hart.write('satp', tables.atp(8n));
    for (const offset of [0n, 0x3008n, 0xfff8n]) {
      hart.core.setU64(ram(DATA + offset), 7n + offset);
      expect(attemptAs(S, LOAD, 0x10_0000n + offset)).toBeUndefined();
      expect(hart.x(3)).toBe(7n + offset);
    }
  });

  test.each([
    ['of another size', DATA | 0x4000n, RWX | N, 0],
    ['of no size', DATA, RWX | N, 0],
    ['above the last level', DATA | NAPOT_64K, RWX | N, 1],
    ['in a pointer', DATA | NAPOT_64K, N, 1],
  ])('N %s is reserved', (_, pa, flags, level) => {
    hart.write('satp', new Tables(3).map(0n, pa, flags, level).atp(8n));
    expect(attemptAs(S, LOAD, 0x8000n)).toBe(13n);
  });

  test('memory types want menvcfg.PBMTE, and three of the four', () => {
    for (const [type, enabled] of [0n, 1n, 2n, 3n].flatMap((each) => [[each, 0n] as const, [each, PBMTE] as const])) {
      hart.write('menvcfg', enabled);
      hart.write('satp', new Tables(3).map(0n, DATA, RWX | PBMT(type)).atp(8n));
      const works = type === 0n || (enabled !== 0n && type < 3n);
      expect(attemptAs(S, LOAD, 0n), `${type} ${enabled}`).toBe(works ? undefined : 13n);
    }
    hart.write('satp', new Tables(3).map(0n, DATA, PBMT(1n), 1).atp(8n));
    expect(attemptAs(S, LOAD, 0n), 'in a pointer').toBe(13n);
  });

  test('a guest has memory types by henvcfg.PBMTE, the tables of the hypervisor by menvcfg.PBMTE', () => {
    const use = (guest: bigint, host: bigint): bigint | undefined => {
      hart.write('vsatp', new Tables(3).map(0n, DATA, RWX | PBMT(guest)).atp(8n));
      hart.write('hgatp', new Tables(3, 2n).map(RAM_BASE, RAM_BASE, RWX | USER | PBMT(host), 2).atp(8n));
      return attemptAs(VS, LOAD, 0n);
    };
    hart.write('menvcfg', PBMTE);
    expect([use(0n, 2n), use(2n, 0n), use(0n, 3n)]).toEqual([undefined, 13n, 21n]);
    hart.write('henvcfg', PBMTE);
    expect([use(2n, 1n), use(3n, 0n)]).toEqual([undefined, 13n]);
    hart.write('menvcfg', 0n);
    expect([hart.read('henvcfg'), use(0n, 0n), use(1n, 0n), use(0n, 1n)]).toEqual([0n, undefined, 13n, 21n]);
  });
});

describe('guest-page faults', () => {
  let own: Tables;
  let guest: Tables;
  /** The guest's page tables are mapped one to one, its page 0x1000 leads to guest physical 0x3000. */
  beforeEach(() => {
    guest = new Tables(3, 2n);
    own = new Tables(3).map(0x1000n, 0x3000n, RWX);
    for (let pa = FIRST_TABLE; pa < nextTable; pa += 0x1000n) guest.map(pa, pa, RWX | USER);
    hart.write('hgatp', guest.atp(8n));
    hart.write('vsatp', own.atp(8n));
  });

  test('report the guest physical address and the transformed instruction', () => {
    expect(attemptAs(VS, ['lw', { rd: 5, rs1: 1, imm: 4 }], 0x1010n)).toBe(21n);
    expect(hart.read('mtval')).toBe(0x1014n);
    expect(hart.read('mtval2')).toBe(0x3014n >> 2n);
    expect(hart.read('mtinst')).toBe(0x0000_2283n);
    expect((hart.read('mstatus') >> 38n) & 1n).toBe(1n);
    expect(attemptAs(VS, ['sh', { rs2: 6, rs1: 1, imm: -4 }], 0x1010n)).toBe(23n);
    expect(hart.read('mtinst')).toBe(0x0060_1023n);
    expect(attemptAs(VS, ['amoadd.w', { rd: 5, rs1: 1, rs2: 6 }], 0x1010n)).toBe(23n);
    expect(hart.read('mtinst')).toBe(0x0060_22afn);
  });

  test('of a compressed instruction, transformed from its expansion', () => {
    hart.setX(9, 0x1010n);
    expect(attemptAs(VS, 0x4488, 0x1010n)).toBe(21n); // c.lw a0, 8(s1)
    expect(hart.read('mtval')).toBe(0x1018n);
    expect(hart.read('mtinst')).toBe(0x0000_2501n);
  });

  test('of a misaligned access give the offset of the part that faulted', () => {
    guest.map(0x3000n, DATA, RWX | USER);
    own.map(0x2000n, 0x4000n, RWX);
    expect(attemptAs(VS, LOAD, 0x1ffdn)).toBe(21n);
    expect(hart.read('mtval')).toBe(0x2000n);
    expect(hart.read('mtval2')).toBe(0x4000n >> 2n);
    expect(hart.read('mtinst')).toBe(0x0001_b183n);
  });

  test('on a page table of the guest are pseudoinstructions', () => {
    guest.map(own.entry(0x1000n) & -0x1000n, 0n, 0n);
    hart.core.setU64(ram(guest.entry(own.entry(0x1000n))), 0n);
    for (const [code, cause] of [
      [LOAD, 21n],
      [STORE, 23n],
    ] as const) {
      expect(attemptAs(VS, code, 0x1010n)).toBe(cause);
      expect(hart.read('mtval')).toBe(0x1010n);
      expect(hart.read('mtval2')).toBe(own.entry(0x1000n) >> 2n);
      expect(hart.read('mtinst')).toBe(0x3000n);
    }
    hart.mode = VS;
    hart.pc = 0x1000n;
    expect(hart.step()).toBe(20n);
    expect(hart.read('mtinst')).toBe(0x3000n);
  });

  test('on setting A in a page table that the guest may not write are a write pseudoinstruction', () => {
    guest.map(0x3000n, DATA, RWX | USER);
    hart.write('menvcfg', 1n << 61n);
    hart.write('henvcfg', 1n << 61n);
    own.map(0x1000n, 0x3000n, R | W);
    const page = own.entry(0x1000n) & -0x1000n;
    guest.map(page, page, R | A | USER);
    expect(attemptAs(VS, LOAD, 0x1010n)).toBe(21n);
    expect(hart.read('mtinst')).toBe(0x3020n);
  });

  test('beyond the width of guest physical addresses, and for pages without U', () => {
    own.map(0x1000n, 1n << 41n, RWX);
    expect(attemptAs(VS, LOAD, 0x1000n)).toBe(21n);
    expect(hart.read('mtval2')).toBe(1n << 39n);
    own.map(0x1000n, 0x3000n, RWX);
    guest.map(0x3000n, DATA, RWX);
    expect(attemptAs(VS, LOAD, 0x1000n)).toBe(21n);
  });

  test('go to HS-mode with htval and htinst, a fault of the first stage to VS-mode', () => {
    hart.write('medeleg', ~0n);
    hart.write('hedeleg', ~0n);
    hart.write('stvec', 0x8000_1000n);
    hart.write('vstvec', 0x8000_2000n);
    guest.map(0x5000n, CODE, RWX | USER);
    own.map(0x6000n, 0x5000n, RWX);
    hart.place(CODE, LOAD);
    hart.mode = VS;
    hart.pc = 0x6000n;
    hart.setX(1, 0x1000n);
    hart.run(1);
    expect([hart.mode, hart.pc, hart.read('scause'), hart.read('htval')]).toEqual([S, 0x8000_1000n, 21n, 0xc00n]);
    expect(hart.read('hstatus') & 0x1c0n).toBe(0x1c0n); // GVA, SPV, SPVP
    expect(hart.read('htinst')).toBe(0x0000_3183n);
    hart.mode = VS;
    hart.pc = 0x6000n;
    hart.setX(1, 0x9000n);
    hart.run(1);
    expect([hart.mode, hart.pc, hart.read('vscause'), hart.read('vstval')]).toEqual([VS, 0x8000_2000n, 13n, 0x9000n]);
  });
});

describe('HLV, HLVX and HSV', () => {
  const SPVP = 1n << 8n;
  beforeEach(() => {
    const tables = new Tables(3)
      .map(0x1000n, DATA, RWX)
      .map(0x2000n, DATA, X | A)
      .map(0x3000n, DATA, RWX | USER);
    hart.write('vsatp', tables.atp(8n));
    hart.mode = S;
  });

  test('access as VS- or VU-mode by SPVP', () => {
    expect(attempt(['hlv.d', { rd: 3, rs1: 1 }], 0x1000n)).toBe(13n);
    expect(attempt(['hlv.d', { rd: 3, rs1: 1 }], 0x3000n)).toBeUndefined();
    hart.mode = S;
    hart.write('hstatus', SPVP);
    expect(attempt(['hlv.d', { rd: 3, rs1: 1 }], 0x1000n)).toBeUndefined();
    expect(hart.x(3)).toBe(0x1234n);
    expect(attempt(['hlv.d', { rd: 3, rs1: 1 }], 0x3000n)).toBe(13n);
    hart.mode = S;
    hart.write('vsstatus', SUM);
    expect(attempt(['hlv.d', { rd: 3, rs1: 1 }], 0x3000n)).toBeUndefined();
  });

  test('HLVX wants X instead of R, and faults as a load', () => {
    hart.write('hstatus', SPVP);
    expect(attempt(['hlvx.wu', { rd: 3, rs1: 1 }], 0x2000n)).toBeUndefined();
    expect(hart.x(3)).toBe(0x1234n);
    expect(attempt(['hlv.w', { rd: 3, rs1: 1 }], 0x2000n)).toBe(13n);
    hart.mode = S;
    hart.write('vsatp', new Tables(3).map(0x1000n, DATA, R | W | A | D).atp(8n));
    expect(attempt(['hlvx.hu', { rd: 3, rs1: 1 }], 0x1000n)).toBe(13n);
  });

  test('extend as their names say, and HSV stores', () => {
    hart.write('hstatus', SPVP);
    hart.setX(2, 0xffff_ffff_8765_80f1n);
    expect(attempt(['hsv.d', { rs2: 2, rs1: 1 }], 0x1000n)).toBeUndefined();
    for (const [name, value] of Object.entries({
      'hlv.b': 0xffff_ffff_ffff_fff1n,
      'hlv.bu': 0xf1n,
      'hlv.h': 0xffff_ffff_ffff_80f1n,
      'hlv.hu': 0x80f1n,
      'hlv.w': 0xffff_ffff_8765_80f1n,
      'hlv.wu': 0x8765_80f1n,
    })) {
      attempt([name, { rd: 3, rs1: 1 }], 0x1000n);
      expect(hart.x(3), name).toBe(value);
    }
    expect(hart.core.u64(ram(DATA))).toBe(0xffff_ffff_8765_80f1n);
  });

  test('a fault says that the address is a guest one, though the hart was not virtualized', () => {
    expect(attempt(['hlv.w', { rd: 3, rs1: 1 }], 0x8000n)).toBe(13n);
    expect((hart.read('mstatus') >> 38n) & 3n).toBe(1n); // GVA, not MPV
    expect(hart.read('mtinst')).toBe(0x6800_41f3n);
  });
});

describe('the TLB', () => {
  test('forgets at sfence.vma what changed in memory, a superpage as a whole', () => {
    const other = DATA + 0x1000n;
    hart.core.setU64(ram(other), 0x5678n);
    const tables = new Tables(3).map(0x1000n, DATA, RWX).map(0x20_0000n, DATA, RWX, 1);
    hart.write('satp', tables.atp(8n));
    expect(attemptAs(S, LOAD, 0x1000n)).toBeUndefined();
    tables.map(0x1000n, other, RWX);
    hart.setX(4, 0x1000n);
    hart.execute(['sfence.vma', { rs1: 4 }]);
    attemptAs(S, LOAD, 0x1000n);
    expect(hart.x(3)).toBe(0x5678n);
    attemptAs(S, LOAD, 0x20_0000n);
    tables.map(0x20_0000n, 0n, 0n, 1);
    hart.core.setU64(ram(tables.entry(0x20_0000n, 1)), 0n);
    hart.setX(4, 0x20_3000n);
    hart.execute(['sfence.vma', { rs1: 4 }]);
    expect(attemptAs(S, LOAD, 0x20_0000n)).toBe(13n);
  });

  test('keeps the guest and the hypervisor apart', () => {
    hart.write('satp', new Tables(3).map(0x1000n, DATA, RWX).atp(8n));
    hart.core.setU64(ram(DATA + 0x1000n), 0x5678n);
    hart.write('vsatp', new Tables(3).map(0x1000n, DATA + 0x1000n, RWX).atp(8n));
    for (const [mode, value] of [
      [S, 0x1234n],
      [VS, 0x5678n],
      [S, 0x1234n],
    ] as const) {
      attemptAs(mode, LOAD, 0x1000n);
      expect(hart.x(3)).toBe(value);
    }
    expect(attemptAs(VU, LOAD, 0x1000n)).toBe(13n);
  });
});
