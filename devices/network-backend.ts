/** The two ends of a network card's cable. Frames are Ethernet's, without preamble and frame check sequence. */

import type { State, StateReader } from './state.ts';

export interface NetworkCard {
  /**
   * A frame for the guest. False when the card has no room: it calls `resume` when it has some, and until then it need not be
   * tried again.
   */
  receive(frame: Uint8Array): boolean;
  /** The machine's time in whole milliseconds, never going back. */
  now(): number;
}

/** What a card is plugged into: the user network (`network/`) or a switch between machines. */
export interface NetworkBackend {
  /** Plugs the card in; there is one. */
  attach(card: NetworkCard): void;
  /** A frame from the guest, which is the back end's from now on. It may be anything. */
  send(frame: Uint8Array): void;
  /** The card has room again. */
  resume(): void;
  /** When `timeout` is to be called, in the card's time; Infinity for never. */
  readonly deadline: number;
  timeout(): void;
  /** The guest's driver has begun anew. */
  reset(): void;
  save(): State;
  /** @throws StateError for what it cannot become. */
  load(state: StateReader): void;
}
