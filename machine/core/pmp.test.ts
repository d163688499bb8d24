/** Priv. 1.13, "Physical Memory Protection". */
import { beforeEach, describe, expect, test } from 'vitest';
import { type Code, M, RAM_BASE, S, type TestHart, testHart } from '../testing/test-core.ts';

const [R, W, X, TOR, NA4, NAPOT, LOCK] = [1n, 2n, 4n, 0x08n, 0x10n, 0x18n, 0x80n] as const;
const DATA = RAM_BASE + 0x8000n;
const LOAD: Code = ['ld', { rd: 3, rs1: 1 }];
const STORE: Code = ['sd', { rs2: 2, rs1: 1 }];

let hart: TestHart;
beforeEach(async () => {
  hart = await testHart();
});

/** Puts the entries before the one that opens all of memory. */
function protect(...entries: [config: bigint, address: bigint][]): void {
  hart.write(`pmpaddr${entries.length}`, 0x3f_ffff_ffff_ffffn);
  let configs = (R | W | X | NAPOT) << BigInt(8 * entries.length);
  entries.forEach(([config, address], entry) => {
    hart.write(`pmpaddr${entry}`, address);
    configs |= config << BigInt(8 * entry);
  });
  hart.write('pmpcfg0', configs);
}

function attempt(code: Code, address: bigint, mode = S): bigint | undefined {
  hart.mode = mode;
  hart.pc = RAM_BASE;
  hart.setX(1, address);
  return hart.execute(code);
}

/** pmpaddr of a naturally aligned power of two. */
const napot = (base: bigint, size: bigint): bigint => (base >> 2n) | (size / 8n - 1n);

describe('matching', () => {
  test('NAPOT', () => {
    protect([R | NAPOT, napot(DATA, 64n)]);
    expect(attempt(STORE, DATA - 8n)).toBeUndefined();
    expect(attempt(LOAD, DATA)).toBeUndefined();
    expect(attempt(STORE, DATA)).toBe(7n);
    expect(attempt(STORE, DATA + 56n)).toBe(7n);
    expect(attempt(STORE, DATA + 64n)).toBeUndefined();
  });

  test('NA4, of which a wider access is not wholly inside', () => {
    protect([R | W | X | NA4, DATA >> 2n]);
    expect(attempt(['lw', { rd: 3, rs1: 1 }], DATA)).toBeUndefined();
    expect(attempt(LOAD, DATA)).toBe(5n);
  });

  test('TOR, from the entry before or from 0', () => {
    protect([TOR, (RAM_BASE - 0x1000n) >> 2n], [R | W | X | TOR, DATA >> 2n], [R | TOR, (DATA + 16n) >> 2n]);
    expect(attempt(LOAD, RAM_BASE - 0x2000n)).toBe(5n);
    expect(attempt(STORE, DATA - 8n)).toBeUndefined();
    expect(attempt(STORE, DATA)).toBe(7n);
    expect(attempt(LOAD, DATA + 8n)).toBeUndefined();
    expect(attempt(STORE, DATA + 16n)).toBeUndefined();
  });

  test('the lowest-numbered entry decides, and none denies all but M-mode', () => {
    protect([0n, 0n], [R | NAPOT, napot(DATA, 0x1000n)], [R | W | NAPOT, napot(DATA, 0x2000n)]);
    expect(attempt(STORE, DATA)).toBe(7n);
    expect(attempt(STORE, DATA + 0x1000n)).toBeUndefined();
    hart.write('pmpcfg0', 0n);
    expect(attempt(LOAD, DATA, M)).toBeUndefined();
    hart.mode = S;
    hart.pc = RAM_BASE;
    expect(hart.step()).toBe(1n);
  });
});

test('execution, also where a page is divided within an instruction', () => {
  protect([R | W | NAPOT, napot(RAM_BASE + 0x40n, 16n)]);
  hart.place(RAM_BASE, ...Array<Code>(32).fill(['addi', {}]));
  hart.mode = S;
  hart.pc = RAM_BASE;
  hart.run(16);
  expect(hart.pc).toBe(RAM_BASE + 0x40n);
  expect(hart.step()).toBe(1n);
  expect([hart.read('mepc'), hart.read('mtval')]).toEqual([RAM_BASE + 0x40n, RAM_BASE + 0x40n]);
  hart.core.view.setUint16(0x1000_003e, 0x0013, true);
  hart.core.exports.invalidateCode(0x80000, 1);
  hart.mode = S;
  hart.pc = RAM_BASE + 0x3en;
  expect(hart.step()).toBe(1n);
  expect([hart.read('mepc'), hart.read('mtval')]).toEqual([RAM_BASE + 0x3en, RAM_BASE + 0x40n]);
});

test('HLVX wants to read and to execute', () => {
  protect([R | NAPOT, napot(DATA, 16n)], [X | NAPOT, napot(DATA + 16n, 16n)], [R | X | NAPOT, napot(DATA + 32n, 16n)]);
  const hlvx: Code = ['hlvx.wu', { rd: 3, rs1: 1 }];
  expect(attempt(hlvx, DATA)).toBe(5n);
  expect(attempt(hlvx, DATA + 16n)).toBe(5n);
  expect(attempt(hlvx, DATA + 32n)).toBeUndefined();
});

test('page tables are read as by S-mode', () => {
  protect([0n, 0n], [NAPOT, napot(DATA, 0x1000n)]);
  hart.mode = M;
  hart.write('satp', (8n << 60n) | (DATA >> 12n));
  for (const [code, cause] of [
    [LOAD, 5n],
    [STORE, 7n],
  ] as const) {
    hart.write('mstatus', (1n << 17n) | (1n << 11n));
    expect(attempt(code, 0x1000n, M)).toBe(cause);
  }
});

test('a locked entry binds M-mode, and stays until reset', () => {
  protect([LOCK | R | NAPOT, napot(DATA, 0x1000n)], [LOCK | TOR, 0x1000n]);
  expect(attempt(STORE, DATA, M)).toBe(7n);
  hart.write('pmpcfg0', 0n);
  hart.write('pmpaddr0', 0n);
  expect(hart.read('pmpcfg0') & 0xffffn).toBe(((LOCK | TOR) << 8n) | LOCK | R | NAPOT);
  expect(hart.read('pmpaddr0')).toBe(napot(DATA, 0x1000n));
  expect(attempt(STORE, DATA, M)).toBe(7n);
  hart.core.exports.resetHart(0);
  hart.pc = RAM_BASE;
  expect(attempt(STORE, DATA, M)).toBeUndefined();
});

test('W without R is reserved, and there are 16 entries', () => {
  hart.write('pmpcfg0', R | NAPOT);
  hart.write('pmpcfg0', W | NAPOT);
  expect(hart.read('pmpcfg0')).toBe(R | NAPOT);
  hart.write('pmpcfg2', ~0n);
  expect(hart.read('pmpcfg2')).toBe(0x9f9f_9f9f_9f9f_9f9fn);
  hart.write('pmpcfg4', ~0n);
  hart.write('pmpaddr16', ~0n);
  expect([hart.read('pmpcfg4'), hart.read('pmpaddr16')]).toEqual([0n, 0n]);
});
