/** The control and status registers that a block starts with, may write, and is compared by. */

export interface CsrUse {
  readonly name: string;
  /** The bits that are set at random, or compared. */
  readonly mask: bigint;
}

const ALL = 2n ** 64n - 1n;
/** Addresses of no device and no memory, which are even. */
const ADDRESS = 0xffff_ff00_0000_0ffen;
const bits = (...positions: number[]): bigint => positions.reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n);

const STATUS = bits(1, 5, 13, 14, 18, 19);
const SPP = bits(8);
/** Without GVA and MPV, which QEMU 10 does not let be written. */
const MACHINE_STATUS = STATUS | bits(3, 7, 20, 21, 22);
const MPP = bits(11, 12);
const MPRV = bits(17);
/** Of CBIE one bit, since QEMU keeps its reserved value. */
const ENVIRONMENT = bits(0, 4, 6, 7);
const GUEST_ENVIRONMENT = ENVIRONMENT | bits(61, 62, 63);
const S_INTERRUPTS = bits(1, 5, 9);
const VS_INTERRUPTS = bits(2, 6, 10);
/** With STCE, QEMU does not let hvip.VSTIP be written (nor, as it should be, mip.STIP). */
const SETTABLE = bits(1, 9);
const VS_SETTABLE = bits(2, 10);
const COUNTERS = bits(0, 1, 2);
/** Never ecall from HS-mode (9): the runtime's stub there must come to M-mode. */
const TO_HS = 0xf0b5ffn;
const TO_VS = 0xb1ffn;

const use = (text: string, mask: bigint): CsrUse[] => text.split(' ').map((name) => ({ name, mask }));

/** Written before a block runs, in this order: what allows comes before what is allowed. */
export const CONFIGURED: readonly CsrUse[] = [
  ...use('menvcfg', GUEST_ENVIRONMENT),
  ...use('mstateen0', bits(62, 63)),
  ...use('medeleg', TO_HS),
  ...use('mideleg', S_INTERRUPTS),
  ...use('mcounteren', COUNTERS),
  ...use('mtval mcause mtinst mtval2', ALL),
  ...use('stvec vstvec satp hgatp vsatp', ALL),
  ...use('henvcfg', GUEST_ENVIRONMENT),
  ...use('hstateen0', bits(62, 63)),
  ...use('hedeleg', TO_VS),
  ...use('hideleg', VS_INTERRUPTS),
  ...use('hcounteren scounteren', COUNTERS),
  ...use('hstatus', bits(6, 7, 8, 9, 20, 21, 22)),
  ...use('htval htimedelta', ALL),
  ...use('hvip', VS_SETTABLE),
  ...use('senvcfg', ENVIRONMENT),
  ...use('sscratch scause stval', ALL),
  ...use('sepc vsepc', ADDRESS),
  ...use('vsstatus', STATUS | SPP),
  ...use('vsscratch vscause vstval', ALL),
  ...use('mie', S_INTERRUPTS | VS_INTERRUPTS | bits(3, 7, 11, 12)),
  ...use('fcsr', 0xffn),
];

/** What only the configuration sets: it could lead where the runtime does not get back from, or wants fences after it. */
const FIXED = new Set(
  'medeleg mideleg menvcfg henvcfg stvec vstvec satp hgatp vsatp vsstatus mie mstateen0'.split(' '),
);

/** What blocks write themselves. */
export const WRITTEN: readonly CsrUse[] = [
  ...CONFIGURED.filter(({ name }) => !FIXED.has(name)),
  ...use('mepc', ADDRESS),
  ...use('sip vsip', S_INTERRUPTS),
  ...use('hip', VS_INTERRUPTS),
  ...use('mip', SETTABLE | bits(2)),
  ...use('fflags', 31n),
  ...use('frm', 7n),
  ...use('mstateen1 hstateen1', bits(63)),
  ...use('sstateen0 sstateen1', 0n),
];

/** Written by blocks without xRET, which with these bits could go back and forth for ever. */
export const MODES_WRITTEN: readonly CsrUse[] = [
  ...use('mstatus', MACHINE_STATUS | MPP | MPRV | SPP),
  ...use('sstatus vsstatus', STATUS | SPP),
];
/** Written instead by those with xRET. */
export const STATUS_WRITTEN: readonly CsrUse[] = [
  ...use('mstatus', MACHINE_STATUS),
  ...use('sstatus vsstatus', STATUS),
];

/** Read by blocks besides those above; what counts is read to x0, for whether it traps. */
export const READ: readonly string[] = [
  ...['satp', 'vsatp', 'hgatp', 'stvec', 'vstvec', 'medeleg', 'mideleg', 'menvcfg', 'henvcfg', 'mhartid'],
  ...['mie', 'sie', 'hie', 'vsie'],
  ...['cycle', 'time', 'instret', 'hpmcounter3', 'mcycle', 'minstret', 'scountovf', 'hgeie', 'hgeip'],
];

/** Those that no comparison can be made of: counts; of the others QEMU shows what is not there (allowed.ts). */
const COUNTS = ['cycle', 'time', 'instret', 'hpmcounter3', 'mcycle', 'minstret'];
export const VOLATILE = new Set([
  ...COUNTS,
  'hvip',
  'vsstatus',
  'mstatus',
  'sstatus',
  'mtinst',
  'htinst',
  'mtval2',
  'htval',
]);

/** Pending at first in mip; set and cleared, but never written as a whole, since that changes hvip in QEMU. */
export const PENDING: bigint = SETTABLE;

/** Written down when a block has ended; mstatus must be the first. */
export const COMPARED: readonly string[] = [
  ...['mstatus', 'mie', 'mip', 'mepc', 'htinst', 'hip'],
  ...CONFIGURED.map(({ name }) => name).filter((name) => name !== 'mie' && name !== 'hvip'),
];
