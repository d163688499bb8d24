/**
 * The harts' turns. In a round each hart has one turn of the same number of instructions, in the order of their numbers, so
 * what harts do to each other depends on nothing but the program. A round may be left anywhere and is gone on with later.
 */

import type { State, StateReader } from '../devices/state.ts';
import type { Clock } from './clock.ts';
import * as layout from './core/layout.ts';
import type { Core } from './core-instance.ts';

/** Instructions of a turn among others. */
const TURN = 10_000;
/** A hart that is alone ends its turn to let the host have a look, and in real time to see whether a timer has fired. */
const TURN_ALONE = { counted: 1_000_000, real: 50_000 };

export type TurnsEnd =
  /** The budget is used up. */
  | { readonly end: 'budget' }
  /** `Core.requestStop` was called, or the hart has accessed a watchpoint. */
  | { readonly end: 'stop'; readonly hart: number }
  /** The hart is at a breakpoint. */
  | { readonly end: 'breakpoint'; readonly hart: number }
  /** All harts wait. The next timer fires at `until` (see `Clock.nextTimer`), Infinity if there is none. */
  | { readonly end: 'idle'; readonly until: number };

/** What devices do at a certain time. */
export interface DeviceEvents {
  /** The time of the next one, as `Clock.nextTimer`. */
  next(): number;
  /** Lets those happen whose time has come. */
  run(): void;
}

export class Turns {
  readonly #core: Core;
  readonly #clock: Clock;
  readonly #deviceEvents: DeviceEvents;
  /** Whose turn it is; the number of harts between two rounds. */
  #hart: number;
  /** Counted time at the start of the round. */
  #start = 0;
  /** Instructions of a turn in this round. */
  #length = 0;
  /** What is left of the present turn. */
  #left = 0;
  /** What the hart that came furthest in this round has executed. */
  #furthest = 0;

  constructor(core: Core, clock: Clock, deviceEvents: DeviceEvents) {
    this.#core = core;
    this.#clock = clock;
    this.#deviceEvents = deviceEvents;
    this.#hart = core.harts;
  }

  /** Between rounds, at time 0: after the harts and the clock have been reset. */
  reset(): void {
    this.#hart = this.#core.harts;
    this.#start = 0;
    this.#furthest = 0;
  }

  save(): State {
    const [hart, start, length, left, furthest] = [this.#hart, this.#start, this.#length, this.#left, this.#furthest];
    return { hart, start, length, left, furthest };
  }

  /** @throws StateError */
  load(state: StateReader): void {
    const MOST = Number.MAX_SAFE_INTEGER;
    this.#hart = state.number('hart', this.#core.harts);
    this.#start = state.number('start', MOST);
    this.#length = state.number('length', MOST);
    this.#left = state.number('left', this.#length);
    this.#furthest = state.number('furthest', this.#length);
  }

  /** Executes up to `budget` instructions, summed over the harts, and says how many. */
  run(budget: number): TurnsEnd & { readonly executed: number } {
    let left = budget;
    while (left > 0) {
      if (this.#hart === this.#core.harts) this.#startRound();
      const { reason, executed } = this.#runHart(Math.min(this.#left, left));
      left -= executed;
      const hart = this.#hart;
      if (reason === layout.EXIT_WAITING || this.#left === 0) this.#nextHart();
      if (reason === layout.EXIT_STOP) return { end: 'stop', hart, executed: budget - left };
      if (reason === layout.EXIT_BREAKPOINT) return { end: 'breakpoint', hart, executed: budget - left };
      if (this.#hart === this.#core.harts && this.#furthest === 0) {
        return { end: 'idle', until: this.#earliest(() => true), executed: budget - left };
      }
    }
    return { end: 'budget', executed: budget };
  }

  /** Executes one instruction of a hart. It comes out of its turn if it is its turn, and else takes no time. */
  step(hart: number): void {
    if (this.#hart === this.#core.harts) this.#startRound();
    if (hart === this.#hart) {
      const { reason } = this.#runHart(1);
      if (reason === layout.EXIT_WAITING || this.#left === 0) this.#nextHart();
      return;
    }
    this.#execute(hart, 1);
  }

  /** Lets time pass while all harts wait; counted time only. */
  skipTo(instructions: number): void {
    this.#start = Math.max(this.#start, instructions);
    this.#clock.instructions = this.#start;
  }

  /** A part of the present turn. */
  #runHart(instructions: number): { reason: number; executed: number } {
    this.#clock.instructions = this.#start + this.#length - this.#left;
    const result = this.#execute(this.#hart, instructions);
    this.#left -= result.executed;
    return result;
  }

  #execute(hart: number, instructions: number): { reason: number; executed: number } {
    const { exports } = this.#core;
    this.#clock.updateRealTime();
    this.#clock.hart = hart;
    const reason = exports.runHart(hart, instructions);
    this.#clock.hart = undefined;
    this.#core.setU32(layout.MACHINE_STOP, 0);
    return { reason, executed: exports.executed(hart) };
  }

  #nextHart(): void {
    this.#furthest = Math.max(this.#furthest, this.#length - this.#left);
    this.#left = this.#length;
    this.#hart++;
    if (this.#hart < this.#core.harts) return;
    this.#start += this.#furthest;
    this.#clock.instructions = this.#start;
  }

  /** No longer than until a waiting hart's timer or a device's event; those that run mind their own timers. */
  #startRound(): void {
    this.#deviceEvents.run();
    this.#hart = 0;
    this.#furthest = 0;
    this.#length = this.#core.harts === 1 ? TURN_ALONE[this.#clock.mode] : TURN;
    if (this.#clock.mode === 'counted') {
      const event = this.#earliest((hart) => this.#core.u32(this.#core.hart(hart, layout.HART_WAITING)) !== 0);
      this.#length = Math.max(1, Math.min(this.#length, event - this.#start));
    }
    this.#left = this.#length;
  }

  #earliest(includes: (hart: number) => boolean): number {
    let earliest = this.#deviceEvents.next();
    for (let hart = 0; hart < this.#core.harts; hart++) {
      if (includes(hart)) earliest = Math.min(earliest, this.#clock.nextTimer(hart));
    }
    return earliest;
  }
}
