/** A guest's network stack for tests. What it hears is kept, to be looked at; its TCP is the one that is tested elsewhere. */

import type { NetworkBackend, NetworkCard } from '../../network-backend.ts';
import { BROADCAST_MAC } from '../address.ts';
import { ARP_REPLY, ARP_REQUEST, type ArpPacket, decodeArp, encodeArp } from '../arp.ts';
import { decodeEthernet, ETHERTYPE_ARP, ETHERTYPE_IPV4, encodeEthernet, MTU } from '../ethernet.ts';
import { decodeIcmp, encodeIcmp, ICMP_ECHO, type IcmpMessage } from '../icmp.ts';
import {
  decodeIpv4,
  encodeIpv4,
  fragment,
  type Ipv4Packet,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from '../ipv4.ts';
import { Ipv4Reassembly } from '../ipv4-reassembly.ts';
import { FIRST_GUEST, GATEWAY, GATEWAY_MAC } from '../subnet.ts';
import { resetFor, TcpConnection } from '../tcp-connection.ts';
import { decodeTcp, encodeTcp, SYN, type TcpSegment } from '../tcp-segment.ts';
import { decodeUdp, encodeUdp, type UdpDatagram } from '../udp.ts';
import { GuestSocket } from './guest-socket.ts';

export const GUEST_MAC = 0x5254_0012_3456;

/** Something heard, and who said it. */
type Heard<T> = T & { readonly from: number };

export class Guest implements NetworkCard {
  readonly #network: NetworkBackend;
  readonly now: () => number;
  readonly #reassembly: Ipv4Reassembly;
  readonly address: number;
  readonly mac: number;
  readonly arp: ArpPacket[] = [];
  readonly icmp: Heard<IcmpMessage>[] = [];
  readonly udp: Heard<UdpDatagram>[] = [];
  readonly segments: Heard<TcpSegment>[] = [];
  /** Ports that it accepts connections at, and what it made of them. */
  readonly listening = new Set<number>();
  readonly accepted: GuestSocket[] = [];
  readonly #sockets = new Map<string, GuestSocket>();
  /** Whether it takes unfinished frames. */
  takesUnfinished = false;
  /** Without room for frames. */
  full = false;
  frames = 0;
  #nextPort = 33_000;

  constructor(network: NetworkBackend, now: () => number, address = FIRST_GUEST, mac = GUEST_MAC) {
    this.#network = network;
    this.now = now;
    this.#reassembly = new Ipv4Reassembly(now);
    this.address = address;
    this.mac = mac;
    network.attach(this);
  }

  receive(frame: Uint8Array, segmentSize?: number): boolean {
    if (this.full) return false;
    this.frames++;
    const ethernet = decodeEthernet(frame)!;
    if (ethernet.destination !== this.mac && ethernet.destination !== BROADCAST_MAC) return true;
    if (ethernet.type === ETHERTYPE_ARP) this.#receiveArp(decodeArp(ethernet.payload)!);
    else {
      const packet = this.#reassembly.add(decodeIpv4(ethernet.payload)!);
      if (packet !== undefined) this.#receivePacket(packet, segmentSize !== undefined);
    }
    return true;
  }

  sendFrame(type: number, payload: Uint8Array, destination = GATEWAY_MAC): void {
    this.#network.send(encodeEthernet({ destination, source: this.mac, type, payload }), false);
  }

  sendArp(targetIp: number): void {
    const request = { operation: ARP_REQUEST, senderMac: this.mac, senderIp: this.address, targetMac: 0, targetIp };
    this.sendFrame(ETHERTYPE_ARP, encodeArp(request), BROADCAST_MAC);
  }

  sendIp(protocol: number, destination: number, payload: Uint8Array, more: Partial<Ipv4Packet> = {}): void {
    const whole = { source: this.address, destination, protocol, payload, identification: 7, fragmentOffset: 0 };
    for (const packet of fragment({ ...whole, moreFragments: false, ...more }, MTU)) {
      this.sendFrame(ETHERTYPE_IPV4, encodeIpv4(packet));
    }
  }

  ping(destination: number, text = 'ping'): void {
    const rest = new Uint8Array([0, 1, 0, 2, ...new TextEncoder().encode(text)]);
    this.sendIp(PROTOCOL_ICMP, destination, encodeIcmp({ type: ICMP_ECHO, code: 0, rest }));
  }

  sendUdp(destination: number, destinationPort: number, payload: Uint8Array | string, sourcePort = 1234): void {
    const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
    const datagram = { sourcePort, destinationPort, payload: bytes };
    this.sendIp(PROTOCOL_UDP, destination, encodeUdp(datagram, { source: this.address, destination }));
  }

  /** A guest that takes unfinished frames sends such too, and says so unless `told` is false. */
  sendTcp(destination: number, segment: TcpSegment, told = true): void {
    const payload = encodeTcp(segment, { source: this.address, destination }, this.takesUnfinished);
    if (!this.takesUnfinished) this.sendIp(PROTOCOL_TCP, destination, payload);
    else {
      const rest = { protocol: PROTOCOL_TCP, identification: 7, fragmentOffset: 0, moreFragments: false };
      const packet = encodeIpv4({ source: this.address, destination, ...rest, payload });
      const frame = { destination: GATEWAY_MAC, source: this.mac, type: ETHERTYPE_IPV4, payload: packet };
      this.#network.send(encodeEthernet(frame), told);
    }
  }

  connect(destination: number, destinationPort: number): GuestSocket {
    const socket = this.#socket(destination, { sourcePort: this.#nextPort++, destinationPort });
    socket.connection.open();
    return socket;
  }

  timeout(): void {
    for (const { connection } of this.#sockets.values()) {
      if (connection.deadline <= this.now()) connection.timeout();
    }
  }

  get deadline(): number {
    return Math.min(...[...this.#sockets.values()].map(({ connection }) => connection.deadline));
  }

  /** Says who it is, so that it can be reached. */
  announce(): void {
    this.sendArp(GATEWAY);
  }

  #receiveArp(packet: ArpPacket): void {
    this.arp.push(packet);
    if (packet.operation !== ARP_REQUEST || packet.targetIp !== this.address) return;
    const { senderMac, senderIp } = packet;
    const reply = { operation: ARP_REPLY, senderMac: this.mac, senderIp: this.address };
    this.sendFrame(ETHERTYPE_ARP, encodeArp({ ...reply, targetMac: senderMac, targetIp: senderIp }), senderMac);
  }

  #receivePacket(packet: Ipv4Packet, unfinished: boolean): void {
    const from = packet.source;
    if (packet.protocol === PROTOCOL_ICMP) this.icmp.push({ ...decodeIcmp(packet.payload)!, from });
    if (packet.protocol === PROTOCOL_UDP) this.udp.push({ ...decodeUdp(packet.payload, packet)!, from });
    if (packet.protocol === PROTOCOL_TCP) this.#receiveSegment(from, decodeTcp(packet.payload, packet, unfinished)!);
  }

  #receiveSegment(from: number, segment: TcpSegment): void {
    this.segments.push({ ...segment, from });
    const known = this.#sockets.get(`${from}:${segment.sourcePort}:${segment.destinationPort}`);
    if (known !== undefined) known.connection.receive(segment);
    else if (segment.flags === SYN && this.listening.has(segment.destinationPort)) {
      const ports = { sourcePort: segment.destinationPort, destinationPort: segment.sourcePort };
      const socket = this.#socket(from, ports);
      this.accepted.push(socket);
      socket.connection.take(segment);
      socket.connection.accept();
    } else {
      const reset = resetFor(segment);
      if (reset !== undefined) this.sendTcp(from, reset);
    }
  }

  #socket(peer: number, ports: { sourcePort: number; destinationPort: number }): GuestSocket {
    const socket = new GuestSocket();
    const transmit = (segment: TcpSegment) => this.sendTcp(peer, segment);
    socket.connection = new TcpConnection(
      ports,
      1000,
      { now: this.now, blocked: () => false, largest: () => (this.takesUnfinished ? 60_000 : 0), transmit },
      socket,
    );
    this.#sockets.set(`${peer}:${ports.destinationPort}:${ports.sourcePort}`, socket);
    return socket;
  }
}
