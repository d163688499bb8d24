/** What a card is plugged into that carries its frames to other computers as they are: a port of a switch, a tap device. */

import type { NetworkBackend, NetworkCard } from '../network-backend.ts';
import type { State } from '../state.ts';
import { FrameQueue } from './frame-queue.ts';

export class FrameCarrier implements NetworkBackend {
  /** The other computer might not take them. */
  readonly takesUnfinished = false;
  readonly deadline = Number.POSITIVE_INFINITY;
  readonly send: (frame: Uint8Array) => void;
  readonly #frames = new FrameQueue();

  /** @param send called with each frame from the guest */
  constructor(send: (frame: Uint8Array) => void) {
    this.send = send;
  }

  attach(card: NetworkCard): void {
    this.#frames.card = card;
  }

  /** A frame for the guest. */
  deliver(frame: Uint8Array): void {
    this.#frames.send(frame);
  }

  resume(): void {
    this.#frames.resume();
  }

  timeout(): void {}

  reset(): void {
    this.#frames.clear();
  }

  /** Frames under way may be lost. */
  save(): State {
    return {};
  }

  load(): void {
    this.reset();
  }
}
