/** The "test finisher" of SiFive's SoCs, with the reset command that QEMU added: ends the run with a verdict. */

import type { AccessSize, Device } from './device.ts';
import type { State, StateReader } from './state.ts';

export const FINISHER_FAIL = 0x3333;
export const FINISHER_PASS = 0x5555;
export const FINISHER_RESET = 0x7777;

export type FinisherCommand =
  | { readonly command: 'pass' }
  /** `code`: 0..65535, what the guest wrote into the upper half. */
  | { readonly command: 'fail'; readonly code: number }
  | { readonly command: 'reset' };

/** One 32-bit register at offset 0: command in the lower half, exit code in the upper. */
export class Finisher implements Device {
  readonly #finish: (command: FinisherCommand) => void;

  constructor(finish: (command: FinisherCommand) => void) {
    this.#finish = finish;
  }

  read(_offset: number, _size: AccessSize): number {
    return 0;
  }

  write(offset: number, _size: AccessSize, value: number): void {
    if (offset !== 0) return;
    const command = value & 0xffff;
    if (command === FINISHER_PASS) this.#finish({ command: 'pass' });
    else if (command === FINISHER_FAIL) this.#finish({ command: 'fail', code: value >>> 16 });
    else if (command === FINISHER_RESET) this.#finish({ command: 'reset' });
  }

  reset(): void {}

  save(): State {
    return {};
  }

  load(_state: StateReader): void {}
}
