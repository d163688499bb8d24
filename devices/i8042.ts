/**
 * The i8042 keyboard controller as far as PCs need it without a keyboard: the A20 gate, which is always open, and the line
 * that resets the processor (IBM PC/AT Technical Reference, "Keyboard controller").
 */

import type { AccessSize, Device } from './device.ts';
import type { State, StateReader } from './state.ts';

// Offsets from port 0x60.
export const DATA = 0;
export const STATUS_COMMAND = 4;

const STATUS_OUTPUT_FULL = 0x01;
const STATUS_SYSTEM = 0x04; // the self-test has passed

const COMMAND_READ_CONFIGURATION = 0x20;
const COMMAND_SELF_TEST = 0xaa;
const COMMAND_READ_OUTPUT_PORT = 0xd0;
const COMMAND_WRITE_OUTPUT_PORT = 0xd1;
/** Pulses the output port's low bits that are 0 in the command; bit 0 is the reset. */
const COMMAND_PULSE = 0xf0;
const SELF_TEST_PASSED = 0x55;

const OUTPUT_PORT_NO_RESET = 0x01;
const OUTPUT_PORT_A20 = 0x02;

export class I8042 implements Device {
  readonly #resetProcessor: () => void;
  /** What a read of the data port gives, while the output buffer is full. */
  #output = 0;
  #outputFull = false;
  #writesOutputPort = false;

  constructor(options: { readonly resetProcessor: () => void }) {
    this.#resetProcessor = options.resetProcessor;
  }

  read(offset: number, _size: AccessSize): number {
    if (offset === STATUS_COMMAND) return STATUS_SYSTEM | (this.#outputFull ? STATUS_OUTPUT_FULL : 0);
    if (offset !== DATA) return 0;
    this.#outputFull = false;
    return this.#output;
  }

  write(offset: number, _size: AccessSize, value: number): void {
    if (offset === STATUS_COMMAND) this.#command(value);
    else if (offset === DATA) this.#data(value);
  }

  reset(): void {
    this.#output = 0;
    this.#outputFull = false;
    this.#writesOutputPort = false;
  }

  save(): State {
    return { output: this.#output, outputFull: this.#outputFull, writesOutputPort: this.#writesOutputPort };
  }

  load(state: StateReader): void {
    this.#output = state.number('output', 0xff);
    this.#outputFull = state.boolean('outputFull');
    this.#writesOutputPort = state.boolean('writesOutputPort');
  }

  #command(command: number): void {
    this.#writesOutputPort = command === COMMAND_WRITE_OUTPUT_PORT;
    if (command >= COMMAND_PULSE) {
      if ((command & OUTPUT_PORT_NO_RESET) === 0) this.#resetProcessor();
    } else if (command === COMMAND_READ_OUTPUT_PORT) {
      this.#answer(OUTPUT_PORT_A20 | OUTPUT_PORT_NO_RESET);
    } else if (command === COMMAND_SELF_TEST) {
      this.#answer(SELF_TEST_PASSED);
    } else if (command === COMMAND_READ_CONFIGURATION) {
      this.#answer(0);
    }
  }

  #data(value: number): void {
    if (this.#writesOutputPort && (value & OUTPUT_PORT_NO_RESET) === 0) this.#resetProcessor();
    this.#writesOutputPort = false;
  }

  #answer(value: number): void {
    this.#output = value;
    this.#outputFull = true;
  }
}
