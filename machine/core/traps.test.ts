/** Trap entry and return, interrupts, timers and counters. */
import { beforeEach, describe, expect, test } from 'vitest';
import { M, RAM_BASE, S, type TestHart, testHart, testHarts, U, VS, VU } from '../testing/test-core.ts';
import * as layout from './layout.ts';

const INTERRUPT = 1n << 63n;
const MTVEC = RAM_BASE + 0x1000n;
const STVEC = RAM_BASE + 0x2000n;
const VSTVEC = RAM_BASE + 0x3000n;
const [SIE, MIE, SPIE, MPIE, SPP] = [1n << 1n, 1n << 3n, 1n << 5n, 1n << 7n, 1n << 8n] as const;
const NOP = ['addi', {}] as const;

let hart: TestHart;
beforeEach(async () => {
  hart = await testHart();
  hart.write('mtvec', MTVEC);
  hart.write('stvec', STVEC);
  hart.write('vstvec', VSTVEC);
  for (const page of [RAM_BASE, MTVEC, STVEC, VSTVEC]) hart.place(page, ...Array<typeof NOP>(64).fill(NOP));
});

describe('exceptions', () => {
  test('to M-mode stack the mode and the enable', () => {
    hart.mode = VS;
    hart.write('mstatus', MIE);
    hart.execute(['ecall']);
    expect([hart.mode, hart.pc, hart.read('mepc'), hart.read('mcause')]).toEqual([M, MTVEC, RAM_BASE, 10n]);
    const mstatus = hart.read('mstatus');
    expect(mstatus & (MIE | MPIE)).toBe(MPIE);
    expect((mstatus >> 11n) & 3n).toBe(1n);
    expect((mstatus >> 39n) & 1n).toBe(1n);
    hart.execute(['mret']);
    expect([hart.mode, hart.pc]).toEqual([VS, RAM_BASE]);
    expect(hart.read('mstatus') & (MIE | MPIE | (3n << 11n) | (1n << 39n))).toBe(MIE | MPIE);
  });

  test('delegated to HS-mode keep where they came from', () => {
    hart.write('medeleg', 1n << 8n);
    hart.write('hstatus', 1n << 8n);
    hart.mode = VU;
    hart.execute(['ecall']);
    expect([hart.mode, hart.pc, hart.read('scause')]).toEqual([S, STVEC, 8n]);
    expect(hart.read('hstatus') & 0x1c0n).toBe(0x80n); // SPV, and SPVP 0 for VU-mode
    hart.execute(['sret']);
    expect([hart.mode, hart.pc]).toEqual([VU, RAM_BASE]);
    hart.mode = U;
    hart.write('hstatus', 1n << 8n);
    hart.execute(['ecall']);
    expect(hart.read('hstatus') & 0x180n).toBe(0x100n); // SPVP is left alone when V was 0
  });

  test('delegated to VS-mode touch nothing of HS-mode', () => {
    hart.write('medeleg', 1n << 8n);
    hart.write('hedeleg', 1n << 8n);
    hart.write('vsstatus', SIE);
    hart.mode = VU;
    hart.execute(['ecall']);
    expect([hart.mode, hart.pc, hart.read('vscause'), hart.read('vsepc')]).toEqual([VS, VSTVEC, 8n, RAM_BASE]);
    expect(hart.read('vsstatus') & (SIE | SPIE | SPP)).toBe(SPIE);
    expect([hart.read('scause'), hart.read('hstatus') & 0x80n]).toEqual([0n, 0n]);
    hart.execute(['sret']);
    expect([hart.mode, hart.pc]).toEqual([VU, RAM_BASE]);
  });

  test('of M-mode itself are not delegated', () => {
    hart.write('medeleg', 1n << 2n);
    hart.execute(0);
    expect([hart.mode, hart.pc]).toEqual([M, MTVEC]);
  });

  test('sret clears MPRV, mret only on leaving M-mode', () => {
    const MPRV = 1n << 17n;
    hart.write('mstatus', MPRV | (3n << 11n));
    hart.write('mepc', RAM_BASE);
    hart.execute(['mret']);
    expect(hart.read('mstatus') & MPRV).toBe(MPRV);
    hart.execute(['sret']);
    expect(hart.read('mstatus') & MPRV).toBe(0n);
  });
});

describe('interrupts', () => {
  const take = (): bigint | undefined => {
    hart.write('mcause', 0n);
    hart.run(1);
    return hart.read('mcause') || undefined;
  };

  test('of M-mode by priority', () => {
    hart.write('mie', 0xaaan);
    for (const bit of [9, 7, 3, 11]) hart.core.exports.setInterrupt(0, bit, 1);
    expect(take()).toBeUndefined();
    for (const bit of [11, 3, 7, 9]) {
      hart.mode = M;
      hart.write('mstatus', MIE);
      expect(take()).toBe(INTERRUPT | BigInt(bit));
      hart.core.exports.setInterrupt(0, bit, 0);
    }
  });

  test('vectored ones go to base + 4 * cause, exceptions to base', () => {
    hart.write('mtvec', MTVEC | 1n);
    hart.write('mie', 1n << 11n);
    hart.write('mstatus', MIE);
    hart.core.exports.setInterrupt(0, 11, 1);
    hart.run(1);
    expect(hart.pc).toBe(MTVEC + 44n + 4n);
    hart.core.exports.setInterrupt(0, 11, 0);
    hart.execute(['ecall']);
    expect(hart.pc).toBe(MTVEC);
  });

  test('for HS-mode are not taken in M-mode, and always in VS-mode', () => {
    hart.write('mideleg', 1n << 1n);
    hart.write('mie', 1n << 1n);
    hart.write('mip', 1n << 1n);
    hart.write('mstatus', MIE | SIE);
    hart.run(1);
    expect([hart.mode, hart.pc]).toEqual([M, RAM_BASE + 4n]);
    hart.write('mstatus', 0n);
    hart.mode = S;
    hart.run(1);
    expect(hart.pc).toBe(RAM_BASE + 8n);
    hart.mode = VS;
    hart.run(1);
    expect([hart.mode, hart.pc, hart.read('scause')]).toEqual([S, STVEC + 4n, INTERRUPT | 1n]);
  });

  test.each([
    ['VSSIP', 2n],
    ['VSTIP', 6n],
    ['VSEIP', 10n],
  ])('%s injected by hvip reaches VS-mode one position lower', (_, bit) => {
    hart.write('hideleg', 1n << bit);
    hart.write('hvip', 1n << bit);
    hart.write('hie', 1n << bit);
    hart.write('vsstatus', SIE);
    expect(hart.read('vsip')).toBe(1n << (bit - 1n));
    expect(hart.read('vsie')).toBe(1n << (bit - 1n));
    hart.mode = S;
    hart.write('mstatus', SIE);
    hart.run(1);
    expect(hart.mode).toEqual(S);
    hart.mode = VS;
    hart.run(1);
    expect([hart.mode, hart.read('vscause')]).toEqual([VS, INTERRUPT | (bit - 1n)]);
    expect(hart.pc).toBe(VSTVEC + 4n);
  });

  test('one for the guest that is not delegated goes to HS-mode', () => {
    hart.write('hvip', 1n << 2n);
    hart.write('hie', 1n << 2n);
    hart.mode = VS;
    hart.run(1);
    expect([hart.mode, hart.read('scause')]).toEqual([S, INTERRUPT | 2n]);
  });

  test('setting a bit of mip does not catch what a line makes pending', () => {
    hart.core.exports.setInterrupt(0, 9, 1);
    hart.setX(2, 2n);
    hart.execute(['csrrs', { rd: 1, rs1: 2, csr: 0x344 }]);
    expect(hart.x(1)).toBe(1n << 9n);
    hart.core.exports.setInterrupt(0, 9, 0);
    expect(hart.read('mip')).toBe(2n);
  });

  test('wfi waits for what is enabled in mie, whatever the global enable', () => {
    hart.place(hart.pc, ['wfi']);
    expect(hart.run(10)).toBe(layout.EXIT_WAITING);
    expect(hart.core.exports.executed(0)).toBe(1);
    hart.core.exports.setInterrupt(0, 11, 1);
    expect(hart.run(10)).toBe(layout.EXIT_WAITING);
    expect(hart.core.exports.executed(0)).toBe(0);
    hart.write('mie', 1n << 11n);
    expect(hart.run(10)).toBe(layout.EXIT_BUDGET);
    expect(hart.pc).toBe(RAM_BASE + 4n + 40n);
  });
});

describe('time', () => {
  const CLOCK_AT = 1000n;
  beforeEach(() => hart.core.setU64(layout.MACHINE_CLOCK, CLOCK_AT));

  test('counted: the timer fires at its instruction', () => {
    hart.core.setU64(layout.HARTS + layout.HART_MTIMECMP, 103n);
    hart.write('mie', 1n << 7n);
    hart.write('mstatus', MIE);
    hart.run(31);
    // mtime is (1000 + executed) / 10, so 30 instructions run before the interrupt.
    expect([hart.pc, hart.read('mepc')]).toEqual([MTVEC + 4n, RAM_BASE + 120n]);
    hart.core.setU64(layout.MACHINE_CLOCK, CLOCK_AT + 31n);
    hart.core.exports.nextTimer(0);
    expect(hart.core.scratch).toBe(~0n & 0xffff_ffff_ffff_ffffn);
  });

  test('stimecmp and vstimecmp with htimedelta', () => {
    hart.write('menvcfg', 1n << 63n);
    hart.write('henvcfg', 1n << 63n);
    hart.write('htimedelta', 50n);
    hart.write('stimecmp', 102n);
    hart.write('vstimecmp', 151n);
    hart.core.exports.nextTimer(0);
    expect(hart.core.scratch).toBe(1010n);
    const pendingAfter = (instructions: number): bigint => {
      hart.run(instructions);
      hart.core.setU64(layout.MACHINE_CLOCK, hart.core.u64(layout.MACHINE_CLOCK) + BigInt(instructions));
      return hart.read('mip');
    };
    expect(pendingAfter(9)).toBe(0n);
    expect(pendingAfter(1)).toBe(1n << 6n);
    expect(pendingAfter(9)).toBe(1n << 6n);
    expect(pendingAfter(1)).toBe((1n << 6n) | (1n << 5n));
    hart.write('stimecmp', ~0n);
    expect(hart.read('mip')).toBe(1n << 6n);
  });

  test('rdtime, with the difference that a guest sees', () => {
    hart.write('mcounteren', 2n);
    hart.write('hcounteren', 2n);
    hart.write('htimedelta', 0x100n);
    hart.core.setU64(layout.MACHINE_MTIME_OFFSET, 7n);
    hart.execute(['csrrs', { rd: 1, csr: 0xc01 }]);
    hart.mode = VS;
    hart.execute(['csrrs', { rd: 2, csr: 0xc01 }]);
    expect([hart.x(1), hart.x(2)]).toEqual([107n, 0x16bn]);
  });

  test('real: from the host', async () => {
    let asked = 0;
    const real = await testHart({ updateTime: () => asked++ });
    real.core.setU32(layout.MACHINE_INSTRUCTIONS_PER_TICK, 0);
    real.core.setU64(layout.MACHINE_REAL_TICKS, 42n);
    real.execute(['csrrs', { rd: 1, csr: 0xc01 }]);
    expect([real.x(1), asked]).toEqual([42n, 1]);
  });

  test('minstret counts what retires, mcycle what begins; both can be written and stopped', () => {
    hart.write('minstret', 100n);
    hart.write('mcycle', 200n);
    hart.run(4);
    hart.execute(['ecall']);
    hart.execute(['csrrs', { rd: 1, csr: 0xb02 }]);
    hart.execute(['csrrs', { rd: 2, csr: 0xb00 }]);
    expect([hart.x(1), hart.x(2)]).toEqual([104n, 206n]);
    hart.write('mcountinhibit', 5n);
    const stopped = hart.read('minstret');
    hart.run(4);
    expect(hart.read('minstret')).toBe(stopped);
    hart.execute(['csrrwi', { rd: 0, imm: 0, csr: 0x320 }]);
    hart.run(1);
    hart.execute(['csrrs', { rd: 1, csr: 0xb02 }]);
    expect(hart.x(1)).toBe(stopped + 1n);
  });
});

describe('running', () => {
  test('executes exactly what it is granted', () => {
    for (const budget of [1, 2, 63]) {
      hart.pc = RAM_BASE;
      expect(hart.run(budget)).toBe(layout.EXIT_BUDGET);
      expect(hart.pc).toBe(RAM_BASE + BigInt(budget) * 4n);
    }
  });

  test('stops at a breakpoint, and passes it when told to', () => {
    const at = RAM_BASE + 0x20n;
    hart.core.setU64(layout.MACHINE_BREAKPOINT, at);
    hart.core.setU32(layout.MACHINE_BREAKPOINTS, 1);
    hart.core.exports.breakpointsChanged();
    expect([hart.run(100), hart.pc]).toEqual([layout.EXIT_BREAKPOINT, at]);
    expect([hart.run(100), hart.pc]).toEqual([layout.EXIT_BREAKPOINT, at]);
    hart.core.setU32(layout.HARTS + layout.HART_PASS_BREAKPOINT, 1);
    expect([hart.run(10), hart.pc]).toEqual([layout.EXIT_BUDGET, at + 40n]);
    hart.pc = RAM_BASE + 0x1020n; // the same place in another page
    expect(hart.run(4)).toBe(layout.EXIT_BUDGET);
  });

  test('stops when a device says so, after its instruction', async () => {
    const stopping: TestHart = await testHart({
      mmioWrite: (address, size, value) => {
        expect([address, size, value]).toEqual([0x10_0000, 4, 0x5555]);
        stopping.core.requestStop();
      },
    });
    stopping.place(RAM_BASE, ['sw', { rs1: 1, rs2: 2 }], NOP);
    stopping.setX(1, 0x10_0000n);
    stopping.setX(2, 0x5555n);
    expect([stopping.run(10), stopping.pc]).toEqual([layout.EXIT_STOP, RAM_BASE + 4n]);
  });

  test('an address where nobody answers is an access fault', async () => {
    const lonely: TestHart = await testHart({
      mmioRead: () => {
        lonely.core.setU32(layout.MACHINE_BUS_ERROR, 1);
        return 0;
      },
    });
    lonely.setX(1, 0x5000_0000n);
    expect(lonely.execute(['lw', { rd: 3, rs1: 1 }])).toBe(5n);
    expect(lonely.read('mtval')).toBe(0x5000_0000n);
    lonely.setX(1, 1n << 40n);
    expect(lonely.execute(['sw', { rs2: 3, rs1: 1 }])).toBe(7n);
  });

  test('reports stores to tohost', async () => {
    const stored: bigint[] = [];
    const watched: TestHart = await testHart({
      tohostWritten: () => void stored.push(watched.core.u64(layout.RAM + 0x8008)),
    });
    watched.core.setU64(layout.MACHINE_TOHOST, RAM_BASE + 0x8008n);
    for (const [offset, value] of [
      [0n, 1n],
      [8n, 2n],
      [16n, 3n],
      [8n, 4n],
    ] as const) {
      watched.setX(1, RAM_BASE + 0x8000n + offset);
      watched.setX(2, value);
      watched.execute(['sd', { rs1: 1, rs2: 2 }]);
    }
    expect(stored).toEqual([2n, 4n]);
  });
});

describe('atomics', () => {
  const at = RAM_BASE + 0x8000n;
  const word = (): bigint => hart.core.u64(layout.RAM + 0x8000);

  test.each([
    ['amoswap', 0x8000_0001n, 0x8000_0001n],
    ['amoadd', 0x8000_0001n, 0x8000_0000n],
    ['amoxor', 0x8000_0001n, 0x7fff_fffen],
    ['amoand', 0x8000_0001n, 0x8000_0001n],
    ['amoor', 0x8000_0001n, 0xffff_ffffn],
    ['amomin', 0x8000_0001n, 0x8000_0001n],
    ['amomax', 0x8000_0001n, 0xffff_ffffn],
    ['amominu', 0x8000_0001n, 0x8000_0001n],
    ['amomaxu', 0x8000_0001n, 0xffff_ffffn],
  ])('%s.w gives the old value, sign-extended', (name, operand, result) => {
    hart.core.setU64(layout.RAM + 0x8000, 0x1111_1111_ffff_ffffn);
    hart.setX(1, at);
    hart.setX(2, operand);
    hart.execute([`${name}.w`, { rd: 3, rs1: 1, rs2: 2 }]);
    expect([hart.x(3), word()]).toEqual([0xffff_ffff_ffff_ffffn, 0x1111_1111_0000_0000n | result]);
  });

  test('misaligned ones trap', () => {
    hart.setX(1, at + 4n);
    expect(hart.execute(['lr.d', { rd: 3, rs1: 1 }])).toBe(4n);
    expect(hart.execute(['sc.d', { rd: 3, rs1: 1, rs2: 2 }])).toBe(6n);
    expect(hart.execute(['amoadd.d', { rd: 3, rs1: 1, rs2: 2 }])).toBe(6n);
    expect(hart.execute(['amoadd.w', { rd: 3, rs1: 1, rs2: 2 }])).toBeUndefined();
  });

  test('sc succeeds once after lr, and only there', () => {
    hart.setX(1, at);
    hart.setX(2, 9n);
    hart.setX(4, at + 0x100n);
    hart.execute(['sc.d', { rd: 3, rs1: 1, rs2: 2 }]);
    expect(hart.x(3)).toBe(1n);
    hart.execute(['lr.d', { rd: 3, rs1: 1 }]);
    hart.execute(['sc.d', { rd: 3, rs1: 4, rs2: 2 }]);
    expect(hart.x(3)).toBe(1n);
    hart.execute(['lr.d', { rd: 3, rs1: 1 }]);
    hart.execute(['sc.d', { rd: 3, rs1: 1, rs2: 2 }]);
    expect([hart.x(3), word()]).toEqual([0n, 9n]);
    hart.execute(['sc.d', { rd: 3, rs1: 1, rs2: 2 }]);
    expect(hart.x(3)).toBe(1n);
  });

  test('another hart that stores to the reserved place makes sc fail, even the same value', async () => {
    const [first, second] = (await testHarts(2)) as [TestHart, TestHart];
    for (const each of [first, second]) each.setX(1, at);
    const store = ['sd', { rs1: 1, rs2: 2 }] as const;
    second.pc = RAM_BASE + 0x100n;
    second.execute(store); // its TLB knows the page now
    first.execute(['lr.d', { rd: 3, rs1: 1 }]);
    second.execute(store);
    first.execute(['sc.d', { rd: 3, rs1: 1, rs2: 2 }]);
    expect(first.x(3)).toBe(1n);
    first.execute(['lr.d', { rd: 3, rs1: 1 }]);
    second.setX(1, at + 64n);
    second.execute(store);
    first.execute(['sc.d', { rd: 3, rs1: 1, rs2: 2 }]);
    expect(first.x(3)).toBe(0n);
  });
});

test('what the host writes makes sc fail too', () => {
  hart.setX(1, RAM_BASE + 0x8000n);
  hart.execute(['lr.d', { rd: 3, rs1: 1 }]);
  hart.core.exports.invalidateCode(Number((RAM_BASE + 0x8000n) >> 12n), 1);
  hart.execute(['sc.d', { rd: 3, rs1: 1, rs2: 2 }]);
  expect(hart.x(3)).toBe(1n);
});

test('more pages of code than there are decoded pages', async () => {
  const pages = layout.MAX_DECODED_PAGES + 100;
  const wide = await testHart({}, pages * 0x1000);
  for (let page = 0n; page < BigInt(pages); page++) {
    wide.place(RAM_BASE + page * 0x1000n, ['addi', { rd: 3, rs1: 3, imm: 1 }], ['jal', { imm: 0xffc }]);
  }
  wide.run((pages - 1) * 2);
  expect([wide.x(3), wide.pc]).toEqual([BigInt(pages - 1), RAM_BASE + BigInt(pages - 1) * 0x1000n]);
  wide.pc = RAM_BASE;
  wide.run(40);
  expect(wide.x(3)).toBe(BigInt(pages - 1 + 20));
});

describe('code that changes', () => {
  const patch = RAM_BASE + 0x10n;
  const addi = (imm: number): number => 0x0000_0193 | (imm << 20);

  test('is decoded anew after a store, without and with fence.i', () => {
    hart.place(RAM_BASE, ['sw', { rs1: 1, rs2: 2 }], NOP, NOP, ['fence.i'], addi(1));
    hart.pc = RAM_BASE + 0xcn;
    hart.run(2);
    expect(hart.x(3)).toBe(1n);
    for (const value of [2, 3]) {
      hart.setX(1, patch);
      hart.setX(2, BigInt(addi(value)));
      hart.pc = RAM_BASE;
      hart.run(5);
      expect(hart.x(3)).toBe(BigInt(value));
    }
  });

  test('when a store changes the instruction after it, or itself', () => {
    for (const at of [RAM_BASE + 4n, RAM_BASE]) {
      hart.place(RAM_BASE, ['sw', { rs1: 1, rs2: 2 }], addi(1), NOP);
      hart.setX(1, at);
      hart.setX(2, BigInt(addi(7)));
      hart.pc = RAM_BASE;
      hart.run(2);
      expect(hart.pc).toBe(RAM_BASE + 8n);
      hart.pc = at;
      hart.run(1);
      expect(hart.x(3)).toBe(7n);
    }
  });

  test('by another hart, half an instruction at a time', async () => {
    const [first, second] = (await testHarts(2)) as [TestHart, TestHart];
    first.place(patch, addi(1));
    first.pc = patch;
    first.run(1);
    second.setX(1, patch);
    second.setX(2, 0x0560n);
    second.pc = RAM_BASE + 0x1000n;
    second.execute(['sh', { rs1: 1, rs2: 2, imm: 2 }]);
    first.pc = patch;
    first.run(1);
    expect(first.x(3)).toBe(0x56n);
  });
});
