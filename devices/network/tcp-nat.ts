/** The TCP connections between guests and the host's network: a relay for each. */

import type { State, StateReader } from '../state.ts';
import type { AcceptStream, HostListener, HostNetwork } from './host-network.ts';
import type { Ipv4Packet } from './ipv4.ts';
import { guestAddress, hostAddress } from './subnet.ts';
import { resetFor } from './tcp-connection.ts';
import { TcpRelay } from './tcp-relay.ts';
import { ACK, RST, SYN, type TcpSegment } from './tcp-segment.ts';

/** Of all guests of a network together. A further one takes the place of the one that has been silent the longest. */
export const MOST_CONNECTIONS = 256;
/** Ports for the host's ends of connections whose own port is taken (RFC 6335, 6). */
const FIRST_DYNAMIC_PORT = 49_152;

export interface TcpNatOptions {
  readonly host: HostNetwork;
  /** Milliseconds. */
  readonly now: () => number;
  readonly blocked: () => boolean;
  /** To a guest. */
  readonly send: (segment: TcpSegment, source: number, destination: number, segmentSize: number) => void;
  /** As `TcpWire`. */
  readonly largest: () => number;
  /** Tells the guest that its packet does not get there. */
  readonly unreachable: (packet: Ipv4Packet) => void;
  /** Guests reach nobody. */
  readonly restrict: boolean;
}

interface Entry {
  readonly guest: number;
  /** The other end's address, as the guest sees it. */
  readonly peer: number;
  readonly guestPort: number;
  readonly peerPort: number;
}

export class TcpNat {
  readonly #options: TcpNatOptions;
  readonly #relays = new Map<string, Entry & { readonly relay: TcpRelay }>();

  /** For connections of a snapshot. */
  readonly #resets: { readonly segment: TcpSegment; readonly source: number; readonly destination: number }[] = [];

  constructor(options: TcpNatOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#relays.size;
  }

  /** When `timeout` is to be called, in milliseconds; Infinity for never. */
  get deadline(): number {
    let earliest = this.#resets.length > 0 ? 0 : Number.POSITIVE_INFINITY;
    for (const { relay } of this.#relays.values()) earliest = Math.min(earliest, relay.connection.deadline);
    return earliest;
  }

  timeout(): void {
    for (const { segment, source, destination } of this.#resets.splice(0)) {
      this.#options.send(segment, source, destination, 0);
    }
    for (const { relay } of [...this.#relays.values()]) {
      if (relay.connection.deadline <= this.#options.now()) relay.connection.timeout();
    }
  }

  /** The wire takes segments again. */
  resume(): void {
    for (const { relay } of this.#relays.values()) relay.connection.resume();
  }

  /** From a guest. */
  receive(packet: Ipv4Packet, segment: TcpSegment): void {
    const entry: Entry = {
      guest: packet.source,
      peer: packet.destination,
      guestPort: segment.sourcePort,
      peerPort: segment.destinationPort,
    };
    const known = this.#relays.get(keyOf(entry));
    if (known?.relay.connection.yieldsTo(segment)) this.#relays.delete(keyOf(entry));
    else if (known !== undefined) {
      known.relay.lastHeard = this.#options.now();
      known.relay.connection.receive(segment);
      return;
    }
    const address = this.#options.restrict ? undefined : hostAddress(packet.destination);
    const opens = (segment.flags & (SYN | ACK | RST)) === SYN;
    if (opens && address !== undefined && segment.destinationPort !== 0) this.#connect(entry, packet, segment, address);
    else this.#refuse(packet, segment);
  }

  /** Passes connections to a port of the host on to a guest. @throws Error as `HostNetwork.listen` does */
  forward(address: string, port: number, guest: number, guestPort: number): Promise<HostListener> {
    const accept: AcceptStream = (stream, from) => {
      const peer = guestAddress(from.address);
      const peerPort = this.#freePort({ guest, peer, guestPort, peerPort: from.port });
      const relay = this.#add({ guest, peer, guestPort, peerPort });
      relay.fromHost(stream);
      return relay;
    };
    return this.#options.host.listen(address, port, accept);
  }

  /** Ends all connections on the host's side. The guest is not told: it has been reset. */
  clear(): void {
    const relays = [...this.#relays.values()];
    this.#relays.clear();
    this.#resets.length = 0;
    for (const { relay } of relays) relay.drop();
  }

  /** Each connection, with the sequence number that the guest expects next. */
  save(): State[] {
    return [...this.#relays.values()].map(({ relay, ...entry }) => ({ ...entry, sequence: relay.connection.next }));
  }

  /** The connections that a snapshot had are gone from the host. The guest is told as soon as it runs. */
  load(saved: readonly StateReader[]): void {
    this.clear();
    for (const connection of saved) {
      const number = (name: keyof Entry | 'sequence') => connection.number(name, 0xffff_ffff);
      const ports = { sourcePort: number('peerPort') & 0xffff, destinationPort: number('guestPort') & 0xffff };
      const rest = { acknowledgement: 0, flags: RST, window: 0, payload: new Uint8Array(0) };
      const segment = { ...ports, sequence: number('sequence'), ...rest };
      this.#resets.push({ segment, source: number('peer'), destination: number('guest') });
    }
  }

  #connect(entry: Entry, packet: Ipv4Packet, syn: TcpSegment, address: string): void {
    // Enough of the packet to tell the guest which one did not arrive.
    const quoted = { ...packet, payload: packet.payload.slice(0, 8) };
    const relay = this.#add(entry, () => this.#options.unreachable(quoted));
    relay.fromGuest(syn, (events) => this.#options.host.connect(address, entry.peerPort, events));
  }

  #refuse(packet: Ipv4Packet, segment: TcpSegment): void {
    const reset = resetFor(segment);
    if (reset !== undefined) this.#options.send(reset, packet.destination, packet.source, 0);
  }

  #add(entry: Entry, unreachable = () => {}): TcpRelay {
    if (this.#relays.size === MOST_CONNECTIONS) this.#evict();
    const { now, blocked, largest, send } = this.#options;
    const key = keyOf(entry);
    const relay: TcpRelay = new TcpRelay({
      ports: { sourcePort: entry.peerPort, destinationPort: entry.guestPort },
      initialSequence: initialSequence(now()),
      wire: {
        now,
        blocked,
        largest,
        transmit: (segment, segmentSize) => send(segment, entry.peer, entry.guest, segmentSize),
      },
      over: () => {
        if (this.#relays.get(key)?.relay === relay) this.#relays.delete(key);
      },
      unreachable,
    });
    this.#relays.set(key, { ...entry, relay });
    return relay;
  }

  #evict(): void {
    const relays = [...this.#relays.values()].map(({ relay }) => relay);
    relays.reduce((silent, relay) => (relay.lastHeard < silent.lastHeard ? relay : silent)).abort();
  }

  /** The peer's own port if that makes a new connection, else one that does: there are fewer connections than ports. */
  #freePort(entry: Entry): number {
    let { peerPort } = entry;
    for (let next = FIRST_DYNAMIC_PORT; this.#relays.has(keyOf({ ...entry, peerPort })); next++) peerPort = next;
    return peerPort;
  }
}

function keyOf({ guest, guestPort, peer, peerPort }: Entry): string {
  return `${guest}:${guestPort} ${peer}:${peerPort}`;
}

/** One that grows by 250,000 a second (RFC 9293, 3.4.1), so that connections of the same ports are told apart. */
function initialSequence(now: number): number {
  return Math.floor(now * 250) % 2 ** 32;
}
