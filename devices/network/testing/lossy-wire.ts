/** For tests: two TCP ends with a wire between them that loses, repeats and reorders segments, in simulated time. */

import { TcpConnection } from '../tcp-connection.ts';
import { SYN, type TcpSegment } from '../tcp-segment.ts';
import { GuestSocket } from './guest-socket.ts';

export interface WireOptions {
  /** Probabilities. */
  readonly lose: number;
  readonly repeat: number;
  /** The most milliseconds that a segment is under way; the least is 1. */
  readonly delay: number;
  /** As `TcpWire.largest`. */
  readonly largest?: number;
}

interface Flight {
  readonly at: number;
  readonly to: 0 | 1;
  readonly segment: TcpSegment;
}

export class LossyWire {
  readonly ends: readonly [GuestSocketEnd, GuestSocketEnd];
  readonly #random: () => number;
  readonly #options: WireOptions;
  readonly #flights: Flight[] = [];
  #now = 0;

  constructor(random: () => number, options: WireOptions) {
    this.#random = random;
    this.#options = options;
    this.ends = [this.#end(1), this.#end(0)];
  }

  /** Until nothing is left to do, or for an hour of simulated time. `act` is called again and again. */
  run(act: () => void): void {
    while (this.#now < 3_600_000) {
      act();
      const events = [...this.#flights.map(({ at }) => at), ...this.ends.map(({ connection }) => connection.deadline)];
      const next = Math.min(...events);
      if (next === Number.POSITIVE_INFINITY) return;
      this.#now = Math.max(this.#now, next);
      const arrived = this.#flights.findIndex(({ at }) => at <= this.#now);
      if (arrived >= 0) this.#arrive(this.#flights.splice(arrived, 1)[0]!);
      for (const { connection } of this.ends) if (connection.deadline <= this.#now) connection.timeout();
    }
  }

  #arrive({ to, segment }: Flight): void {
    const { connection } = this.ends[to];
    if (connection.state === 'closed' && segment.flags === SYN) {
      connection.take(segment);
      connection.accept();
    } else connection.receive(segment);
  }

  #end(to: 0 | 1): GuestSocketEnd {
    const socket = new GuestSocket();
    const wire = {
      now: () => this.#now,
      blocked: () => false,
      largest: () => this.#options.largest ?? 0,
      transmit: (segment: TcpSegment) => {
        if (this.#chance(this.#options.lose)) return;
        do this.#flights.push({ at: this.#now + 1 + (this.#random() % (this.#options.delay + 1)), to, segment });
        while (this.#chance(this.#options.repeat));
      },
    };
    // The sequence numbers pass 2 ** 32 on the way.
    const connection = new TcpConnection({ sourcePort: 1, destinationPort: 1 }, 2 ** 32 - 5000, wire, socket);
    socket.connection = connection;
    return { socket, connection };
  }

  #chance(probability: number): boolean {
    return this.#random() < probability * 2 ** 32;
  }
}

interface GuestSocketEnd {
  readonly socket: GuestSocket;
  readonly connection: TcpConnection;
}
