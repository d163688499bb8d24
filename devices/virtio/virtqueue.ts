/** A virtqueue as device models use it: take buffers, give them back, interrupt the driver. */

import type { State, StateReader } from '../state.ts';
import { Chain } from './chain.ts';
import { DriverError } from './descriptors.ts';
import { PackedRing } from './packed-ring.ts';
import type { Ring, RingOptions } from './ring.ts';
import { SplitRing } from './split-ring.ts';

export interface VirtqueueOptions extends RingOptions {
  readonly packed: boolean;
  /** Sends the driver a used buffer notification. */
  readonly interrupt: () => void;
  /** The driver has broken the queue. `reason` is a clause without the queue's name. */
  readonly broken: (reason: string) => void;
}

export class Virtqueue {
  readonly #ring: Ring;
  readonly #interrupt: () => void;
  readonly #broken: (reason: string) => void;
  #inFlight = 0;
  #ration = Number.POSITIVE_INFINITY;
  #usable = true;
  /** Queue Size, in descriptors. */
  readonly size: number;

  /** @throws DriverError when the driver has not set it up as the specification asks. */
  constructor(options: VirtqueueOptions) {
    this.#ring = options.packed ? new PackedRing(options) : new SplitRing(options);
    this.#interrupt = options.interrupt;
    this.#broken = options.broken;
    this.size = options.size;
  }

  /** Buffers that have been taken and not given back. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * Does work that takes buffers until there are none, but gives it no more than Queue Size of them. A driver whose harts stand
   * still has no more, unless a buffer lies over its ring, so that the device itself makes ever new ones available.
   * @returns whether the ration is used up.
   */
  rationed(work: () => void): boolean {
    this.#ration = this.size;
    work();
    const usedUp = this.#ration === 0;
    this.#ration = Number.POSITIVE_INFINITY;
    return usedUp;
  }

  /**
   * The next buffer that the driver has made available. undefined when there is none (the driver will notify when there is),
   * when the ration is used up, and after the driver has broken the queue.
   */
  pop(): Chain | undefined {
    if (!this.#usable || this.#ration === 0) return undefined;
    try {
      const buffer = this.#ring.take();
      if (buffer === undefined) return undefined;
      const { id, slots, readable, writable } = buffer;
      // At most Queue Size buffers can be available and not used (2.7.13, 2.8).
      if (this.#inFlight === this.size)
        throw new DriverError(`more than ${this.size} buffers are in use (2.7.13, 2.8)`);
      this.#inFlight++;
      this.#ration--;
      return new Chain(id, slots, readable, writable);
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      this.#usable = false;
      this.#broken(error.message);
      return undefined;
    }
  }

  /** Leaves the buffer that has been taken last in the queue, for another time. */
  unpop(chain: Chain): void {
    if (!this.#usable) return;
    this.#inFlight--;
    this.#ration++;
    this.#ring.untake(chain.slots);
  }

  /**
   * Gives a buffer back that this queue's `pop` has returned, in any order. `signal` tells the driver, once for several.
   * @param written bytes that are valid from the start of its writable part.
   */
  push(chain: Chain, written: number): void {
    if (!this.#usable) return;
    this.#inFlight--;
    this.#ring.put(chain.id, chain.slots, written);
  }

  /** Interrupts the driver if it wants to hear of what has been given back since the last call. */
  signal(): void {
    if (this.#usable && this.#ring.wantsInterrupt()) this.#interrupt();
  }

  /** The driver has disabled the queue or reset the device: buffers that are still given back go nowhere. */
  retire(): void {
    this.#usable = false;
  }

  save(): State {
    return this.#ring.save();
  }

  /** @throws StateError */
  load(state: StateReader): void {
    this.#ring.load(state);
  }
}
