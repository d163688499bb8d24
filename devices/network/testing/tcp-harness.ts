/** A TCP connection whose peer is the test. */

import { TcpConnection } from '../tcp-connection.ts';
import { ACK, SYN, type TcpSegment } from '../tcp-segment.ts';
import { GuestSocket } from './guest-socket.ts';

const EMPTY = new Uint8Array(0);

export class TcpHarness {
  now = 0;
  blocked = false;
  largest = 0;
  readonly sent: TcpSegment[] = [];
  readonly socket = new GuestSocket();
  readonly connection: TcpConnection;

  constructor() {
    const wire = {
      now: () => this.now,
      blocked: () => this.blocked,
      largest: () => this.largest,
      transmit: (segment: TcpSegment) => this.sent.push(segment),
    };
    this.connection = new TcpConnection({ sourcePort: 80, destinationPort: 4000 }, 1000, wire, this.socket);
    this.socket.connection = this.connection;
  }

  /** The peer's initial sequence number is 5000. */
  receive(flags: number, fields: Partial<TcpSegment> = {}): void {
    const ports = { sourcePort: 4000, destinationPort: 80 };
    const rest = { sequence: 5001, acknowledgement: 1001, window: 60_000, payload: EMPTY };
    this.connection.receive({ ...ports, flags, ...rest, ...fields });
  }

  /** What has been sent since the last call, shortened. */
  taken(): { flags: number; sequence: number; acknowledgement: number; length: number }[] {
    return this.sent.splice(0).map(({ flags, sequence, acknowledgement, payload }) => {
      return { flags, sequence, acknowledgement, length: payload.length };
    });
  }

  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    while (this.connection.deadline <= end) {
      this.now = this.connection.deadline;
      this.connection.timeout();
    }
    this.now = end;
  }

  /** The peer has called and is connected. */
  establish(syn: Partial<TcpSegment> = { mss: 1460 }): this {
    const ports = { sourcePort: 4000, destinationPort: 80 };
    const rest = { acknowledgement: 0, window: 60_000, payload: EMPTY };
    this.connection.take({ ...ports, flags: SYN, sequence: 5000, ...rest, ...syn });
    this.connection.accept();
    this.receive(ACK);
    this.sent.length = 0;
    return this;
  }
}
