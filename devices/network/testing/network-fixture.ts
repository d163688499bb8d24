/** For tests: a user network between a guest and a host that do nothing by themselves, and their time. */

import { SYN, type TcpSegment } from '../tcp-segment.ts';
import { UserNetwork } from '../user-network.ts';
import { Guest } from './guest.ts';
import type { GuestSocket } from './guest-socket.ts';
import { MockHost, type MockStream } from './mock-host.ts';

/** An address outside of the network. */
export const INTERNET = 0x0102_0304;

export class NetworkFixture {
  now = 1000;
  readonly host = new MockHost();
  readonly network: UserNetwork;
  readonly guest: Guest;

  constructor({ restrict = false } = {}) {
    this.network = new UserNetwork({ host: this.host, restrict });
    this.guest = new Guest(this.network, () => this.now);
    this.guest.announce();
  }

  /** Lets time pass for the network and the guest. */
  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      const next = Math.min(this.network.deadline, this.guest.deadline);
      if (next > end) break;
      this.now = next;
      this.network.timeout();
      this.guest.timeout();
    }
    this.now = end;
  }

  /** A connection of the guest that the host has made. */
  connect(port = 80): { socket: GuestSocket; stream: MockStream } {
    const socket = this.guest.connect(INTERNET, port);
    const stream = this.host.streams.at(-1)!;
    stream.events.connected();
    return { socket, stream };
  }
}

export function segment(fields: Partial<TcpSegment>): TcpSegment {
  const rest = { sequence: 1, acknowledgement: 0, flags: SYN, window: 1000, payload: new Uint8Array(0) };
  return { sourcePort: 5, destinationPort: 80, ...rest, ...fields };
}
