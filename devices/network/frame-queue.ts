/** Frames on their way to a card, which wait while it has no room. */

import type { NetworkCard } from '../network-backend.ts';

interface WaitingFrame {
  readonly frame: Uint8Array;
  readonly segmentSize: number | undefined;
}

/** Further ones are dropped, as on any network. */
const MOST_WAITING = 256;

export class FrameQueue {
  /** Without one, frames are dropped. */
  card: NetworkCard | undefined;
  readonly #waiting: WaitingFrame[] = [];

  /** Whether frames wait. */
  get blocked(): boolean {
    return this.#waiting.length > 0;
  }

  /** As `NetworkCard.receive`. */
  send(frame: Uint8Array, segmentSize?: number): void {
    if (!this.blocked && this.card?.receive(frame, segmentSize) !== false) return;
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push({ frame, segmentSize });
  }

  /** The card has room again. */
  resume(): void {
    for (let [first] = this.#waiting; first !== undefined; [first] = this.#waiting) {
      if (!this.card?.receive(first.frame, first.segmentSize)) return;
      this.#waiting.shift();
    }
  }

  clear(): void {
    this.#waiting.length = 0;
  }
}
