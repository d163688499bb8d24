/**
 * A network between a guest and the host's network that needs no privileges ("user-mode network"): the guest sees a router at
 * 10.0.2.2, which gives it an address by DHCP; what it sends is taken apart here and sent by the host's ordinary sockets.
 *
 * What comes from a guest may be anything. Wrong packets are dropped, tables are bounded, and nothing here throws.
 */

import type { NetworkBackend, NetworkCard } from '../network-backend.ts';
import type { State, StateReader } from '../state.ts';
import { BROADCAST_IPV4, isGroupMac, isLoopbackIpv4, isMulticastIpv4 } from './address.ts';
import { decodeArp, encodeArp } from './arp.ts';
import { DHCP_CLIENT_PORT, DHCP_SERVER_PORT, decodeDhcp, encodeDhcp } from './dhcp-message.ts';
import { DhcpServer } from './dhcp-server.ts';
import { DNS_PORT } from './dns-message.ts';
import { DnsServer } from './dns-server.ts';
import { decodeEthernet, ETHERTYPE_ARP, ETHERTYPE_IPV4, encodeEthernet, MTU } from './ethernet.ts';
import { FrameQueue } from './frame-queue.ts';
import type { HostNetwork } from './host-network.ts';
import {
  ADMINISTRATIVELY_PROHIBITED,
  decodeIcmp,
  encodeIcmp,
  HOST_UNREACHABLE,
  ICMP_ECHO,
  ICMP_ECHO_REPLY,
  PORT_UNREACHABLE,
  PROTOCOL_UNREACHABLE,
  unreachable,
} from './icmp.ts';
import {
  decodeIpv4,
  encodeIpv4,
  fragment,
  type Ipv4Packet,
  LONGEST_PAYLOAD,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from './ipv4.ts';
import { Ipv4Reassembly } from './ipv4-reassembly.ts';
import { Neighbours } from './neighbours.ts';
import { GATEWAY, GATEWAY_MAC, isBroadcast, isGuest, isStationMac, NAME_SERVER, stationMac } from './subnet.ts';
import { TcpNat } from './tcp-nat.ts';
import { decodeTcp, encodeTcp } from './tcp-segment.ts';
import { decodeUdp, encodeUdp, type UdpDatagram } from './udp.ts';
import { UdpNat } from './udp-nat.ts';

/** Data of a TCP segment that an IPv4 packet has room for. */
const LARGEST_SEGMENT = LONGEST_PAYLOAD - 20;

export interface UserNetworkOptions {
  readonly host: HostNetwork;
  /** The guest reaches nobody; only what is forwarded reaches it. */
  readonly restrict?: boolean | undefined;
}

/** A port of the host that is passed on to a guest. */
export interface Forward {
  readonly protocol: 'tcp' | 'udp';
  /** Where the host listens; all of its addresses if it is 0.0.0.0. */
  readonly hostAddress: string;
  readonly hostPort: number;
  /** Below 2 ** 32. */
  readonly guestAddress: number;
  readonly guestPort: number;
}

export class UserNetwork implements NetworkBackend {
  readonly takesUnfinished = true;
  readonly #restrict: boolean;
  readonly #frames = new FrameQueue();
  #identification = 0;
  readonly #neighbours: Neighbours;
  readonly #reassembly: Ipv4Reassembly;
  readonly #dhcp = new DhcpServer();
  readonly #dns: DnsServer;
  readonly #tcp: TcpNat;
  readonly #udp: UdpNat;
  readonly #forwarded: { close(): void }[] = [];

  constructor({ host, restrict = false }: UserNetworkOptions) {
    const now = () => this.#frames.card?.now() ?? 0;
    this.#restrict = restrict;
    this.#neighbours = new Neighbours({
      sendArp: (destination, packet) => {
        this.#frames.send(encodeEthernet(outgoing(destination, ETHERTYPE_ARP, encodeArp(packet))));
      },
      sendIpv4: (destination, { bytes, segmentSize }) => {
        this.#frames.send(encodeEthernet(outgoing(destination, ETHERTYPE_IPV4, bytes)), segmentSize);
      },
    });
    this.#reassembly = new Ipv4Reassembly(now);
    this.#dns = new DnsServer(host);
    this.#tcp = new TcpNat({
      host,
      now,
      restrict,
      blocked: () => this.#frames.blocked,
      largest: () => (this.#unfinished ? LARGEST_SEGMENT : 0),
      send: (segment, source, destination, segmentSize) => {
        const unfinished = this.#unfinished;
        const payload = encodeTcp(segment, { source, destination }, unfinished);
        this.#send(PROTOCOL_TCP, source, destination, payload, unfinished ? segmentSize : undefined);
      },
      unreachable: (packet) => this.#sendUnreachable(HOST_UNREACHABLE, packet),
    });
    this.#udp = new UdpNat({
      host,
      restrict,
      send: (datagram, source, destination) => this.#sendUdp(datagram, source, destination),
    });
  }

  attach(card: NetworkCard): void {
    this.#frames.card = card;
  }

  send(frame: Uint8Array, unfinished = false): void {
    const ethernet = decodeEthernet(frame);
    if (ethernet === undefined || isGroupMac(ethernet.source)) return;
    if (!isStationMac(ethernet.destination)) return;
    // IPv6 and whatever else there is have no listeners here.
    if (ethernet.type === ETHERTYPE_ARP) {
      const arp = decodeArp(ethernet.payload);
      if (arp !== undefined) this.#neighbours.receive(arp);
    } else if (ethernet.type === ETHERTYPE_IPV4) {
      const packet = decodeIpv4(ethernet.payload);
      const whole = packet && this.#reassembly.add(packet);
      if (whole !== undefined) this.#receive(whole, ethernet.source, unfinished);
    }
  }

  resume(): void {
    this.#frames.resume();
    if (!this.#frames.blocked) this.#tcp.resume();
  }

  get deadline(): number {
    return this.#tcp.deadline;
  }

  timeout(): void {
    this.#tcp.timeout();
  }

  /**
   * Passes a port of the host on to a guest, from now on.
   * @returns the host's port, for who asked for port 0.
   * @throws Error by the promise, with the system's `code`: EADDRINUSE, EACCES, EADDRNOTAVAIL, …
   */
  async forward({ protocol, hostAddress, hostPort, guestAddress: guest, guestPort }: Forward): Promise<number> {
    const nat = protocol === 'tcp' ? this.#tcp : this.#udp;
    const listener = await nat.forward(hostAddress, hostPort, guest, guestPort);
    this.#forwarded.push(listener);
    return listener.port;
  }

  /** Breaks connections off on the host's side. What is forwarded stays so. */
  reset(): void {
    this.#frames.clear();
    this.#reassembly.clear();
    this.#tcp.clear();
    this.#udp.clear();
  }

  /** Lets go of all that it has of the host. */
  close(): void {
    this.reset();
    for (const listener of this.#forwarded) listener.close();
    this.#forwarded.length = 0;
  }

  save(): State {
    return { leases: this.#dhcp.save(), neighbours: this.#neighbours.save(), connections: this.#tcp.save() };
  }

  /** Connections do not outlive the host's side of them: the guest's are broken off. */
  load(state: StateReader): void {
    this.reset();
    this.#dhcp.load(state.list('leases'));
    this.#neighbours.load(state.list('neighbours'));
    this.#tcp.load(state.list('connections'));
  }

  /** Whether the guest takes unfinished frames. */
  get #unfinished(): boolean {
    return this.#frames.card?.takesUnfinished === true;
  }

  #receive(packet: Ipv4Packet, mac: number, unfinished: boolean): void {
    if (packet.protocol === PROTOCOL_UDP) this.#receiveUdp(packet, mac, unfinished);
    else if (!isGuest(packet.source) || isUnroutable(packet.destination)) return;
    else if (packet.protocol === PROTOCOL_TCP) this.#receiveTcp(packet, unfinished);
    else if (packet.protocol === PROTOCOL_ICMP) this.#receiveIcmp(packet);
    else this.#sendUnreachable(PROTOCOL_UNREACHABLE, packet);
  }

  #receiveTcp(packet: Ipv4Packet, unfinished: boolean): void {
    const segment = decodeTcp(packet.payload, packet, unfinished);
    if (segment !== undefined) this.#tcp.receive(packet, segment);
  }

  /** Only the network's own stations can be pinged: the host's sockets have no ICMP. */
  #receiveIcmp(packet: Ipv4Packet): void {
    const message = decodeIcmp(packet.payload);
    if (message?.type !== ICMP_ECHO) return;
    if (stationMac(packet.destination) === undefined) this.#sendUnreachable(ADMINISTRATIVELY_PROHIBITED, packet);
    else {
      const reply = encodeIcmp({ ...message, type: ICMP_ECHO_REPLY });
      this.#send(PROTOCOL_ICMP, packet.destination, packet.source, reply);
    }
  }

  #receiveUdp(packet: Ipv4Packet, mac: number, unfinished: boolean): void {
    const datagram = decodeUdp(packet.payload, packet, unfinished);
    if (datagram === undefined) return;
    const { source, destination } = packet;
    if (datagram.destinationPort === DHCP_SERVER_PORT && (isBroadcast(destination) || destination === GATEWAY)) {
      this.#receiveDhcp(datagram, mac);
    } else if (!isGuest(source) || isUnroutable(destination)) {
      return;
    } else if (destination === NAME_SERVER && datagram.destinationPort === DNS_PORT && !this.#restrict) {
      const answer = { sourcePort: DNS_PORT, destinationPort: datagram.sourcePort };
      this.#dns.ask(datagram.payload, (payload) => this.#sendUdp({ ...answer, payload }, NAME_SERVER, source));
    } else if (!this.#udp.receive(packet, datagram)) {
      this.#sendUnreachable(this.#restrict ? ADMINISTRATIVELY_PROHIBITED : PORT_UNREACHABLE, packet);
    }
  }

  /** The client has no address yet, so it is answered by its MAC address. */
  #receiveDhcp(request: UdpDatagram, mac: number): void {
    const message = decodeDhcp(request.payload);
    const reply = message && this.#dhcp.answer(message);
    if (reply === undefined) return;
    const { clientAddress, yourAddress } = reply;
    const addresses = {
      source: GATEWAY,
      destination: reply.broadcast || yourAddress === 0 ? clientAddress || BROADCAST_IPV4 : yourAddress,
    };
    const ports = { sourcePort: DHCP_SERVER_PORT, destinationPort: DHCP_CLIENT_PORT };
    const payload = encodeUdp({ ...ports, payload: encodeDhcp(reply) }, addresses);
    const packet = encodeIpv4({ ...this.#packet(PROTOCOL_UDP, addresses.source, addresses.destination), payload });
    this.#frames.send(encodeEthernet(outgoing(mac, ETHERTYPE_IPV4, packet)));
    if (yourAddress !== 0) this.#neighbours.learn(yourAddress, mac);
  }

  #sendUdp(datagram: UdpDatagram, source: number, destination: number): void {
    this.#send(PROTOCOL_UDP, source, destination, encodeUdp(datagram, { source, destination }));
  }

  #sendUnreachable(code: number, packet: Ipv4Packet): void {
    this.#send(PROTOCOL_ICMP, GATEWAY, packet.source, unreachable(code, packet));
  }

  /** @param segmentSize of an unfinished TCP segment, which is not cut here */
  #send(protocol: number, source: number, destination: number, payload: Uint8Array, segmentSize?: number): void {
    const whole = { ...this.#packet(protocol, source, destination), payload };
    const packets = segmentSize === undefined ? fragment(whole, MTU) : [whole];
    for (const packet of packets) this.#neighbours.send(destination, { bytes: encodeIpv4(packet), segmentSize });
  }

  #packet(protocol: number, source: number, destination: number): Omit<Ipv4Packet, 'payload'> {
    this.#identification = (this.#identification + 1) & 0xffff;
    const whole = { moreFragments: false, fragmentOffset: 0 };
    return { protocol, source, destination, identification: this.#identification, ...whole };
  }
}

function outgoing(destination: number, type: number, payload: Uint8Array) {
  return { destination, source: GATEWAY_MAC, type, payload };
}

/** Addresses that no packet is passed on to. */
function isUnroutable(address: number): boolean {
  return (
    isBroadcast(address) ||
    isMulticastIpv4(address) ||
    isLoopbackIpv4(address) ||
    address >>> 28 === 0xf ||
    address === 0
  );
}
