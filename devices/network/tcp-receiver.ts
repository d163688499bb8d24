/** The receiving half of a TCP connection: puts data in order, and says how much more may come (RFC 9293, 3.8.6). */

import { sequenceAdd, sequenceDistance } from './tcp-sequence.ts';

/** Bytes that the peer may be ahead of the user. */
export const RECEIVE_BUFFER = 128 * 1024;
/** Windows are sent in units of 4 bytes to a peer that knows the window scale option (RFC 7323, 2). */
export const WINDOW_SHIFT = 2;

/** Pieces behind a gap; further ones are dropped, and come again. */
const MOST_PIECES = 64;
/** The window grows in steps of so many bytes, so as not to invite tiny segments (RFC 9293, 3.8.6.2.2). */
const WINDOW_STEP = RECEIVE_BUFFER / 4;

interface Piece {
  readonly sequence: number;
  readonly payload: Uint8Array;
}

export class TcpReceiver {
  /** RCV.NXT: what comes next. */
  next: number;
  /** The end of the window that the peer has been told: it never moves back. */
  #edge: number;
  /** Handed to the user, who has not done with them. */
  #pending = 0;
  #shift = 0;
  /** Behind a gap, in the order of their sequence numbers; may overlap. */
  readonly #pieces: Piece[] = [];
  #piecesLength = 0;

  /** @param initial the sequence number behind the peer's SYN */
  constructor(initial: number) {
    this.next = initial;
    this.#edge = initial;
  }

  /** The peer knows the window scale option. */
  scale(): void {
    this.#shift = WINDOW_SHIFT;
  }

  /** Whether some of a segment of `length` (with SYN and FIN) lies in the window (RFC 9293, 3.10.7.4, first check). */
  acceptable(sequence: number, length: number): boolean {
    const start = sequenceDistance(this.next, sequence);
    const window = sequenceDistance(this.next, this.#edge);
    if (length === 0) return start === 0 || (start > 0 && start < window);
    const last = start + length - 1;
    return (start >= 0 && start < window) || (last >= 0 && last < window);
  }

  /** The window for a segment's header; in a SYN it is not scaled (RFC 7323, 2.2). */
  window(syn = false): number {
    const shift = syn ? 0 : this.#shift;
    if (this.opens || sequenceDistance(this.next, this.#edge) <= 0) {
      const window = Math.max(0, Math.min(RECEIVE_BUFFER - this.#pending, 0xffff << shift));
      const edge = sequenceAdd(this.next, window);
      if (sequenceDistance(this.#edge, edge) > 0) this.#edge = edge;
    }
    return sequenceDistance(this.next, this.#edge) >>> shift;
  }

  /** Whether the window could be opened so far that the peer should be told. */
  get opens(): boolean {
    const room = Math.min(RECEIVE_BUFFER - this.#pending, 0xffff << this.#shift);
    return room - sequenceDistance(this.next, this.#edge) >= WINDOW_STEP;
  }

  /** The user has done with `count` bytes. */
  consumed(count: number): void {
    this.#pending -= count;
  }

  /** Takes a segment's data, and returns those that are next in order, which are the user's now. */
  accept(sequence: number, payload: Uint8Array): Uint8Array[] {
    const room = sequenceDistance(sequence, this.#edge);
    const piece = { sequence, payload: payload.subarray(0, Math.max(0, room)) };
    if (sequenceDistance(this.next, sequence) > 0) {
      this.#keep(piece);
      return [];
    }
    const ready = [this.#take(piece)];
    while (this.#pieces.length > 0 && sequenceDistance(this.next, this.#pieces[0]!.sequence) <= 0) {
      const kept = this.#pieces.shift()!;
      this.#piecesLength -= kept.payload.length;
      ready.push(this.#take(kept));
    }
    return ready.filter((each) => each.length > 0);
  }

  /** Whether something has come that lies behind a gap. */
  get hasGap(): boolean {
    return this.#pieces.length > 0;
  }

  /** What of a piece is new. */
  #take({ sequence, payload }: Piece): Uint8Array {
    const fresh = payload.subarray(sequenceDistance(sequence, this.next));
    this.next = sequenceAdd(this.next, fresh.length);
    this.#pending += fresh.length;
    return fresh;
  }

  #keep(piece: Piece): void {
    const { length } = piece.payload;
    const full = this.#pieces.length === MOST_PIECES || this.#piecesLength + length > RECEIVE_BUFFER;
    if (length === 0 || full || this.#pieces.some((other) => covers(other, piece))) return;
    const after = this.#pieces.findIndex((other) => sequenceDistance(piece.sequence, other.sequence) > 0);
    this.#pieces.splice(after < 0 ? this.#pieces.length : after, 0, piece);
    this.#piecesLength += length;
  }
}

function covers(piece: Piece, other: Piece): boolean {
  const start = sequenceDistance(piece.sequence, other.sequence);
  return start >= 0 && start + other.payload.length <= piece.payload.length;
}
