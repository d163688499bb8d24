/** A socket of the host for each port that a guest sends datagrams from, and for each that is forwarded. */

import { parseIpv4 } from './address.ts';
import type { HostListener, HostNetwork, HostUdpSocket, ReceiveDatagram } from './host-network.ts';
import type { Ipv4Packet } from './ipv4.ts';
import { guestAddress, hostAddress } from './subnet.ts';
import { LONGEST_DATAGRAM, type UdpDatagram } from './udp.ts';

/** Of all guests of a network together. A further one takes the place of the one that has been idle the longest. */
export const MOST_SOCKETS = 256;

export interface UdpNatOptions {
  readonly host: HostNetwork;
  /** To a guest. */
  readonly send: (datagram: UdpDatagram, source: number, destination: number) => void;
  /** Guests reach nobody. */
  readonly restrict: boolean;
}

export class UdpNat {
  readonly #options: UdpNatOptions;
  /** By the guest's address and port; the one used last is the last. */
  readonly #sockets = new Map<string, HostUdpSocket>();
  readonly #forwarded = new Map<string, HostUdpSocket>();

  constructor(options: UdpNatOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#sockets.size;
  }

  /** From a guest. @returns false if guests may not send there */
  receive(packet: Ipv4Packet, datagram: UdpDatagram): boolean {
    const address = hostAddress(packet.destination);
    const key = keyOf(packet.source, datagram.sourcePort);
    // Answers to what was forwarded are always allowed.
    const forwarded = this.#forwarded.get(key);
    if (address === undefined || datagram.destinationPort === 0) return false;
    if (forwarded === undefined && this.#options.restrict) return false;
    const socket = forwarded ?? this.#socket(key, packet.source, datagram.sourcePort);
    socket.send({ address, port: datagram.destinationPort }, datagram.payload);
    return true;
  }

  /** Passes datagrams to a port of the host on to a guest. @throws Error as `HostNetwork.bindUdp` does */
  async forward(address: string, port: number, guest: number, guestPort: number): Promise<HostListener> {
    const socket = await this.#options.host.bindUdp(address, port, this.#deliver(guest, guestPort));
    this.#forwarded.set(keyOf(guest, guestPort), socket);
    return socket;
  }

  /** Closes all sockets but those that are forwarded. */
  clear(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  #socket(key: string, guest: number, guestPort: number): HostUdpSocket {
    const known = this.#sockets.get(key);
    const socket = known ?? this.#open(guest, guestPort);
    if (known !== undefined) this.#sockets.delete(key);
    this.#sockets.set(key, socket);
    return socket;
  }

  #open(guest: number, guestPort: number): HostUdpSocket {
    const [oldest] = this.#sockets;
    if (oldest !== undefined && this.#sockets.size === MOST_SOCKETS) {
      oldest[1].close();
      this.#sockets.delete(oldest[0]);
    }
    return this.#options.host.openUdp(this.#deliver(guest, guestPort));
  }

  #deliver(guest: number, guestPort: number): ReceiveDatagram {
    return (from, bytes) => {
      if (bytes.length > LONGEST_DATAGRAM || parseIpv4(from.address) === undefined) return;
      const datagram = { sourcePort: from.port, destinationPort: guestPort, payload: bytes };
      this.#options.send(datagram, guestAddress(from.address), guest);
    };
  }
}

function keyOf(guest: number, port: number): string {
  return `${guest}:${port}`;
}
