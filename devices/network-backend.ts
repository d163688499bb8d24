/**
 * The two ends of a network card's cable. Frames are Ethernet's, without preamble and frame check sequence.
 *
 * Where both ends can do so they leave out what only a real wire needs (virtio 1.2, 5.1.6.2: "offloads"): checksums of TCP and
 * UDP, and cutting TCP's data into packets that fit the wire. An *unfinished* frame has the sum of the pseudo-header in the place
 * of its checksum, and may be as long as an IPv4 packet.
 */

import type { State, StateReader } from './state.ts';

export interface NetworkCard {
  /**
   * A frame for the guest. False when the card has no room: it calls `resume` when it has some, and until then it need not be
   * tried again.
   * @param segmentSize of an unfinished TCP segment over IPv4 without options: the most data that a segment on a wire would have
   */
  receive(frame: Uint8Array, segmentSize?: number): boolean;
  /** Whether the guest takes unfinished frames at present. */
  readonly takesUnfinished: boolean;
  /** The machine's time in whole milliseconds, never going back. */
  now(): number;
}

/** What a card is plugged into: the user network (`network/`) or a switch between machines. */
export interface NetworkBackend {
  /** Plugs the card in; there is one. */
  attach(card: NetworkCard): void;
  /** Whether it takes unfinished frames; always the same. */
  readonly takesUnfinished: boolean;
  /** A frame from the guest, which is the back end's from now on. It may be anything. */
  send(frame: Uint8Array, unfinished: boolean): void;
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
