/**
 * The sending half of a TCP connection: what is in flight, when it is sent again, and what the peer's window allows
 * (RFC 9293, 3.8; RFC 6298).
 *
 * There is no congestion window: nothing lies between this end and the peer but a wire that says when it is full.
 */

import { ByteRing } from './byte-ring.ts';
import { ACK, FIN, PSH, SYN, segmentLength, type TcpSegment } from './tcp-segment.ts';
import { sequenceAdd, sequenceDistance } from './tcp-sequence.ts';
import { RetransmissionTimeout } from './tcp-timeout.ts';

/** How often something is sent in vain before the peer is given up: 5 to 8 minutes, and one for a SYN. */
const MOST_TRIES = 12;
const MOST_SYN_TRIES = 6;
/** RFC 5681, 3.2. */
const DUPLICATES_OF_A_LOSS = 3;
const NOTHING = new Uint8Array(0);

export interface SenderWire {
  /** Milliseconds. */
  now(): number;
  /** Whether the wire takes nothing now. When it does again, `send` is to be called. */
  blocked(): boolean;
  transmit(sequence: number, flags: number, payload: Uint8Array): void;
  /** The most data that it takes at once at present: several segments' if whoever is behind it cuts them. */
  largest(): number;
}

export class TcpSender {
  readonly #wire: SenderWire;
  readonly #initial: number;
  /** Behind SYN, from `#unacknowledged` on. */
  readonly #data = new ByteRing();
  readonly #timeout = new RetransmissionTimeout();
  /** When the timer fires, Infinity when it does not run. */
  deadline = Number.POSITIVE_INFINITY;
  /** The longest payload that the peer takes, in bytes. */
  mss = 536;
  /** The peer's window scale. */
  shift = 0;
  #unacknowledged: number;
  #next: number;
  /** Behind all that has ever been sent; `#next` goes back for retransmissions. */
  #furthest: number;
  /** What SYN was sent with, until it is acknowledged. */
  #synFlags: number | undefined;
  #ended = false;
  #fin: number | undefined;
  #window = 0;
  #windowSequence = 0;
  #windowAcknowledgement = 0;
  #tries = 0;
  #duplicates = 0;
  /** While a loss is being made good: up to here it reaches (RFC 6582, 3.2). */
  #recover: number | undefined;
  /** The segment whose round trip is measured: its end, and when it was sent. */
  #timed: { readonly end: number; readonly at: number } | undefined;

  constructor(initial: number, wire: SenderWire) {
    this.#wire = wire;
    this.#initial = initial;
    this.#unacknowledged = initial;
    this.#next = initial;
    this.#furthest = initial;
  }

  /** SND.NXT. */
  get next(): number {
    return this.#next;
  }

  /** Bytes that wait or are in flight. */
  get queued(): number {
    return this.#data.length;
  }

  get finAcknowledged(): boolean {
    return this.#fin !== undefined && sequenceDistance(this.#fin, this.#unacknowledged) > 0;
  }

  /** @param flags SYN, with ACK or without */
  synchronize(flags: number): void {
    this.#synFlags = flags;
    this.#next = sequenceAdd(this.#initial, 1);
    this.#furthest = this.#next;
    this.#timed = { end: this.#next, at: this.#wire.now() };
    this.#restartTimer();
    this.#wire.transmit(this.#initial, flags, NOTHING);
  }

  push(bytes: Uint8Array): void {
    this.#data.push(bytes);
    this.send();
  }

  /** Nothing follows what has been pushed. */
  end(): void {
    this.#ended = true;
    this.send();
  }

  /** SND.UNA < SEG.ACK =< SND.NXT, as RFC 9293 puts it. */
  isNewAcknowledgement(acknowledgement: number): boolean {
    return sequenceDistance(this.#unacknowledged, acknowledgement) > 0 && !this.isUnsent(acknowledgement);
  }

  /** Whether that much has never been sent. */
  isUnsent(acknowledgement: number): boolean {
    return sequenceDistance(this.#furthest, acknowledgement) > 0;
  }

  /** Takes what a segment acknowledges and the window that it announces, and sends what may be sent now. */
  acknowledge(segment: TcpSegment): void {
    const advance = sequenceDistance(this.#unacknowledged, segment.acknowledgement);
    if (advance < 0) return;
    const duplicate = advance === 0 && this.#isDuplicate(segment);
    this.#updateWindow(segment);
    if (advance > 0) this.#advance(advance);
    if (this.#window === 0) this.#tries = 0;
    if (duplicate && ++this.#duplicates === DUPLICATES_OF_A_LOSS) this.#startRecovery();
    this.send();
  }

  /** Sends what the peer's window and the wire allow. */
  send(): void {
    if (this.#synFlags !== undefined) return;
    while (!this.#wire.blocked() && this.#sendNext());
    if (this.deadline === Number.POSITIVE_INFINITY && this.#isUnfinished) this.#restartTimer();
  }

  /** To be called when the deadline has passed. @returns false when the peer has been silent for too long */
  timeout(): boolean {
    this.#restartTimer();
    if (this.#wire.blocked()) return true;
    if (++this.#tries > (this.#synFlags === undefined ? MOST_TRIES : MOST_SYN_TRIES)) return false;
    this.#timeout.backOff();
    this.#restartTimer();
    // A measurement of something that is sent twice says nothing (RFC 6298, 3).
    this.#timed = undefined;
    this.#recover = undefined;
    this.#duplicates = 0;
    if (this.#synFlags !== undefined) this.#wire.transmit(this.#initial, this.#synFlags, NOTHING);
    else this.#sendAgain();
    return true;
  }

  get #isUnfinished(): boolean {
    return this.#data.length > 0 || (this.#ended && !this.finAcknowledged);
  }

  /** One segment, if there is one to send. */
  #sendNext(): boolean {
    const sent = sequenceDistance(this.#unacknowledged, this.#next);
    const left = this.#data.length - sent;
    // Less than nothing is left behind FIN.
    if (left < 0 || this.finAcknowledged) return false;
    const usable = this.#window - sent;
    const length = this.#whole(Math.min(left, usable), left);
    const fin = this.#ended && length === left && usable > length;
    if (length <= 0 && !fin) return false;
    // No tiny segments into a window that is nearly full: acknowledgements are on their way (RFC 9293, 3.8.6.2.1).
    if (length < left && length < this.mss && sent > 0) return false;
    this.#transmit(this.#data.peek(sent, length), fin);
    return true;
  }

  /** How much of what may be sent goes at once: whole segments, but at the end. */
  #whole(length: number, left: number): number {
    const most = Math.max(this.mss, this.#wire.largest() - (this.#wire.largest() % this.mss));
    if (length >= most) return most;
    return length > this.mss && length < left ? length - (length % this.mss) : length;
  }

  #transmit(payload: Uint8Array, fin: boolean): void {
    const sequence = this.#next;
    const end = sequenceAdd(sequence, payload.length + (fin ? 1 : 0));
    if (fin) this.#fin = sequenceAdd(sequence, payload.length);
    this.#next = end;
    if (sequenceDistance(this.#furthest, end) > 0) {
      this.#furthest = end;
      this.#timed ??= { end, at: this.#wire.now() };
    }
    if (this.deadline === Number.POSITIVE_INFINITY) this.#restartTimer();
    const last = sequenceDistance(this.#unacknowledged, end) >= this.#data.length;
    this.#wire.transmit(sequence, ACK | (last ? PSH : 0) | (fin ? FIN : 0), payload);
  }

  #sendAgain(): void {
    this.#next = this.#unacknowledged;
    if (this.#window > 0) this.send();
    else this.#probe();
  }

  /** One byte or FIN into a closed window, to hear whether it is still closed (RFC 9293, 3.8.6.1). */
  #probe(): void {
    const payload = this.#data.peek(0, 1);
    this.#transmit(payload, payload.length === 0);
    // Most peers drop it.
    this.#next = this.#unacknowledged;
  }

  /** Sends the first segment in flight again, without waiting for the timer (RFC 5681, 3.2). */
  #startRecovery(): void {
    this.#recover = this.#furthest;
    this.#sendFirst();
  }

  #sendFirst(): void {
    const next = this.#next;
    this.#timed = undefined;
    this.#next = this.#unacknowledged;
    this.#sendNext();
    if (sequenceDistance(this.#next, next) > 0) this.#next = next;
  }

  #advance(count: number): void {
    const syn = this.#synFlags === undefined ? 0 : 1;
    this.#synFlags = undefined;
    this.#data.drop(Math.min(this.#data.length, count - syn));
    this.#unacknowledged = sequenceAdd(this.#unacknowledged, count);
    if (sequenceDistance(this.#next, this.#unacknowledged) > 0) this.#next = this.#unacknowledged;
    this.#tries = 0;
    this.#duplicates = 0;
    this.#measure();
    if (this.#unacknowledged === this.#furthest) this.deadline = Number.POSITIVE_INFINITY;
    else this.#restartTimer();
    this.#goOnRecovering();
  }

  #measure(): void {
    if (this.#timed === undefined || sequenceDistance(this.#timed.end, this.#unacknowledged) < 0) return;
    this.#timeout.sample(this.#wire.now() - this.#timed.at);
    this.#timed = undefined;
  }

  /** An acknowledgement of a part of what was in flight at a loss means that something else was lost too (RFC 6582, 3.2). */
  #goOnRecovering(): void {
    if (this.#recover === undefined) return;
    if (sequenceDistance(this.#unacknowledged, this.#recover) > 0) this.#sendFirst();
    else this.#recover = undefined;
  }

  /** RFC 5681, 2. */
  #isDuplicate(segment: TcpSegment): boolean {
    const sameWindow = segment.window * 2 ** this.shift === this.#window;
    return sameWindow && segmentLength(segment) === 0 && this.#unacknowledged !== this.#furthest;
  }

  /** Older segments do not take the window back (RFC 9293, 3.10.7.4, fifth check). */
  #updateWindow({ sequence, acknowledgement, flags, window }: TcpSegment): void {
    const newer = sequenceDistance(this.#windowSequence, sequence);
    const acknowledgesMore = sequenceDistance(this.#windowAcknowledgement, acknowledgement) >= 0;
    const first = this.#synFlags !== undefined;
    if (!first && (newer < 0 || (newer === 0 && !acknowledgesMore))) return;
    this.#window = (flags & SYN) !== 0 ? window : window * 2 ** this.shift;
    this.#windowSequence = sequence;
    this.#windowAcknowledgement = acknowledgement;
  }

  #restartTimer(): void {
    this.deadline = this.#wire.now() + this.#timeout.value;
  }
}
