/** Programmable counters: events, modes, and overflow as Sscofpmf has it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { csrByName } from '../../isa/csrs.ts';
import { type Code, M, RAM_BASE, S, type TestHart, testHart, U, VS, VU } from '../testing/test-core.ts';

const CYCLES = 1n;
const INSTRUCTIONS = 2n;
const [OF, MINH, SINH, UINH, VSINH, VUINH] = [63n, 62n, 61n, 60n, 59n, 58n].map((bit) => 1n << bit) as [
  ...[bigint, bigint, bigint, bigint, bigint, bigint],
];
const LCOFI = 1n << 13n;
const OVERFLOW_CAUSE = (1n << 63n) | 13n;
const ADD: Code = ['addi', { rd: 3, rs1: 3, imm: 1 }];
const csrr = (name: string): Code => ['csrrs', { rd: 4, csr: csrByName.get(name)!.address }];

let hart: TestHart;
beforeEach(async () => {
  hart = await testHart();
});

/** A page full of additions, run from its start. */
function run(instructions: number): void {
  hart.place(RAM_BASE, ...new Array<Code>(1024).fill(ADD));
  hart.pc = RAM_BASE;
  hart.run(instructions);
}

/** The counter as M-mode reads it by an instruction. */
function count(counter = 3): bigint {
  const { mode } = hart;
  hart.mode = M;
  hart.pc = RAM_BASE + 0x2000n;
  hart.execute(csrr(`mhpmcounter${counter}`));
  hart.mode = mode;
  return hart.x(4);
}

describe('counting', () => {
  test('cycles and instructions, of which those that trap do not retire', () => {
    hart.write('mhpmevent3', CYCLES);
    hart.write('mhpmevent31', INSTRUCTIONS);
    for (const counter of ['mhpmcounter3', 'mhpmcounter31']) hart.write(counter, 1000n);
    run(10);
    hart.place(RAM_BASE, 0, 0);
    hart.pc = RAM_BASE;
    hart.step();
    hart.pc = RAM_BASE + 0x2000n;
    hart.place(RAM_BASE + 0x2000n, csrr('mhpmcounter3'), ['addi', { rd: 5, rs1: 4 }], csrr('mhpmcounter31'));
    hart.run(3);
    expect([hart.x(5), hart.x(4)]).toEqual([1011n, 1012n]);
  });

  test('nothing without an event, while inhibited, or of an event that is not there', () => {
    hart.write('mhpmcounter3', 5n);
    run(10);
    expect(count()).toBe(5n);
    hart.write('mhpmevent3', 0x10019n);
    expect(hart.read('mhpmevent3')).toBe(0n);
    hart.write('mhpmevent3', INSTRUCTIONS);
    hart.write('mcountinhibit', 1n << 3n);
    hart.write('mhpmcounter3', 7n);
    run(10);
    expect(count()).toBe(7n);
    hart.write('mcountinhibit', 0n);
    run(10);
    expect(count()).toBe(17n);
  });

  test.each([
    ['M', M, MINH],
    ['S', S, SINH],
    ['U', U, UINH],
    ['VS', VS, VSINH],
    ['VU', VU, VUINH],
  ])('not in %s-mode where the event says so', (_, mode, bit) => {
    const all = MINH | SINH | UINH | VSINH | VUINH;
    for (const [inhibited, expected] of [[bit, 0n] as const, [all & ~bit, 100n] as const]) {
      hart.mode = M;
      hart.write('mhpmevent3', INSTRUCTIONS | inhibited);
      hart.write('mhpmcounter3', 0n);
      hart.write('mepc', RAM_BASE);
      hart.write('mstatus', (BigInt(mode.privilege) << 11n) | (BigInt(mode.virtual) << 39n));
      hart.place(RAM_BASE + 0x2000n, ['mret']);
      hart.pc = RAM_BASE + 0x2000n;
      hart.run(1);
      const before = hart.read('mhpmcounter3');
      run(100);
      expect(BigInt.asUintN(64, hart.read('mhpmcounter3') - before)).toBe(expected);
    }
  });

  test('hpmcounter3 is a view that mcounteren opens', () => {
    hart.write('mhpmcounter3', 99n);
    hart.mode = S;
    hart.pc = RAM_BASE + 0x2000n;
    expect(hart.execute(csrr('hpmcounter3'))).toBe(2n);
    hart.mode = M;
    hart.write('mcounteren', 8n);
    hart.mode = S;
    hart.pc = RAM_BASE + 0x2000n;
    expect(hart.execute(csrr('hpmcounter3'))).toBeUndefined();
    expect(hart.x(4)).toBe(99n);
  });
});

describe('overflow', () => {
  test('interrupts at the very instruction, once until OF is cleared', () => {
    hart.write('mhpmevent3', INSTRUCTIONS);
    hart.write('mie', LCOFI);
    hart.write('mstatus', 8n);
    hart.write('mhpmcounter3', -20n);
    run(20);
    // The interrupt is taken before the next instruction.
    expect([hart.pc, hart.read('mepc'), hart.read('mcause')]).toEqual([
      hart.read('mtvec'),
      RAM_BASE + 80n,
      OVERFLOW_CAUSE,
    ]);
    expect([hart.read('mhpmevent3'), hart.read('mip') & LCOFI, hart.read('scountovf')]).toEqual([
      INSTRUCTIONS | OF,
      LCOFI,
      8n,
    ]);
    hart.write('mip', 0n);
    hart.write('mhpmcounter3', -5n);
    run(20);
    expect(hart.read('mip') & LCOFI).toBe(0n);
    hart.write('mhpmevent3', INSTRUCTIONS);
    hart.write('mhpmcounter3', -5n);
    run(4);
    expect(hart.read('mip') & LCOFI).toBe(0n);
    hart.run(1);
    expect(hart.read('mip') & LCOFI).toBe(LCOFI);
  });

  test('is delegated to HS-mode, which sees and clears it', () => {
    hart.write('mideleg', LCOFI);
    hart.write('stvec', RAM_BASE + 0xe000n);
    hart.write('sie', LCOFI);
    hart.write('sstatus', 2n);
    hart.write('mhpmevent4', CYCLES);
    hart.write('mhpmcounter4', -3n);
    hart.mode = S;
    run(3);
    expect([hart.pc, hart.read('scause'), hart.read('sip')]).toEqual([RAM_BASE + 0xe000n, OVERFLOW_CAUSE, LCOFI]);
    hart.write('sip', 0n);
    expect(hart.read('mip') & LCOFI).toBe(0n);
  });

  test('is delegated to VS-mode, which finds it where it is (Shlcofideleg)', () => {
    hart.write('mideleg', LCOFI);
    hart.write('vsie', LCOFI);
    expect([hart.read('vsie'), hart.read('hideleg')]).toEqual([0n, 0n]);
    hart.write('hideleg', LCOFI);
    hart.write('vsie', LCOFI);
    expect([hart.read('vsie'), hart.read('sie'), hart.read('hideleg')]).toEqual([LCOFI, LCOFI, LCOFI]);
    hart.write('vstvec', RAM_BASE + 0xe000n);
    hart.write('vsstatus', 2n);
    hart.write('mhpmevent4', INSTRUCTIONS);
    hart.write('mhpmcounter4', -3n);
    hart.mode = VS;
    run(3);
    expect([hart.mode, hart.pc, hart.read('vscause'), hart.read('vsip'), hart.read('sip')]).toEqual([
      ...[VS, RAM_BASE + 0xe000n, OVERFLOW_CAUSE, LCOFI, LCOFI],
    ]);
    hart.write('vsip', 0n);
    expect(hart.read('mip') & LCOFI).toBe(0n);
    // Not delegated it is not the guest's to see.
    hart.write('sip', LCOFI);
    hart.write('hideleg', 0n);
    expect([hart.read('vsip'), hart.read('vsie'), hart.read('sip')]).toEqual([0n, 0n, LCOFI]);
  });

  test('scountovf shows the counters that the mode may read', () => {
    for (const counter of [3, 4, 5]) hart.write(`mhpmevent${counter}`, OF);
    hart.write('mcounteren', 0x30n);
    hart.write('hcounteren', 0x28n);
    const seen = [M, S, VS].map((mode) => {
      hart.mode = mode;
      hart.pc = RAM_BASE + 0x2000n;
      expect(hart.execute(csrr('scountovf'))).toBeUndefined();
      return hart.x(4);
    });
    expect(seen).toEqual([0x38n, 0x30n, 0x20n]);
  });
});
