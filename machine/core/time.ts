/**
 * Counting and timers. Inside runHart the count of instructions is HART_CYCLES + HART_EXECUTED + what the inner loop
 * has used of its grant; the run loop ends that grant where the next timer fires.
 */

import {
  HENVCFG_STCE,
  MCOUNTINHIBIT_CY,
  MCOUNTINHIBIT_IR,
  MENVCFG_STCE,
  MIP_MTIP,
  MIP_STIP,
  MIP_VSTIP,
} from './csr-constants.ts';
import { updateTime } from './host.ts';
import {
  HART_CYCLES,
  HART_EXECUTED,
  HART_GRANTED,
  HART_HENVCFG,
  HART_HTIMEDELTA,
  HART_LEFT,
  HART_MCOUNTINHIBIT,
  HART_MCYCLE,
  HART_MENVCFG,
  HART_MINSTRET,
  HART_MTIMECMP,
  HART_STIMECMP,
  HART_TIMERS,
  HART_TRAPS,
  HART_VSTIMECMP,
  MACHINE_CLOCK,
  MACHINE_INSTRUCTIONS_PER_TICK,
  MACHINE_MTIME_OFFSET,
  MACHINE_REAL_TICKS,
} from './layout.ts';

/** mcountinhibit's bits of counters 3 to 31. */
const PROGRAMMABLE: u64 = 0xfffffff8;

export const NEVER: u64 = ~(<u64>0);
/** Farther than any clock gets: 2^48 ticks at 10 MHz are 325 days, and products with it stay below 2^64. */
const HORIZON: u64 = 0x1000000000000;

/** Instructions begun in this runHart, the present one included. */
export function executedNow(hart: usize): u32 {
  return load<u32>(hart, HART_EXECUTED) + load<u32>(hart, HART_GRANTED) - load<u32>(hart, HART_LEFT);
}

export function cyclesNow(hart: usize): u64 {
  return load<u64>(hart, HART_CYCLES) + <u64>executedNow(hart);
}

/** Instructions that trapped do not retire. */
export function retiredNow(hart: usize): u64 {
  return cyclesNow(hart) - load<u64>(hart, HART_TRAPS);
}

/** A counter as an instruction reads it: what came before that instruction. */
function readCounter(hart: usize, base: usize, inhibit: u64, now: u64): u64 {
  const value = load<u64>(hart + base);
  return load<u64>(hart, HART_MCOUNTINHIBIT) & inhibit ? value : value + now - 1;
}

/** A write takes the place of the count of the writing instruction. */
function writeCounter(hart: usize, base: usize, inhibit: u64, now: u64, value: u64): void {
  store<u64>(hart + base, load<u64>(hart, HART_MCOUNTINHIBIT) & inhibit ? value : value - now);
}

export function readCycle(hart: usize): u64 {
  return readCounter(hart, HART_MCYCLE, MCOUNTINHIBIT_CY, cyclesNow(hart));
}

export function writeCycle(hart: usize, value: u64): void {
  writeCounter(hart, HART_MCYCLE, MCOUNTINHIBIT_CY, cyclesNow(hart), value);
}

export function readInstret(hart: usize): u64 {
  return readCounter(hart, HART_MINSTRET, MCOUNTINHIBIT_IR, retiredNow(hart));
}

export function writeInstret(hart: usize, value: u64): void {
  writeCounter(hart, HART_MINSTRET, MCOUNTINHIBIT_IR, retiredNow(hart), value);
}

/** Stops or starts counters, which keep their values. */
export function writeCountinhibit(hart: usize, value: u64): void {
  const cycle = readCycle(hart);
  const instret = readInstret(hart);
  store<u64>(hart, value & (MCOUNTINHIBIT_CY | MCOUNTINHIBIT_IR | PROGRAMMABLE), HART_MCOUNTINHIBIT);
  writeCycle(hart, cycle);
  writeInstret(hart, instret);
}

function ticks(hart: usize): u64 {
  const perTick = <u64>load<u32>(MACHINE_INSTRUCTIONS_PER_TICK);
  if (!perTick) return load<u64>(MACHINE_REAL_TICKS);
  return (load<u64>(MACHINE_CLOCK) + <u64>executedNow(hart)) / perTick;
}

/** mtime, as exact as the mode of time allows without asking the host. */
export function mtime(hart: usize): u64 {
  return ticks(hart) + load<u64>(MACHINE_MTIME_OFFSET);
}

/** mtime for an instruction that reads it. */
export function readMtime(hart: usize): u64 {
  if (!load<u32>(MACHINE_INSTRUCTIONS_PER_TICK)) updateTime();
  return mtime(hart);
}

export function hasStimecmp(hart: usize): bool {
  return (load<u64>(hart, HART_MENVCFG) & MENVCFG_STCE) != 0;
}

export function hasVstimecmp(hart: usize): bool {
  return hasStimecmp(hart) && (load<u64>(hart, HART_HENVCFG) & HENVCFG_STCE) != 0;
}

/** Compares mtime with mtimecmp, stimecmp and vstimecmp: their bits of mip (HART_TIMERS). */
export function refreshTimers(hart: usize): void {
  const now = mtime(hart);
  let bits: u64 = 0;
  if (now >= load<u64>(hart, HART_MTIMECMP)) bits |= MIP_MTIP;
  if (hasStimecmp(hart) && now >= load<u64>(hart, HART_STIMECMP)) bits |= MIP_STIP;
  if (hasVstimecmp(hart) && now + load<u64>(hart, HART_HTIMEDELTA) >= load<u64>(hart, HART_VSTIMECMP)) {
    bits |= MIP_VSTIP;
  }
  store<u32>(hart, <u32>bits, HART_TIMERS);
}

function ticksUntil(now: u64, compare: u64): u64 {
  return compare > now ? compare - now : NEVER;
}

/** Ticks until the next of the hart's timers that has not fired yet does; NEVER if none will. */
function ticksToNextTimer(hart: usize): u64 {
  const now = mtime(hart);
  let least = ticksUntil(now, load<u64>(hart, HART_MTIMECMP));
  if (hasStimecmp(hart)) least = min(least, ticksUntil(now, load<u64>(hart, HART_STIMECMP)));
  if (hasVstimecmp(hart)) {
    const guest = now + load<u64>(hart, HART_HTIMEDELTA);
    least = min(least, ticksUntil(guest, load<u64>(hart, HART_VSTIMECMP)));
  }
  return least;
}

/** Counted time: the MACHINE_CLOCK at which the next timer fires; real time: its mtime. NEVER if none will. */
export function nextTimerClock(hart: usize): u64 {
  const distance = ticksToNextTimer(hart);
  if (distance > HORIZON) return NEVER;
  const at = ticks(hart) + distance;
  const perTick = <u64>load<u32>(MACHINE_INSTRUCTIONS_PER_TICK);
  return perTick ? at * perTick : at + load<u64>(MACHINE_MTIME_OFFSET);
}

/** The largest grant of at most `instructions` that does not run past a timer. Real time knows no such place. */
export function grantBeforeTimer(hart: usize, instructions: u32): u32 {
  if (!load<u32>(MACHINE_INSTRUCTIONS_PER_TICK)) return instructions;
  const at = nextTimerClock(hart);
  if (at == NEVER) return instructions;
  const distance = at - (load<u64>(MACHINE_CLOCK) + <u64>executedNow(hart));
  return distance < <u64>instructions ? <u32>distance : instructions;
}
