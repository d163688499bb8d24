/** What a machine is made with, what its runs are told, and what it tells. */

import type { DeviceStatistics } from '../devices/bus.ts';
import type { HostClock, TimeMode } from './clock.ts';
import { MAX_HARTS, MAX_RAM } from './core/layout.ts';
import type { CoreCode } from './core-instance.ts';
import type { BootFiles } from './loader.ts';
import type { StopReason } from './stop-reason.ts';
import type { VirtioOptions } from './virtio.ts';

export const DEFAULT_MEMORY = 128 * 2 ** 20;
const MINIMUM_MEMORY = 2 ** 20;
const MEMORY_STEP = 2 ** 16;

export interface MachineOptions extends BootFiles, VirtioOptions {
  /** The core's wasm, compiled or not. Machines may share a compiled one. */
  readonly core: CoreCode;
  /** 1 to 8; 1 if left out. */
  readonly harts?: number;
  /** RAM in bytes: a multiple of 64 KiB from 1 MiB to 3 GiB; 128 MiB if left out. */
  readonly memory?: number;
  /** 'counted' (if left out): time is executed instructions, and runs repeat exactly. 'real': the host's time. */
  readonly time?: TimeMode;
  /** Counted time that somebody watches: while all harts wait the host sleeps as long as time goes on, instead of not at all. */
  readonly paced?: boolean;
  /** The host's time, for tests. */
  readonly hostClock?: HostClock;
}

/** What a snapshot does not have. */
export type RestoreOptions = Omit<MachineOptions, keyof BootFiles | 'harts' | 'memory' | 'time'>;

export interface RunOptions {
  /**
   * Stop after so many, summed over the harts. In counted time, while all of them wait and only the host could wake one (the console, a
   * network), time passes as if one executed, so that the run ends; in real time it waits.
   */
  readonly instructions?: number;
  /** Stop where a hart is about to execute this virtual address, as at a breakpoint. */
  readonly until?: bigint;
  /** Stop after so many milliseconds of the host's time. */
  readonly timeout?: number;
}

export interface MachineStatistics {
  /** Executed, summed over the harts. */
  readonly instructions: number;
  /** Milliseconds of the host's time in harts and devices. */
  readonly running: number;
  /** Milliseconds in which all harts waited. */
  readonly waiting: number;
  /** By device, which is a part of `running`. */
  readonly devices: readonly DeviceStatistics[];
}

export interface MachineEvents {
  /** A run has ended. */
  stop: StopReason;
  /** Bytes from the guest, through the UART, the virtio console or `tohost`. */
  output: Uint8Array;
  /** A line for the user: a driver has broken a rule, or the host could not do what a device asked of it. */
  warning: string;
  /** The machine has been reset. */
  reset: undefined;
}

/** @throws RangeError for a number of harts or a memory size that a machine cannot have. */
export function checkSize(harts: number, memory: number): void {
  if (!Number.isInteger(harts) || harts < 1 || harts > MAX_HARTS) {
    throw new RangeError(`a machine has 1 to ${MAX_HARTS} harts, not ${harts}`);
  }
  if (memory % MEMORY_STEP !== 0 || memory < MINIMUM_MEMORY || memory > MAX_RAM) {
    throw new RangeError(`a machine has 1 MiB to 3 GiB of RAM in steps of 64 KiB, not ${memory} bytes`);
  }
}
