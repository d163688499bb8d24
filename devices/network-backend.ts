/** The two ends of a network card's cable. Frames are Ethernet's, without preamble and frame check sequence. */

export interface NetworkCard {
  /**
   * A frame for the guest. False when the card has no room: it calls `resume` when it has some, and until then it need not be
   * tried again.
   */
  receive(frame: Uint8Array): boolean;
}

/** What a card is plugged into: the user network (`network/`), a switch between machines, nothing. */
export interface NetworkBackend {
  /** Plugs the card in; there is one. */
  attach(card: NetworkCard): void;
  /** A frame from the guest, which is the back end's from now on. It may be anything. */
  send(frame: Uint8Array): void;
  /** The card has room again. */
  resume(): void;
}
