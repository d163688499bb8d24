/**
 * One end of a TCP connection (RFC 9293, with the window scale of RFC 7323): what segments do to its state. The states are the
 * standard's, but for 'syn-taken': the peer's SYN has come, and is answered when the user says so.
 */

import { TcpReceiver, WINDOW_SHIFT } from './tcp-receiver.ts';
import { ACK, FIN, RST, SYN, segmentLength, type TcpSegment } from './tcp-segment.ts';
import { TcpSender } from './tcp-sender.ts';
import { sequenceAdd, sequenceDistance } from './tcp-sequence.ts';

export type TcpState =
  | 'syn-taken'
  | 'syn-sent'
  | 'syn-received'
  | 'established'
  | 'fin-wait-1'
  | 'fin-wait-2'
  | 'closing'
  | 'time-wait'
  | 'close-wait'
  | 'last-ack'
  | 'closed';

/** What an Ethernet frame has room for. */
const MSS = 1460;
/** Bounds for what the peer claims. */
const SMALLEST_MSS = 64;
const DEFAULT_MSS = 536;
const LARGEST_SHIFT = 14;
/** Bytes of the user's that may wait for the peer. */
export const SEND_BUFFER = 128 * 1024;
/** Milliseconds. RFC 9293, 3.8.6.3 allows 500, with an acknowledgement for every second full segment. */
const ACK_DELAY = 20;
const SEGMENTS_PER_ACK = 2;
/** Twice the longest life of a segment (RFC 9293, 3.4.2): on this wire nothing is under way for long. In milliseconds. */
const TIME_WAIT = 2000;

export interface TcpWire {
  /** Milliseconds. */
  now(): number;
  /** Whether the wire takes nothing now. When it does again, `resume` is to be called. */
  blocked(): boolean;
  /** `segmentSize` is the most data that a segment on a real wire would have. */
  transmit(segment: TcpSegment, segmentSize: number): void;
  /** The most data that it takes in a segment at present. */
  largest(): number;
}

/** Who uses the connection. */
export interface TcpUser {
  established(): void;
  /** Data of the peer; `consumed` is to be called when they are done with. */
  deliver(bytes: Uint8Array): void;
  /** The peer sends nothing more. */
  peerEnded(): void;
  /** There is room again after `write` has returned false. */
  drained(): void;
  /** The connection is over, by the peer's doing: properly, broken off, or given up since the peer is silent. */
  closed(reason: 'done' | 'reset' | 'silent'): void;
}

export interface TcpPorts {
  /** This end's. */
  readonly sourcePort: number;
  /** The peer's. */
  readonly destinationPort: number;
}

export class TcpConnection {
  #state: TcpState = 'closed';
  readonly #ports: TcpPorts;
  readonly #wire: TcpWire;
  readonly #user: TcpUser;
  readonly #sender: TcpSender;
  /** From the peer's SYN on. */
  #receiver: TcpReceiver | undefined;
  #scaling = true;
  /** Where the peer's FIN lies, once it has come. */
  #peerFin: number | undefined;
  #ended = false;
  /** `write` has returned false. */
  #full = false;
  #segmentsToAcknowledge = 0;
  #ackDeadline = Number.POSITIVE_INFINITY;
  #waitDeadline = Number.POSITIVE_INFINITY;

  /** @param initial this end's initial sequence number */
  constructor(ports: TcpPorts, initial: number, wire: TcpWire, user: TcpUser) {
    this.#ports = ports;
    this.#wire = wire;
    this.#user = user;
    this.#sender = new TcpSender(initial, {
      now: () => wire.now(),
      blocked: () => wire.blocked(),
      transmit: (sequence, flags, payload) => this.#transmit(sequence, flags, payload),
      largest: () => wire.largest(),
    });
  }

  get state(): TcpState {
    return this.#state;
  }

  /** The sequence number that follows what has been sent. */
  get next(): number {
    return this.#sender.next;
  }

  /** When `timeout` is to be called, in milliseconds; Infinity for never. */
  get deadline(): number {
    return Math.min(this.#sender.deadline, this.#ackDeadline, this.#waitDeadline);
  }

  /** Connects to the peer. */
  open(): void {
    this.#state = 'syn-sent';
    this.#sender.synchronize(SYN);
  }

  /** Takes the peer's SYN, to be answered by `accept` or `refuse`. */
  take(syn: TcpSegment): void {
    this.#state = 'syn-taken';
    this.#synchronized(syn);
  }

  accept(): void {
    if (this.#state !== 'syn-taken') return;
    this.#state = 'syn-received';
    this.#sender.synchronize(SYN | ACK);
  }

  /** @returns whether there is room for more; if not, the user waits for `drained` */
  write(bytes: Uint8Array): boolean {
    if (this.#state !== 'closed' && !this.#ended) this.#sender.push(bytes);
    this.#full = this.#sender.queued >= SEND_BUFFER;
    return !this.#full;
  }

  /** The user sends nothing more. */
  end(): void {
    if (this.#state === 'closed' || this.#ended) return;
    this.#ended = true;
    if (this.#state === 'established') this.#state = 'fin-wait-1';
    if (this.#state === 'close-wait') this.#state = 'last-ack';
    this.#sender.end();
  }

  /** The user has done with `count` bytes of what was received. */
  consumed(count: number): void {
    if (this.#receiver === undefined || this.#state === 'closed') return;
    this.#receiver.consumed(count);
    if (this.#isSynchronized && this.#receiver.opens) this.#acknowledge();
  }

  /** Breaks the connection off. The user is not told. */
  abort(): void {
    if (this.#state !== 'closed' && this.#state !== 'syn-sent') this.#transmit(this.#sender.next, RST | ACK);
    this.#finish();
  }

  /** The wire takes segments again. */
  resume(): void {
    if (this.#isSynchronized) this.#sender.send();
  }

  /** To be called when the deadline has passed. */
  timeout(): void {
    const now = this.#wire.now();
    if (now >= this.#ackDeadline) this.#acknowledge();
    if (now >= this.#sender.deadline && !this.#sender.timeout()) {
      this.abort();
      this.#user.closed('silent');
    }
    if (now >= this.#waitDeadline) this.#close('done');
  }

  /** Whether a SYN may begin a new connection in the place of this one (RFC 9293, 3.10.7.4, fourth check). */
  yieldsTo({ flags, sequence }: TcpSegment): boolean {
    if (this.#state !== 'time-wait' || (flags & (SYN | ACK | RST)) !== SYN) return false;
    return sequenceDistance(this.#receiver!.next, sequence) >= 0;
  }

  receive(segment: TcpSegment): void {
    if (this.#state === 'syn-taken') this.#receiveSynTaken(segment);
    else if (this.#state === 'syn-sent') this.#receiveSynSent(segment);
    else if (this.#state !== 'closed') this.#receiveSynchronized(segment, this.#receiver!);
  }

  get #isSynchronized(): boolean {
    return this.#state !== 'closed' && this.#state !== 'syn-taken' && this.#state !== 'syn-sent';
  }

  /** Repetitions of SYN need no answer yet. */
  #receiveSynTaken({ sequence, flags }: TcpSegment): void {
    if ((flags & RST) !== 0 && sequence === this.#receiver!.next) this.#close('reset');
  }

  /** RFC 9293, 3.10.7.3. */
  #receiveSynSent(segment: TcpSegment): void {
    const { flags, acknowledgement } = segment;
    const acknowledges = (flags & ACK) !== 0 && this.#sender.isNewAcknowledgement(acknowledgement);
    if ((flags & ACK) !== 0 && !acknowledges) {
      if ((flags & RST) === 0) this.#transmit(acknowledgement, RST);
    } else if ((flags & RST) !== 0) {
      if (acknowledges) this.#close('reset');
    } else if ((flags & SYN) !== 0) {
      this.#synchronized(segment);
      if (acknowledges) {
        this.#establish(segment);
        this.#acknowledge();
      } else {
        // Both have called at once.
        this.#state = 'syn-received';
        this.#sender.synchronize(SYN | ACK);
      }
    }
  }

  /** RFC 9293, 3.10.7.4, with the caution of RFC 5961 for RST and SYN. */
  #receiveSynchronized(segment: TcpSegment, receiver: TcpReceiver): void {
    const { sequence, flags, acknowledgement } = segment;
    if (!receiver.acceptable(sequence, segmentLength(segment))) {
      if ((flags & RST) === 0) this.#acknowledge();
      if (this.#state === 'time-wait') this.#wait();
    } else if ((flags & RST) !== 0 && sequence === receiver.next) {
      this.#close('reset');
    } else if ((flags & (RST | SYN)) !== 0 || ((flags & ACK) !== 0 && this.#sender.isUnsent(acknowledgement))) {
      this.#acknowledge();
    } else if ((flags & ACK) !== 0 && this.#takeAcknowledgement(segment)) {
      this.#takeData(segment, receiver);
    }
  }

  /** @returns false if that is the end of the segment, or of the connection */
  #takeAcknowledgement(segment: TcpSegment): boolean {
    if (this.#state === 'syn-received') {
      if (!this.#sender.isNewAcknowledgement(segment.acknowledgement)) {
        this.#transmit(segment.acknowledgement, RST);
        return false;
      }
      this.#establish(segment);
    } else {
      this.#sender.acknowledge(segment);
    }
    if (this.#full && this.#sender.queued <= SEND_BUFFER / 2) {
      this.#full = false;
      this.#user.drained();
    }
    if (this.#sender.finAcknowledged) {
      if (this.#state === 'fin-wait-1') this.#state = 'fin-wait-2';
      else if (this.#state === 'closing') this.#wait();
      else if (this.#state === 'last-ack') this.#close('done');
    }
    return this.#state !== 'closed';
  }

  #takeData({ sequence, flags, payload }: TcpSegment, receiver: TcpReceiver): void {
    if (this.#state !== 'established' && this.#state !== 'fin-wait-1' && this.#state !== 'fin-wait-2') return;
    if ((flags & FIN) !== 0) this.#peerFin = sequenceAdd(sequence, payload.length);
    const ready = payload.length === 0 ? [] : receiver.accept(sequence, payload);
    for (const bytes of ready) this.#user.deliver(bytes);
    if (this.#peerFin === receiver.next) this.#takeFin(receiver);
    else if (payload.length > 0) this.#acknowledgeData(payload.length, ready.length === 1 && !receiver.hasGap);
  }

  #takeFin(receiver: TcpReceiver): void {
    receiver.next = sequenceAdd(receiver.next, 1);
    if (this.#state === 'established') this.#state = 'close-wait';
    else if (this.#state === 'fin-wait-1') this.#state = 'closing';
    else this.#wait();
    this.#acknowledge();
    this.#user.peerEnded();
  }

  /** At once when the peer has lost something or has sent as much as two segments, else a little later. */
  #acknowledgeData(length: number, inOrder: boolean): void {
    this.#segmentsToAcknowledge += length > MSS ? SEGMENTS_PER_ACK : 1;
    if (!inOrder || this.#segmentsToAcknowledge >= SEGMENTS_PER_ACK) this.#acknowledge();
    else this.#ackDeadline = Math.min(this.#ackDeadline, this.#wire.now() + ACK_DELAY);
  }

  /** The peer's SYN says where its data start and what it can do. */
  #synchronized({ sequence, mss = DEFAULT_MSS, windowScale }: TcpSegment): void {
    this.#receiver = new TcpReceiver(sequenceAdd(sequence, 1));
    this.#sender.mss = Math.max(SMALLEST_MSS, Math.min(mss, MSS));
    this.#scaling = windowScale !== undefined;
    if (windowScale === undefined) return;
    this.#sender.shift = Math.min(windowScale, LARGEST_SHIFT);
    this.#receiver.scale();
  }

  #establish(segment: TcpSegment): void {
    this.#state = this.#ended ? 'fin-wait-1' : 'established';
    this.#sender.acknowledge(segment);
    this.#user.established();
  }

  #acknowledge(): void {
    this.#transmit(this.#sender.next, ACK);
  }

  #transmit(sequence: number, flags: number, payload: Uint8Array = new Uint8Array(0)): void {
    const syn = (flags & SYN) !== 0;
    const receiver = this.#receiver;
    this.#segmentsToAcknowledge = 0;
    this.#ackDeadline = Number.POSITIVE_INFINITY;
    const segment = {
      ...this.#ports,
      sequence,
      acknowledgement: (flags & ACK) !== 0 && receiver !== undefined ? receiver.next : 0,
      flags,
      window: receiver === undefined ? 0xffff : receiver.window(syn),
      mss: syn ? MSS : undefined,
      windowScale: syn && this.#scaling ? WINDOW_SHIFT : undefined,
      payload,
    };
    this.#wire.transmit(segment, this.#sender.mss);
  }

  #wait(): void {
    this.#state = 'time-wait';
    this.#waitDeadline = this.#wire.now() + TIME_WAIT;
  }

  #close(reason: 'done' | 'reset'): void {
    this.#finish();
    this.#user.closed(reason);
  }

  #finish(): void {
    this.#state = 'closed';
    this.#sender.deadline = Number.POSITIVE_INFINITY;
    this.#ackDeadline = Number.POSITIVE_INFINITY;
    this.#waitDeadline = Number.POSITIVE_INFINITY;
  }
}

/** The answer to a segment that belongs to no connection (RFC 9293, 3.10.7.1); undefined to another reset. */
export function resetFor(segment: TcpSegment): TcpSegment | undefined {
  const { sourcePort, destinationPort, sequence, acknowledgement, flags } = segment;
  if ((flags & RST) !== 0) return undefined;
  const ports = { sourcePort: destinationPort, destinationPort: sourcePort };
  const common = { ...ports, window: 0, payload: new Uint8Array(0) };
  if ((flags & ACK) !== 0) return { ...common, sequence: acknowledgement, acknowledgement: 0, flags: RST };
  const next = sequenceAdd(sequence, segmentLength(segment));
  return { ...common, sequence: 0, acknowledgement: next, flags: RST | ACK };
}
