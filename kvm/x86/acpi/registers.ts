/** Registers of hardware-reduced ACPI (ACPI 6.4, 4.8.3.7): sleep control and status, one port each. Only off is possible. */
import type { AccessSize, Device } from '../../../devices/device.ts';
import type { State, StateReader } from '../../../devices/state.ts';

export const SLEEP_CONTROL_PORT = 0x600;
export const SLEEP_STATUS_PORT = 0x601;
/** Resets go through the keyboard controller, as on PCs of old. */
export const RESET_PORT = 0x64;
export const RESET_VALUE = 0xfe;

/** What `\_S5` says: the type of sleep that is off. */
export const SLEEP_TYPE_OFF = 5;
const SLP_EN = 1 << 5;
const SLP_TYP_SHIFT = 2;
const SLP_TYP_MASK = 7;

export class SleepRegisters implements Device {
  readonly #powerOff: () => void;

  constructor(options: { readonly powerOff: () => void }) {
    this.#powerOff = options.powerOff;
  }

  read(_offset: number, _size: AccessSize): number {
    return 0;
  }

  write(offset: number, _size: AccessSize, value: number): void {
    const isControl = offset === 0;
    if (!isControl || (value & SLP_EN) === 0) return;
    if (((value >> SLP_TYP_SHIFT) & SLP_TYP_MASK) === SLEEP_TYPE_OFF) this.#powerOff();
  }

  reset(): void {}

  save(): State {
    return {};
  }

  load(_state: StateReader): void {}
}
