import { read_tp } from '../rv/intrinsics.ts';
import { linkTable } from './link-table.ts';

/** State of a hart; `tp` points here whenever the firmware runs. Behind the fields lie x0 to x31 of who trapped. */
export class Hart {
  id: u64;
  stackTop: usize;
  /** Where the hart goes on after the trap. */
  mepc: u64;
  /** With MPP and MPV, the mode that it goes on in. */
  mstatus: u64;
  /** Not 0 while a trap of the firmware itself shall be noted and its instruction skipped: expected-trap.ts. */
  trapExpected: u64;
  trapCause: u64;
  trapValue: u64;
  /** Second result of the SBI call under way. */
  value: u64;
  /** HSM state; written by atomics. */
  state: u64;
  /** Where HSM starts the hart, and what in a1. */
  startAddress: u64;
  startArgument: u64;
  /** What other harts want of this one: bits of ipi.ts; written by atomics. */
  requests: u64;
  /** t0 and t1 of the firmware during a trap of its own. */
  spare0: u64;
  spare1: u64;
}

/** Hart ids from 0 on that there is room for; so many stacks too. */
export const HART_LIMIT: usize = 8;

export const HART_X: usize = offsetof<Hart>();
export const HART_SIZE: usize = HART_X + 32 * 8;
export const HART_STACK_TOP: usize = offsetof<Hart>('stackTop');
export const HART_MEPC: usize = offsetof<Hart>('mepc');
export const HART_MSTATUS: usize = offsetof<Hart>('mstatus');
export const HART_TRAP_EXPECTED: usize = offsetof<Hart>('trapExpected');
export const HART_TRAP_CAUSE: usize = offsetof<Hart>('trapCause');
export const HART_TRAP_VALUE: usize = offsetof<Hart>('trapValue');
export const HART_SPARE0: usize = offsetof<Hart>('spare0');
export const HART_SPARE1: usize = offsetof<Hart>('spare1');

/** Registers of the SBI's calling convention. */
export const A0: u32 = 10;
export const A1: u32 = 11;
export const A6: u32 = 16;
export const A7: u32 = 17;

/** The hart that this runs on. */
export function currentHart(): Hart {
  return changetype<Hart>(<usize>read_tp());
}

/** `id` is below HART_LIMIT. */
export function hartById(id: u64): Hart {
  return changetype<Hart>(linkTable().harts + <usize>id * HART_SIZE);
}

/** Register x`index` of who trapped. */
export function register(hart: Hart, index: u32): u64 {
  return load<u64>(changetype<usize>(hart) + HART_X + 8 * <usize>index);
}

/** A write of x0 has no effect. */
export function setRegister(hart: Hart, index: u32, value: u64): void {
  if (index != 0) store<u64>(changetype<usize>(hart) + HART_X + 8 * <usize>index, value);
}

/** Argument 0 to 5 of the SBI call under way. */
export function argument(hart: Hart, index: u32): u64 {
  return register(hart, A0 + index);
}
