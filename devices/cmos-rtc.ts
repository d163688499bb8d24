/**
 * The real-time clock and CMOS memory of PCs: Motorola MC146818A, an index port and a data port. It keeps the time and 114 bytes;
 * alarms and periodic interrupts are not wired.
 */

import type { AccessSize, Device } from './device.ts';
import type { State, StateReader } from './state.ts';

// Registers (MC146818A, figure 6), and the century where PCs keep it.
export const SECONDS = 0x00;
export const MINUTES = 0x02;
export const HOURS = 0x04;
export const DAY_OF_WEEK = 0x06;
export const DAY = 0x07;
export const MONTH = 0x08;
export const YEAR = 0x09;
export const REGISTER_A = 0x0a;
export const REGISTER_B = 0x0b;
export const REGISTER_C = 0x0c;
export const REGISTER_D = 0x0d;
export const CENTURY = 0x32;

export const INDEX = 0;
export const DATA = 1;

/** Time base of 32,768 Hz. The time is never seen half updated. */
const A_TIME_BASE = 0x26;
const B_SET = 0x80;
const B_BINARY = 0x04;
const B_24_HOURS = 0x02;
const D_VALID = 0x80;
/** Bit 7 of the index masks the NMI, which nothing raises. */
const INDEX_MASK = 0x7f;
const MEMORY_SIZE = 128;
const SECOND = 1000;
/** A century is two digits. */
const LAST_TIME = Date.UTC(9999, 11, 31);

const CLOCK_REGISTERS = [SECONDS, MINUTES, HOURS, DAY_OF_WEEK, DAY, MONTH, YEAR, CENTURY] as const;
type ClockRegister = (typeof CLOCK_REGISTERS)[number];
type Fields = Record<ClockRegister, number>;
const fieldsOf = (value: (register: ClockRegister, at: number) => number) =>
  Object.fromEntries(CLOCK_REGISTERS.map((each, at) => [each, value(each, at)])) as Fields;
const isClock = (register: number): register is ClockRegister =>
  (CLOCK_REGISTERS as readonly number[]).includes(register);

export class CmosRtc implements Device {
  readonly #now: () => number;
  #index = 0;
  #registerB = B_24_HOURS;
  /** What the guest has set the clock forward by, in milliseconds. */
  #adjustment = 0;
  /** While B_SET holds the clock: the fields as the guest writes them. */
  #held: Fields | undefined;
  #memory = new Uint8Array(MEMORY_SIZE);

  /** @param options.now milliseconds since 1970, UTC */
  constructor(options: { readonly now: () => number }) {
    this.#now = options.now;
  }

  read(offset: number, _size: AccessSize): number {
    if (offset !== DATA) return 0xff;
    switch (this.#index) {
      case REGISTER_A:
        return A_TIME_BASE;
      case REGISTER_B:
        return this.#registerB;
      case REGISTER_C:
        return 0;
      case REGISTER_D:
        return D_VALID;
      default:
        return isClock(this.#index) ? this.#encode(this.#index) : this.#memory[this.#index]!;
    }
  }

  write(offset: number, _size: AccessSize, value: number): void {
    if (offset === INDEX) this.#index = value & INDEX_MASK;
    else if (offset === DATA) this.#writeData(this.#index, value);
  }

  /** The clock and the memory have a battery. */
  reset(): void {
    this.#index = 0;
    this.#registerB = B_24_HOURS;
    this.#held = undefined;
  }

  save(): State {
    return {
      index: this.#index,
      registerB: this.#registerB,
      adjustment: this.#adjustment,
      held: this.#held === undefined ? [] : CLOCK_REGISTERS.map((each) => this.#held![each]),
      memory: [...this.#memory],
    };
  }

  load(state: StateReader): void {
    this.#index = state.number('index', INDEX_MASK);
    this.#registerB = state.number('registerB', 0xff);
    this.#adjustment = state.real('adjustment');
    const held = state.numbers('held', 0xff);
    this.#held = held.length === 0 ? undefined : fieldsOf((_, at) => held[at] ?? 0);
    this.#memory = Uint8Array.from({ ...state.numbers('memory', 0xff), length: MEMORY_SIZE });
  }

  #writeData(register: number, value: number): void {
    if (register === REGISTER_B) this.#writeRegisterB(value);
    else if (isClock(register)) this.#writeClock(register, value);
    else if (register < REGISTER_A || register > REGISTER_D) this.#memory[register] = value;
  }

  #writeRegisterB(value: number): void {
    const wasHeld = this.#held;
    // 12-hour mode is not kept: PCs run their clock in 24-hour mode.
    this.#registerB = value | B_24_HOURS;
    if ((value & B_SET) !== 0) {
      this.#held ??= this.#fields();
    } else if (wasHeld !== undefined) {
      this.#held = undefined;
      this.#set(wasHeld);
    }
  }

  #writeClock(register: ClockRegister, value: number): void {
    const fields = this.#held ?? this.#fields();
    fields[register] = this.#isBinary ? value : (value >> 4) * 10 + (value & 0xf);
    if (this.#held === undefined) this.#set(fields);
  }

  #set(fields: Fields): void {
    const year = fields[CENTURY] * 100 + fields[YEAR];
    const time = Date.UTC(year, fields[MONTH] - 1, fields[DAY], fields[HOURS], fields[MINUTES], fields[SECONDS]);
    if (time >= 0 && time <= LAST_TIME) this.#adjustment = time - Math.floor(this.#now() / SECOND) * SECOND;
  }

  #fields(): Fields {
    const time = new Date(this.#now() + this.#adjustment);
    return {
      [SECONDS]: time.getUTCSeconds(),
      [MINUTES]: time.getUTCMinutes(),
      [HOURS]: time.getUTCHours(),
      // Sunday is 1.
      [DAY_OF_WEEK]: time.getUTCDay() + 1,
      [DAY]: time.getUTCDate(),
      [MONTH]: time.getUTCMonth() + 1,
      [YEAR]: time.getUTCFullYear() % 100,
      [CENTURY]: Math.floor(time.getUTCFullYear() / 100),
    };
  }

  get #isBinary(): boolean {
    return (this.#registerB & B_BINARY) !== 0;
  }

  #encode(register: ClockRegister): number {
    const value = (this.#held ?? this.#fields())[register];
    return this.#isBinary ? value : (Math.floor(value / 10) << 4) | (value % 10);
  }
}
