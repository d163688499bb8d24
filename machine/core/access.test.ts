/** Who may do what: Priv. 1.13, "Virtual-Instruction Exceptions", and the traps that mstatus and hstatus ask for. */
import { beforeEach, describe, expect, test } from 'vitest';
import { csrs } from '../../isa/csrs.ts';
import { type Code, M, type Mode, RAM_BASE, S, type TestHart, testHart, U, VS, VU } from '../testing/test-core.ts';

const ILLEGAL = 2n;
const VIRTUAL = 22n;

let hart: TestHart;
beforeEach(async () => {
  hart = await testHart();
  // State enables close what later extensions have added (csr-state-enable.test.ts); here nothing shall be closed.
  hart.write('mstateen0', ~0n);
  hart.write('hstateen0', ~0n);
});

/** The cause that the instruction has in each mode; undefined if it has none. */
function causes(code: Code): Record<string, bigint | undefined> {
  const modes: Record<string, Mode> = { M, S, U, VS, VU };
  return Object.fromEntries(
    Object.entries(modes).map(([name, mode]) => {
      hart.pc = RAM_BASE;
      hart.mode = mode;
      hart.write('mepc', RAM_BASE + 4n);
      hart.write('sepc', RAM_BASE + 4n);
      hart.write('vsepc', RAM_BASE + 4n);
      const cause = hart.execute(code);
      hart.core.setU32(hart.core.hart(0, 0x210), 0);
      return [name, cause];
    }),
  );
}
const no = undefined;
const csrr = (csr: string): Code => ['csrrs', { rd: 1, csr: csrs.find(({ name }) => name === csr)!.address }];
const csrw = (csr: string): Code => ['csrrw', { rs1: 1, csr: csrs.find(({ name }) => name === csr)!.address }];

describe('CSRs', () => {
  test('of the machine', () => {
    expect(causes(csrr('mscratch'))).toEqual({ M: no, S: ILLEGAL, U: ILLEGAL, VS: ILLEGAL, VU: ILLEGAL });
    expect(causes(csrw('mhartid'))).toEqual({ M: ILLEGAL, S: ILLEGAL, U: ILLEGAL, VS: ILLEGAL, VU: ILLEGAL });
  });
  test('of the supervisor, of which VS-mode has its own', () => {
    expect(causes(csrr('sscratch'))).toEqual({ M: no, S: no, U: ILLEGAL, VS: no, VU: VIRTUAL });
    hart.write('sscratch', 1n);
    hart.write('vsscratch', 2n);
    hart.mode = VS;
    hart.pc = RAM_BASE;
    hart.execute(csrr('sscratch'));
    expect(hart.x(1)).toBe(2n);
  });
  test.each([
    ...['hstatus', 'hedeleg', 'hideleg', 'hie', 'hip', 'hvip', 'hcounteren', 'hgeie', 'htval', 'htinst', 'htimedelta'],
    ...['henvcfg', 'hgatp', 'vsstatus', 'vsie', 'vsip', 'vstvec', 'vsscratch', 'vsepc', 'vscause', 'vstval', 'vsatp'],
  ])('of the hypervisor: %s', (csr) => {
    expect(causes(csrr(csr))).toEqual({ M: no, S: no, U: ILLEGAL, VS: VIRTUAL, VU: VIRTUAL });
    expect(causes(csrw(csr))).toEqual({ M: no, S: no, U: ILLEGAL, VS: VIRTUAL, VU: VIRTUAL });
  });
  test('that are read-only or do not exist are illegal even where others are virtual', () => {
    expect(causes(csrr('hgeip'))).toEqual({ M: no, S: no, U: ILLEGAL, VS: VIRTUAL, VU: VIRTUAL });
    expect(causes(csrw('hgeip'))).toEqual({ M: ILLEGAL, S: ILLEGAL, U: ILLEGAL, VS: ILLEGAL, VU: ILLEGAL });
    expect(causes(['csrrs', { csr: 0x6ff }])).toEqual({ M: ILLEGAL, S: ILLEGAL, U: ILLEGAL, VS: ILLEGAL, VU: ILLEGAL });
    expect(causes(csrr('fcsr'))).toEqual({ M: ILLEGAL, S: ILLEGAL, U: ILLEGAL, VS: ILLEGAL, VU: ILLEGAL });
  });
  test('satp and hgatp under TVM and VTVM', () => {
    hart.write('mstatus', 1n << 20n);
    expect(causes(csrr('satp'))).toEqual({ M: no, S: ILLEGAL, U: ILLEGAL, VS: no, VU: VIRTUAL });
    expect(causes(csrr('hgatp'))).toEqual({ M: no, S: ILLEGAL, U: ILLEGAL, VS: VIRTUAL, VU: VIRTUAL });
    expect(causes(csrr('vsatp'))).toEqual({ M: no, S: no, U: ILLEGAL, VS: VIRTUAL, VU: VIRTUAL });
    hart.write('mstatus', 0n);
    hart.write('hstatus', 1n << 20n);
    expect(causes(csrr('satp'))).toEqual({ M: no, S: no, U: ILLEGAL, VS: VIRTUAL, VU: VIRTUAL });
  });
});

describe('counters', () => {
  test.each(['cycle', 'time', 'instret', 'hpmcounter3'])('%s', (csr) => {
    expect(causes(csrr(csr))).toEqual({ M: no, S: ILLEGAL, U: ILLEGAL, VS: ILLEGAL, VU: ILLEGAL });
    hart.write('mcounteren', 0xffff_ffffn);
    expect(causes(csrr(csr))).toEqual({ M: no, S: no, U: ILLEGAL, VS: VIRTUAL, VU: VIRTUAL });
    hart.write('hcounteren', 0xffff_ffffn);
    expect(causes(csrr(csr))).toEqual({ M: no, S: no, U: ILLEGAL, VS: no, VU: VIRTUAL });
    hart.write('scounteren', 0xffff_ffffn);
    expect(causes(csrr(csr))).toEqual({ M: no, S: no, U: no, VS: no, VU: no });
    hart.write('mcounteren', 0n);
    expect(causes(csrr(csr))).toEqual({ M: no, S: ILLEGAL, U: ILLEGAL, VS: ILLEGAL, VU: ILLEGAL });
  });
  test('stimecmp and vstimecmp want STCE and TM of each level above', () => {
    const closed = { M: no, S: ILLEGAL, U: ILLEGAL, VS: ILLEGAL, VU: ILLEGAL };
    expect(causes(csrr('stimecmp'))).toEqual(closed);
    hart.write('menvcfg', 1n << 63n);
    expect(causes(csrr('stimecmp'))).toEqual(closed);
    hart.write('mcounteren', 2n);
    expect(causes(csrr('stimecmp'))).toEqual({ M: no, S: no, U: ILLEGAL, VS: VIRTUAL, VU: VIRTUAL });
    expect(causes(csrr('vstimecmp'))).toEqual({ M: no, S: no, U: ILLEGAL, VS: VIRTUAL, VU: VIRTUAL });
    hart.write('henvcfg', 1n << 63n);
    hart.write('hcounteren', 2n);
    expect(causes(csrr('stimecmp'))).toEqual({ M: no, S: no, U: ILLEGAL, VS: no, VU: VIRTUAL });
  });
});

describe('privileged instructions', () => {
  test('mret', () => {
    expect(causes(['mret'])).toEqual({ M: no, S: ILLEGAL, U: ILLEGAL, VS: ILLEGAL, VU: ILLEGAL });
  });
  test('sret, under TSR and VTSR', () => {
    expect(causes(['sret'])).toEqual({ M: no, S: no, U: ILLEGAL, VS: no, VU: VIRTUAL });
    hart.write('mstatus', 1n << 22n);
    expect(causes(['sret'])).toEqual({ M: no, S: ILLEGAL, U: ILLEGAL, VS: no, VU: VIRTUAL });
    hart.write('hstatus', 1n << 22n);
    expect(causes(['sret']).VS).toBe(VIRTUAL);
  });
  test('wfi, under TW and VTW', () => {
    expect(causes(['wfi'])).toEqual({ M: no, S: no, U: ILLEGAL, VS: no, VU: VIRTUAL });
    hart.write('hstatus', 1n << 21n);
    expect(causes(['wfi'])).toEqual({ M: no, S: no, U: ILLEGAL, VS: VIRTUAL, VU: VIRTUAL });
    hart.write('mstatus', 1n << 21n);
    expect(causes(['wfi'])).toEqual({ M: no, S: ILLEGAL, U: ILLEGAL, VS: ILLEGAL, VU: ILLEGAL });
  });
  test.each(['sfence.vma', 'sinval.vma'])('%s, under TVM and VTVM', (name) => {
    expect(causes([name])).toEqual({ M: no, S: no, U: ILLEGAL, VS: no, VU: VIRTUAL });
    hart.write('mstatus', 1n << 20n);
    hart.write('hstatus', 1n << 20n);
    expect(causes([name])).toEqual({ M: no, S: ILLEGAL, U: ILLEGAL, VS: VIRTUAL, VU: VIRTUAL });
  });
  test.each(['sfence.w.inval', 'sfence.inval.ir'])('%s', (name) => {
    hart.write('mstatus', 1n << 20n);
    expect(causes([name])).toEqual({ M: no, S: no, U: ILLEGAL, VS: no, VU: VIRTUAL });
  });
  test.each([
    ['hfence.vvma', no],
    ['hinval.vvma', no],
    ['hfence.gvma', ILLEGAL],
    ['hinval.gvma', ILLEGAL],
  ])('%s, under TVM', (name, trapped) => {
    expect(causes([name])).toEqual({ M: no, S: no, U: ILLEGAL, VS: VIRTUAL, VU: VIRTUAL });
    hart.write('mstatus', 1n << 20n);
    expect(causes([name]).S).toBe(trapped);
  });
  test.each(['hlv.b', 'hlv.hu', 'hlvx.wu', 'hlv.d', 'hsv.w'])('%s, under HU', (name) => {
    hart.setX(1, RAM_BASE + 0x1000n);
    expect(causes([name, { rs1: 1 }])).toEqual({ M: no, S: no, U: ILLEGAL, VS: VIRTUAL, VU: VIRTUAL });
    hart.setX(1, RAM_BASE + 0x1000n);
    hart.write('hstatus', 1n << 9n);
    expect(causes([name, { rs1: 1 }]).U).toBe(no);
  });
  test('ecall and ebreak', () => {
    expect(causes(['ecall'])).toEqual({ M: 11n, S: 9n, U: 8n, VS: 10n, VU: 8n });
    expect(causes(['ebreak'])).toEqual({ M: 3n, S: 3n, U: 3n, VS: 3n, VU: 3n });
    expect(hart.read('mtval')).toBe(RAM_BASE);
  });
  test('an illegal instruction reports its bits, a compressed one 16 of them', () => {
    hart.pc = RAM_BASE;
    expect(hart.execute(0xffff_ffff)).toBe(ILLEGAL);
    expect(hart.read('mtval')).toBe(0xffff_ffffn);
    hart.pc = RAM_BASE;
    expect(hart.execute(0x1234_0000)).toBe(ILLEGAL);
    expect(hart.read('mtval')).toBe(0n);
    hart.mode = VS;
    hart.pc = RAM_BASE;
    expect(hart.execute(['hfence.gvma', { rs1: 3 }])).toBe(VIRTUAL);
    expect(hart.read('mtval')).toBe(0x62018073n);
  });
});
