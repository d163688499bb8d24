/** What a memory-mapped device is to the machine (`machine/`) and to the KVM monitor (`kvm/`). */

import type { State, StateReader } from './state.ts';

/** Width of an access in bytes. An 8-byte access arrives as two of 4, the lower address first. */
export type AccessSize = 1 | 2 | 4;

/**
 * A device answers at once and never fails: an access that its specification does not define reads zero and writes nothing.
 * Widths that its bus interface refuses are declared where it is attached (`Bus.attach`).
 */
export interface Device {
  /** The register at `offset` (bytes from the start of the region), as an unsigned number of `size` bytes. */
  read(offset: number, size: AccessSize): number;
  /** `value` is unsigned and below 2 ** (8 * size). */
  write(offset: number, size: AccessSize, value: number): void;
  /** The state after power-on. */
  reset(): void;
  /** All that it needs to go on later from here, which is not itself in guest memory. */
  save(): State;
  /**
   * Becomes what `save` has described, here or elsewhere, without driving its wires: where they lead has a state of its own.
   * @throws StateError for what it cannot become.
   */
  load(state: StateReader): void;
}

/** The far end of an interrupt wire: called with the wire's level whenever the device works it out anew, changed or not. */
export type InterruptLine = (level: boolean) => void;
