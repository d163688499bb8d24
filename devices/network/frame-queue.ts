/** Frames on their way to a card, which wait while it has no room. */

import type { NetworkCard } from '../network-backend.ts';

/** Further ones are dropped, as on any network. */
const MOST_WAITING = 256;

export class FrameQueue {
  /** Without one, frames are dropped. */
  card: NetworkCard | undefined;
  readonly #waiting: Uint8Array[] = [];

  /** Whether frames wait. */
  get blocked(): boolean {
    return this.#waiting.length > 0;
  }

  send(frame: Uint8Array): void {
    if (!this.blocked && this.card?.receive(frame) !== false) return;
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(frame);
  }

  /** The card has room again. */
  resume(): void {
    while (this.blocked && this.card?.receive(this.#waiting[0]!)) this.#waiting.shift();
  }

  clear(): void {
    this.#waiting.length = 0;
  }
}
