/**
 * Goldfish real-time clock (Android emulator's "Goldfish virtual hardware", goldfish timer): nanoseconds since 1970 in two
 * 32-bit halves, and one alarm.
 */

import type { AccessSize, Device, InterruptLine } from './device.ts';
import type { State, StateReader } from './state.ts';

export const TIME_LOW = 0x00; // reading it latches TIME_HIGH; writing it sets the clock, with TIME_HIGH written before
export const TIME_HIGH = 0x04;
export const ALARM_LOW = 0x08; // writing it arms the alarm, with ALARM_HIGH written before
export const ALARM_HIGH = 0x0c;
export const IRQ_ENABLED = 0x10;
export const CLEAR_ALARM = 0x14;
export const ALARM_STATUS = 0x18; // 1 while the alarm is armed
export const CLEAR_INTERRUPT = 0x1c;

export interface GoldfishRtcOptions {
  /** Nanoseconds since 1970. As a double of that size it is exact to 256 ns. */
  readonly now: () => number;
  readonly interrupt: InterruptLine;
}

/** Takes accesses of 4 bytes. */
export class GoldfishRtc implements Device {
  readonly #now: () => number;
  readonly #interrupt: InterruptLine;
  /** What the guest has set the clock forward by, in nanoseconds. */
  #adjustment = 0;
  #latchedHigh = 0;
  #writtenTimeHigh = 0;
  #alarmLow = 0;
  #alarmHigh = 0;
  #armed = false;
  #irqEnabled = false;
  #irqPending = false;

  constructor(options: GoldfishRtcOptions) {
    this.#now = options.now;
    this.#interrupt = options.interrupt;
  }

  /** When the alarm will go off, in nanoseconds on the clock of `now`; Infinity while it is not armed. */
  get alarm(): number {
    return this.#armed ? this.#alarmHigh * 2 ** 32 + this.#alarmLow - this.#adjustment : Number.POSITIVE_INFINITY;
  }

  /** To be called when the time of `alarm` has come: raises the interrupt. Earlier it does nothing. */
  checkAlarm(): void {
    if (!this.#armed || this.#now() < this.alarm) return;
    this.#armed = false;
    this.#irqPending = true;
    this.#updateInterrupt();
  }

  read(offset: number, _size: AccessSize): number {
    switch (offset) {
      case TIME_LOW:
        return this.#readTime();
      case TIME_HIGH:
        return this.#latchedHigh;
      case ALARM_LOW:
        return this.#alarmLow;
      case ALARM_HIGH:
        return this.#alarmHigh;
      case IRQ_ENABLED:
        return this.#irqEnabled ? 1 : 0;
      case ALARM_STATUS:
        return this.#armed ? 1 : 0;
      default:
        return 0;
    }
  }

  write(offset: number, _size: AccessSize, value: number): void {
    switch (offset) {
      case TIME_LOW:
        this.#adjustment = this.#writtenTimeHigh * 2 ** 32 + value - this.#now();
        break;
      case TIME_HIGH:
        this.#writtenTimeHigh = value;
        break;
      case ALARM_LOW:
        this.#alarmLow = value;
        this.#armed = true;
        this.checkAlarm();
        break;
      case ALARM_HIGH:
        this.#alarmHigh = value;
        break;
      case IRQ_ENABLED:
        this.#irqEnabled = (value & 1) !== 0;
        break;
      case CLEAR_ALARM:
        this.#armed = false;
        break;
      case CLEAR_INTERRUPT:
        this.#irqPending = false;
        break;
    }
    this.#updateInterrupt();
  }

  /** The clock runs on over a reset, as one with a battery does. */
  reset(): void {
    this.#latchedHigh = 0;
    this.#writtenTimeHigh = 0;
    this.#alarmLow = 0;
    this.#alarmHigh = 0;
    this.#armed = false;
    this.#irqEnabled = false;
    this.#irqPending = false;
    this.#updateInterrupt();
  }

  save(): State {
    return {
      adjustment: this.#adjustment,
      latchedHigh: this.#latchedHigh,
      writtenTimeHigh: this.#writtenTimeHigh,
      alarmLow: this.#alarmLow,
      alarmHigh: this.#alarmHigh,
      armed: this.#armed,
      irqEnabled: this.#irqEnabled,
      irqPending: this.#irqPending,
    };
  }

  load(state: StateReader): void {
    this.#adjustment = state.real('adjustment');
    this.#latchedHigh = state.number('latchedHigh', 0xffff_ffff);
    this.#writtenTimeHigh = state.number('writtenTimeHigh', 0xffff_ffff);
    this.#alarmLow = state.number('alarmLow', 0xffff_ffff);
    this.#alarmHigh = state.number('alarmHigh', 0xffff_ffff);
    this.#armed = state.boolean('armed');
    this.#irqEnabled = state.boolean('irqEnabled');
    this.#irqPending = state.boolean('irqPending');
  }

  #readTime(): number {
    const time = this.#now() + this.#adjustment;
    this.#latchedHigh = Math.floor(time / 2 ** 32) >>> 0;
    return (time % 2 ** 32) >>> 0;
  }

  #updateInterrupt(): void {
    this.#interrupt(this.#irqEnabled && this.#irqPending);
  }
}
