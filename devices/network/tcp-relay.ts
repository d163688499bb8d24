/** Joins a guest's TCP connection to one of the host: what comes out of the one goes into the other, at the pace of the slower. */

import type { HostStream, HostStreamEvents } from './host-network.ts';
import { TcpConnection, type TcpPorts, type TcpUser, type TcpWire } from './tcp-connection.ts';
import type { TcpSegment } from './tcp-segment.ts';

export interface RelayOptions {
  readonly ports: TcpPorts;
  readonly initialSequence: number;
  readonly wire: TcpWire;
  /** The relay has ended. */
  readonly over: () => void;
  /** The host could not connect, for a reason other than a refusal; the guest has not been answered. */
  readonly unreachable: () => void;
}

/** Codes of the host that mean that no packet gets there; others are a server's refusal. */
const UNREACHABLE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'ETIMEDOUT']);

export class TcpRelay implements TcpUser, HostStreamEvents {
  readonly connection: TcpConnection;
  /** When something came from the guest last, in milliseconds. */
  lastHeard: number;
  readonly #options: RelayOptions;
  #stream: HostStream | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.lastHeard = options.wire.now();
    this.connection = new TcpConnection(options.ports, options.initialSequence, options.wire, this);
  }

  /** The guest calls: its SYN is answered when the host has connected. */
  fromGuest(syn: TcpSegment, connect: (events: HostStreamEvents) => HostStream): void {
    this.connection.take(syn);
    this.#stream = connect(this);
  }

  /** The host calls: `stream` is read from when the guest has answered. */
  fromHost(stream: HostStream): void {
    this.#stream = stream;
    this.connection.open();
  }

  /** Breaks the host's connection off; the guest's is forgotten. */
  drop(): void {
    this.#stream?.destroy();
  }

  /** Breaks both connections off. */
  abort(): void {
    this.connection.abort();
    this.#stream?.destroy();
    this.#options.over();
  }

  // What the host's connection tells.

  connected(): void {
    this.connection.accept();
  }

  data(bytes: Uint8Array): void {
    if (!this.connection.write(bytes)) this.#stream?.pause();
  }

  written(count: number): void {
    this.connection.consumed(count);
  }

  ended(): void {
    this.connection.end();
  }

  failed(code: string): void {
    if (this.connection.state === 'syn-taken' && UNREACHABLE.has(code)) this.#options.unreachable();
    else this.connection.abort();
    this.#options.over();
  }

  // What the guest's connection tells.

  established(): void {
    this.#stream?.resume();
  }

  deliver(bytes: Uint8Array): void {
    this.#stream?.write(bytes);
  }

  peerEnded(): void {
    this.#stream?.end();
  }

  drained(): void {
    this.#stream?.resume();
  }

  closed(reason: 'done' | 'reset' | 'silent'): void {
    if (reason !== 'done') this.#stream?.destroy();
    this.#options.over();
  }
}
