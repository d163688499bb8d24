/**
 * The machine's time (core/README.md, "Time"). Counted time follows the instructions that harts execute, so a run is the same
 * each time; real time follows the host's clock.
 */

import type { Timebase } from '../devices/aclint.ts';
import { hex64, type State, StateError, type StateReader } from '../devices/state.ts';
import { TIMEBASE_FREQUENCY } from './board.ts';
import * as layout from './core/layout.ts';
import type { Core } from './core-instance.ts';

/** Instructions a tick in counted time: a machine of 100 million instructions a second. */
export const INSTRUCTIONS_PER_TICK = 10;
const TICKS_PER_MILLISECOND = TIMEBASE_FREQUENCY / 1000;
export const NANOSECONDS_PER_TICK = 1e9 / TIMEBASE_FREQUENCY;
/** 2026-01-01, what a machine in counted time believes it is at power-on. */
const COUNTED_EPOCH = 1_767_225_600_000;
const NEVER = 0xffff_ffff_ffff_ffffn;

export type TimeMode = 'counted' | 'real';

/** Milliseconds: what the machine needs of the host. */
export interface HostClock {
  /** Since some moment, never going back. */
  now(): number;
  /** Since 1970. */
  date(): number;
}

export class Clock implements Timebase {
  readonly mode: TimeMode;
  readonly #core: Core;
  readonly #hostClock: HostClock;
  /** Real time at power-on, and the date then. */
  #powerOn = 0;
  #epoch = 0;
  #held = false;
  /** The hart whose turn it is; undefined between turns. */
  hart: number | undefined;

  constructor(core: Core, mode: TimeMode, hostClock: HostClock) {
    this.#core = core;
    this.mode = mode;
    this.#hostClock = hostClock;
    core.setU32(layout.MACHINE_INSTRUCTIONS_PER_TICK, mode === 'counted' ? INSTRUCTIONS_PER_TICK : 0);
    this.reset();
  }

  /** Power-on: time starts at 0. */
  reset(): void {
    this.#powerOn = this.#hostClock.now();
    this.#epoch = this.mode === 'counted' ? COUNTED_EPOCH : this.#hostClock.date();
    this.instructions = 0;
    this.updateRealTime();
  }

  save(): State {
    this.updateRealTime();
    const u64 = (address: number) => hex64(this.#core.u64(address));
    return {
      mode: this.mode,
      instructions: u64(layout.MACHINE_CLOCK),
      realTicks: u64(layout.MACHINE_REAL_TICKS),
      mtimeOffset: u64(layout.MACHINE_MTIME_OFFSET),
    };
  }

  /** Time goes on where it was; the date of real time is the host's. @throws StateError for time of the other mode. */
  load(state: StateReader): void {
    const saved = state.text('mode');
    if (saved !== this.mode) throw new StateError(`its time is ${saved}, and the machine's ${this.mode}`);
    this.#core.setU64(layout.MACHINE_CLOCK, state.u64('instructions'));
    this.#core.setU64(layout.MACHINE_REAL_TICKS, state.u64('realTicks'));
    this.#core.setU64(layout.MACHINE_MTIME_OFFSET, state.u64('mtimeOffset'));
    if (this.mode === 'counted') return;
    const elapsed = Number(state.u64('realTicks')) / (TIMEBASE_FREQUENCY / 1000);
    this.#powerOn = this.#hostClock.now() - elapsed;
    this.#epoch = this.#hostClock.date() - elapsed;
  }

  /** Counted time, in instructions since power-on; to be set before each turn of a hart. */
  get instructions(): number {
    return Number(this.#core.u64(layout.MACHINE_CLOCK));
  }

  set instructions(value: number) {
    this.#core.setU64(layout.MACHINE_CLOCK, BigInt(value));
  }

  /** Brings real time up to date, in real time mode. */
  updateRealTime(): void {
    if (this.mode === 'counted' || this.#held) return;
    this.#core.setU64(layout.MACHINE_REAL_TICKS, BigInt(Math.floor(this.#elapsed * (TIMEBASE_FREQUENCY / 1000))));
  }

  /** Milliseconds of real time since power-on. */
  get #elapsed(): number {
    return this.#hostClock.now() - this.#powerOn;
  }

  get #mtime(): bigint {
    return BigInt.asUintN(64, this.#ticks + this.#core.u64(layout.MACHINE_MTIME_OFFSET));
  }

  /** Ticks since power-on, of either clock; within a turn as the hart's present instruction sees them. */
  get #ticks(): bigint {
    this.updateRealTime();
    if (this.mode === 'real') return this.#core.u64(layout.MACHINE_REAL_TICKS);
    if (this.hart === undefined) return this.#core.u64(layout.MACHINE_CLOCK) / BigInt(INSTRUCTIONS_PER_TICK);
    this.#core.exports.readTime(this.hart);
    return BigInt.asUintN(64, this.#core.scratch - this.#core.u64(layout.MACHINE_MTIME_OFFSET));
  }

  /** The date for a clock device, in nanoseconds since 1970. */
  get date(): number {
    return this.#epoch * 1e6 + Number(this.#ticks) * NANOSECONDS_PER_TICK;
  }

  /** Whole milliseconds since power-on. */
  get milliseconds(): number {
    return Math.floor(Number(this.#ticks) / TICKS_PER_MILLISECOND);
  }

  /**
   * When the next timer of a hart fires that it has enabled: in counted time the value of `instructions`, in real time
   * milliseconds from now. Infinity for never.
   */
  nextTimer(hart: number): number {
    this.#core.exports.nextTimer(hart);
    const at = this.#core.scratch;
    if (at === NEVER) return Number.POSITIVE_INFINITY;
    if (this.mode === 'counted') return Number(at);
    return (Number(at - this.#mtime) * 1000) / TIMEBASE_FREQUENCY;
  }

  /** The same for a moment in nanoseconds since 1970. */
  until(date: number): number {
    if (this.mode === 'real') return (date - this.date) / 1e6;
    return Math.ceil((date - this.#epoch * 1e6) / NANOSECONDS_PER_TICK) * INSTRUCTIONS_PER_TICK;
  }

  /** The same for a moment in milliseconds since power-on. */
  untilMilliseconds(moment: number): number {
    if (this.mode === 'real') return moment - this.#elapsed;
    return moment * TICKS_PER_MILLISECOND * INSTRUCTIONS_PER_TICK;
  }

  /** The moment of counted time, as `nextTimer` gives it, when so many more instructions have taken their time; Infinity in real time. */
  after(instructions: number): number {
    return this.mode === 'counted' ? this.instructions + Math.ceil(instructions) : Number.POSITIVE_INFINITY;
  }

  /** Milliseconds until a moment of counted time, as `nextTimer` gives it. */
  duration(instructions: number): number {
    return (instructions - this.instructions) / INSTRUCTIONS_PER_TICK / TICKS_PER_MILLISECOND;
  }

  readMtime(half: 0 | 1): number {
    // An 8-byte access comes as two, the low half first; real time must not go on between them.
    this.#held = half === 1;
    const mtime = this.#mtime;
    this.#held = false;
    return Number(half === 0 ? mtime & 0xffff_ffffn : mtime >> 32n);
  }

  writeMtime(half: 0 | 1, value: number): void {
    const mtime = this.#mtime;
    const halves = new Uint32Array(BigUint64Array.of(mtime).buffer);
    halves[half] = value;
    const change = new BigUint64Array(halves.buffer)[0]! - mtime;
    const offset = this.#core.u64(layout.MACHINE_MTIME_OFFSET) + change;
    this.#core.setU64(layout.MACHINE_MTIME_OFFSET, BigInt.asUintN(64, offset));
  }

  readMtimecmp(hart: number, half: 0 | 1): number {
    return this.#core.u32(this.#core.hart(hart, layout.HART_MTIMECMP + 4 * half));
  }

  writeMtimecmp(hart: number, half: 0 | 1, value: number): void {
    this.#core.setU32(this.#core.hart(hart, layout.HART_MTIMECMP + 4 * half), value);
  }
}
