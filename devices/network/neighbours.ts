/** Which guest has which address, as ARP tells (RFC 826). */

import type { State, StateReader } from '../state.ts';
import { BROADCAST_IPV4, BROADCAST_MAC, isGroupMac } from './address.ts';
import { ARP_REPLY, ARP_REQUEST, type ArpPacket } from './arp.ts';
import { GATEWAY, GATEWAY_MAC, isGuest, stationMac } from './subnet.ts';

/** More are the work of a guest that makes addresses up; the oldest goes. */
const MOST_NEIGHBOURS = 32;

/** An IPv4 packet on its way to a guest. */
export interface OutgoingPacket {
  readonly bytes: Uint8Array;
  /** As `NetworkCard.receive`. */
  readonly segmentSize: number | undefined;
}

interface Neighbour {
  mac: number | undefined;
  /** The latest packet for it while its MAC address is not known (RFC 1122, 2.3.2.2). */
  waiting: OutgoingPacket | undefined;
}

export interface NeighboursLink {
  sendArp(destination: number, packet: ArpPacket): void;
  sendIpv4(destination: number, packet: OutgoingPacket): void;
}

export class Neighbours {
  readonly #link: NeighboursLink;
  readonly #byAddress = new Map<number, Neighbour>();

  constructor(link: NeighboursLink) {
    this.#link = link;
  }

  /** Sends a packet to a guest, or asks for the guest's MAC address first. */
  send(address: number, packet: OutgoingPacket): void {
    const neighbour = this.#find(address);
    if (neighbour.mac !== undefined) {
      this.#link.sendIpv4(neighbour.mac, packet);
      return;
    }
    neighbour.waiting = packet;
    const request = { operation: ARP_REQUEST, senderMac: GATEWAY_MAC, senderIp: GATEWAY, targetMac: 0 };
    this.#link.sendArp(BROADCAST_MAC, { ...request, targetIp: address });
  }

  /** A guest has this address. */
  learn(address: number, mac: number): void {
    if (!isGuest(address) || isGroupMac(mac) || mac === 0) return;
    const neighbour = this.#find(address);
    neighbour.mac = mac;
    if (neighbour.waiting !== undefined) this.#link.sendIpv4(mac, neighbour.waiting);
    neighbour.waiting = undefined;
  }

  receive(packet: ArpPacket): void {
    this.learn(packet.senderIp, packet.senderMac);
    const mac = stationMac(packet.targetIp);
    if (packet.operation !== ARP_REQUEST || mac === undefined) return;
    this.#link.sendArp(packet.senderMac, {
      operation: ARP_REPLY,
      senderMac: mac,
      senderIp: packet.targetIp,
      targetMac: packet.senderMac,
      targetIp: packet.senderIp,
    });
  }

  save(): State[] {
    return [...this.#byAddress].flatMap(([address, { mac }]) => (mac === undefined ? [] : [{ mac, address }]));
  }

  load(known: readonly StateReader[]): void {
    this.#byAddress.clear();
    for (const each of known) this.learn(each.number('address', BROADCAST_IPV4), each.number('mac', BROADCAST_MAC));
  }

  #find(address: number): Neighbour {
    const known = this.#byAddress.get(address);
    if (known !== undefined) return known;
    if (this.#byAddress.size === MOST_NEIGHBOURS) this.#byAddress.delete(this.#byAddress.keys().next().value!);
    const fresh: Neighbour = { mac: undefined, waiting: undefined };
    this.#byAddress.set(address, fresh);
    return fresh;
  }
}
