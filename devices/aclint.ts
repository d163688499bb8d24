/**
 * Advanced core local interruptor (RISC-V ACLINT Specification 1.0-rc4): the MSWI and MTIMER devices side by side, which
 * together are what software knows as SiFive's CLINT.
 *
 * 0x0000  msip of hart n at 4 * n, 32 bits: bit 0 raises the hart's machine software interrupt
 * 0x4000  mtimecmp of hart n at 8 * n, 64 bits
 * 0xbff8  mtime, 64 bits
 */

import type { AccessSize, Device } from './device.ts';
import type { State, StateReader } from './state.ts';

export const ACLINT_LENGTH = 0x1_0000;
const MTIMECMP_BASE = 0x4000;
const MTIME = 0xbff8;
const MAXIMUM_HARTS = 4095;

/** The time itself, which belongs to the machine, since harts read it without the bus (`time`, `stimecmp`). */
export interface Timebase {
  /** The low (0) or high (1) half of mtime, in ticks. */
  readMtime(half: 0 | 1): number;
  writeMtime(half: 0 | 1, value: number): void;
  readMtimecmp(hart: number, half: 0 | 1): number;
  /** Also works out anew whether mtime has reached it, which is the hart's machine timer interrupt. */
  writeMtimecmp(hart: number, half: 0 | 1, value: number): void;
}

export interface AclintOptions {
  /** 1..4095. */
  readonly harts: number;
  readonly timebase: Timebase;
  /** Drives a hart's machine software interrupt (MSIP). */
  readonly setSoftwareInterrupt: (hart: number, level: boolean) => void;
}

/** Takes accesses of 4 bytes; an 8-byte one comes as two. */
export class Aclint implements Device {
  readonly #harts: number;
  readonly #timebase: Timebase;
  readonly #setSoftwareInterrupt: (hart: number, level: boolean) => void;
  readonly #msip: Uint8Array;

  /** @throws RangeError for a number of harts that there are no registers for. */
  constructor({ harts, timebase, setSoftwareInterrupt }: AclintOptions) {
    if (!(harts >= 1 && harts <= MAXIMUM_HARTS)) {
      throw new RangeError(`ACLINT: ${harts} harts; use 1 to ${MAXIMUM_HARTS}`);
    }
    this.#harts = harts;
    this.#timebase = timebase;
    this.#setSoftwareInterrupt = setSoftwareInterrupt;
    this.#msip = new Uint8Array(harts);
  }

  read(offset: number, _size: AccessSize): number {
    if (offset < MTIMECMP_BASE) return this.#msip[offset >>> 2] ?? 0;
    const half = ((offset >>> 2) & 1) as 0 | 1;
    if (offset >= MTIME) return offset < MTIME + 8 ? this.#timebase.readMtime(half) : 0;
    const hart = (offset - MTIMECMP_BASE) >>> 3;
    return hart < this.#harts ? this.#timebase.readMtimecmp(hart, half) : 0;
  }

  write(offset: number, _size: AccessSize, value: number): void {
    if (offset < MTIMECMP_BASE) {
      this.#writeMsip(offset >>> 2, value & 1);
      return;
    }
    const half = ((offset >>> 2) & 1) as 0 | 1;
    if (offset >= MTIME) {
      if (offset < MTIME + 8) this.#timebase.writeMtime(half, value);
      return;
    }
    const hart = (offset - MTIMECMP_BASE) >>> 3;
    if (hart < this.#harts) this.#timebase.writeMtimecmp(hart, half, value);
  }

  /** Clears msip and sets mtime to 0; mtimecmp, which the specification leaves open, starts where it never fires. */
  reset(): void {
    for (let hart = 0; hart < this.#harts; hart++) {
      this.#writeMsip(hart, 0);
      this.#timebase.writeMtimecmp(hart, 0, 0xffff_ffff);
      this.#timebase.writeMtimecmp(hart, 1, 0xffff_ffff);
    }
    this.#timebase.writeMtime(0, 0);
    this.#timebase.writeMtime(1, 0);
  }

  /** Without the time and its compare registers, which are the machine's. */
  save(): State {
    return { msip: [...this.#msip] };
  }

  load(state: StateReader): void {
    this.#msip.set(state.numbers('msip', 1, this.#harts));
  }

  #writeMsip(hart: number, level: number): void {
    if (hart >= this.#harts) return;
    this.#msip[hart] = level;
    this.#setSoftwareInterrupt(hart, level !== 0);
  }
}
