import {
  csrc_sstatus,
  csrr_sstatus,
  csrs_sstatus,
  HSTATUS_SPV,
  HSTATUS_SPVP,
  HSTATUS_VSXL_SHIFT,
  HSTATUS_VTW,
  SCOUNTEREN_CY,
  SCOUNTEREN_IR,
  SCOUNTEREN_TM,
  SSTATUS_FS,
  SSTATUS_SPIE,
  SSTATUS_SPP,
  SSTATUS_UXL_SHIFT,
} from '../../rv/csr.ts';
import { Guest } from '../guest/guest.ts';
import { Hart } from '../harts/hart.ts';
import { allocate, free } from '../memory/heap.ts';
import { initializeTimer } from './guest-timer.ts';
import { createPmu, freePmu, Pmu, resetPmu } from './pmu.ts';

/** XLEN = 64 in UXL and VSXL. */
const XLEN_64: u64 = 2;
const FP_AREA_SIZE: usize = 33 * 8;

/** What a vCPU does, as the scheduler sees it: stopped (SBI 3.0, "Hart State Management"), or not started yet. */
export const OFF: u32 = 0;
/** It can run and waits for a hart. */
export const READY: u32 = 1;
/** It has a hart. */
export const RUNNING: u32 = 2;
/** In wfi, or suspended: it goes on when an interrupt is pending that it has enabled. */
export const WAITING: u32 = 3;

/** Exits are counted by cause: exceptions by their code, of which 24 and up are reserved or custom, and interrupts behind them. */
const EXCEPTION_CODES: u64 = 32;
const INTERRUPT_CODES: u64 = 32;
/** How many counters there are. */
export const EXIT_COUNTERS: u64 = EXCEPTION_CODES + INTERRUPT_CODES;
const INTERRUPT_BIT: u64 = 1 << 63;

/** A hart of a guest. Fields stand in groups by when they are saved and loaded. */
export class Vcpu {
  // At every exit, by trap.S: x0 (always 0) to x31, so that register n is at n * 8.
  zero: u64;
  ra: u64;
  sp: u64;
  gp: u64;
  tp: u64;
  t0: u64;
  t1: u64;
  t2: u64;
  s0: u64;
  s1: u64;
  a0: u64;
  a1: u64;
  a2: u64;
  a3: u64;
  a4: u64;
  a5: u64;
  a6: u64;
  a7: u64;
  s2: u64;
  s3: u64;
  s4: u64;
  s5: u64;
  s6: u64;
  s7: u64;
  s8: u64;
  s9: u64;
  s10: u64;
  s11: u64;
  t3: u64;
  t4: u64;
  t5: u64;
  t6: u64;
  sepc: u64;
  sstatus: u64;
  hstatus: u64;
  /** Where it runs, or ran last. */
  hart: Hart;

  // When it leaves the hart.
  vsstatus: u64;
  vsie: u64;
  vstvec: u64;
  vsscratch: u64;
  vsepc: u64;
  vscause: u64;
  vstval: u64;
  vsatp: u64;
  hvip: u64;
  htimedelta: u64;
  henvcfg: u64;
  /** In ticks of `time`: see guest-timer.ts. */
  timer: u64;
  /** Its `cycle` and `instret`; while it has a hart, less the hart's: see counter-csrs.ts. */
  cycle: u64;
  instret: u64;
  // Not banked for VS-mode: the guest writes the supervisor's own.
  scounteren: u64;
  senvcfg: u64;

  // When it leaves the hart, but loaded only where another's are.
  fp: usize;

  // For good.
  id: u64;
  guest: Guest;

  // Under the scheduler's lock: see run-queue.ts and interrupts.ts.
  /** The next of all vCPUs. */
  next: Vcpu | null;
  state: u32;
  /** Not 0 while it is suspended by HSM: hart-state.ts. */
  isSuspended: u32;
  /** Not 0 when translations that others asked it to forget may be in the hart that it takes next. */
  mustFence: u32;
  /** Share of the harts, beside that of others. */
  weight: u64;
  /** What it has had of the harts, in ticks divided by its weight. */
  virtualTime: u64;
  /** While it waits: when its timer comes, in the host's time. */
  wakeTime: u64;
  /** Bits of hvip that it gets and loses when it next takes a hart. */
  raised: u64;
  lowered: u64;
  // See steal-time.ts.
  /** `time` since when it is ready. */
  readySince: u64;
  /** Ticks that it was ready and had no hart. */
  stolen: u64;
  /** Host address of what it shares with the guest, or 0. */
  stealArea: usize;

  /** Bit n: the FWFT feature n is as it is until the hart is reset. */
  lockedFeatures: u64;
  /** Counters by the SBI: see pmu.ts. */
  pmu: Pmu;
}

/** Counts of exits by cause stand behind the fields. */
const VCPU_EXITS: usize = offsetof<Vcpu>();
const VCPU_SIZE: usize = VCPU_EXITS + <usize>EXIT_COUNTERS * 8;

export const VCPU_X: usize = offsetof<Vcpu>('zero');
export const VCPU_SEPC: usize = offsetof<Vcpu>('sepc');
export const VCPU_SSTATUS: usize = offsetof<Vcpu>('sstatus');
export const VCPU_HSTATUS: usize = offsetof<Vcpu>('hstatus');
export const VCPU_HART: usize = offsetof<Vcpu>('hart');
const VCPU_SWITCHED: usize = offsetof<Vcpu>('vsstatus');

/** Register x`number` of the vCPU; `number` is below 32. */
export function register(vcpu: Vcpu, number: usize): u64 {
  return load<u64>(changetype<usize>(vcpu) + VCPU_X + (number << 3));
}

/** Sets x`number`; x0 stays 0. */
export function setRegister(vcpu: Vcpu, number: usize, value: u64): void {
  if (number) store<u64>(changetype<usize>(vcpu) + VCPU_X + (number << 3), value);
}

/** A vCPU that is off. */
export function createVcpu(guest: Guest, id: u64, hart: Hart, weight: u64): Vcpu {
  const vcpu = changetype<Vcpu>(allocate(VCPU_SIZE));
  vcpu.fp = allocate(FP_AREA_SIZE);
  vcpu.pmu = createPmu();
  vcpu.guest = guest;
  vcpu.id = id;
  vcpu.hart = hart;
  vcpu.weight = weight;
  return vcpu;
}

/**
 * Makes the vCPU, which is in no hart, begin at `entry` in VS-mode as boot protocol and SBI want: a0 = its hart id, a1 = `argument`,
 * no translation, no interrupts, counters for user programs. Everything else is zero.
 */
export function resetVcpu(vcpu: Vcpu, entry: u64, argument: u64): void {
  memory.fill(changetype<usize>(vcpu) + VCPU_X, 0, VCPU_HART);
  memory.fill(changetype<usize>(vcpu) + VCPU_SWITCHED, 0, offsetof<Vcpu>('fp') - VCPU_SWITCHED);
  memory.fill(vcpu.fp, 0, FP_AREA_SIZE);
  vcpu.sepc = entry;
  vcpu.a0 = vcpu.id;
  vcpu.a1 = argument;
  // sret goes to VS-mode (SPV, SPP); wfi there traps, so that a waiting guest gives up the hart.
  vcpu.hstatus = HSTATUS_SPV | HSTATUS_SPVP | HSTATUS_VTW | (XLEN_64 << HSTATUS_VSXL_SHIFT);
  vcpu.sstatus = SSTATUS_SPP | SSTATUS_SPIE | floatingPoint() | (XLEN_64 << SSTATUS_UXL_SHIFT);
  vcpu.vsstatus = XLEN_64 << SSTATUS_UXL_SHIFT;
  // As firmware leaves it: kernels let user programs read the time without setting anything.
  vcpu.scounteren = SCOUNTEREN_CY | SCOUNTEREN_TM | SCOUNTEREN_IR;
  vcpu.raised = 0;
  vcpu.lowered = 0;
  vcpu.stealArea = 0;
  vcpu.lockedFeatures = 0;
  initializeTimer(vcpu);
  resetPmu(vcpu.pmu);
}

/**
 * sstatus.FS of a vCPU: dirty, or 0 on a hart that has no floating point and so no such bits. It is not used to tell whether a guest has
 * changed its registers: soon all have, and translators such as QEMU's translate a guest's code anew whenever it changes.
 */
function floatingPoint(): u64 {
  csrs_sstatus(SSTATUS_FS);
  const found = csrr_sstatus() & SSTATUS_FS;
  csrc_sstatus(SSTATUS_FS);
  return found;
}

/** Gives back what `createVcpu` took. The vCPU is in no hart and in no queue. */
export function freeVcpu(vcpu: Vcpu): void {
  free(vcpu.fp, FP_AREA_SIZE);
  freePmu(vcpu.pmu);
  free(changetype<usize>(vcpu), VCPU_SIZE);
}

/** Counts an exit; a cause that has no counter of its own is counted with one that has. */
export function countException(vcpu: Vcpu, cause: u64): void {
  count(vcpu, cause & (EXCEPTION_CODES - 1));
}

/** As above, for an interrupt. */
export function countInterrupt(vcpu: Vcpu, cause: u64): void {
  count(vcpu, EXCEPTION_CODES + (cause & (INTERRUPT_CODES - 1)));
}

function count(vcpu: Vcpu, index: u64): void {
  const counter = changetype<usize>(vcpu) + <usize>(index << 3);
  store<u64>(counter, load<u64>(counter, VCPU_EXITS) + 1, VCPU_EXITS);
}

/** The count at `index`, below EXIT_COUNTERS. */
export function exitCount(vcpu: Vcpu, index: u64): u64 {
  return load<u64>(changetype<usize>(vcpu) + <usize>(index << 3), VCPU_EXITS);
}

/** The cause that is counted at `index`, as scause has it. */
export function exitCause(index: u64): u64 {
  return index < EXCEPTION_CODES ? index : INTERRUPT_BIT | (index - EXCEPTION_CODES);
}
