import { beforeEach, describe, expect, test } from 'vitest';
import { randomBytes, randomNumbers } from '../../test/random.ts';
import { StateReader } from '../state.ts';
import { BROADCAST_IPV4, BROADCAST_MAC } from './address.ts';
import {
  DHCPACK,
  DHCPDISCOVER,
  DHCPINFORM,
  DHCPNAK,
  DHCPOFFER,
  DHCPREQUEST,
  decodeDhcp,
  encodeDhcp,
} from './dhcp-message.ts';
import { MOST_QUERIES } from './dns-server.ts';
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6, encodeEthernet } from './ethernet.ts';
import { encodeIpv4, PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from './ipv4.ts';
import { FIRST_GUEST, GATEWAY, GATEWAY_MAC, NAME_SERVER, NETWORK } from './subnet.ts';
import { MOST_CONNECTIONS } from './tcp-nat.ts';
import { ACK, RST } from './tcp-segment.ts';
import { GUEST_MAC, Guest } from './testing/guest.ts';
import type { MockHost } from './testing/mock-host.ts';
import { INTERNET, NetworkFixture, segment } from './testing/network-fixture.ts';
import { encodeUdp } from './udp.ts';
import { MOST_SOCKETS } from './udp-nat.ts';
import { UserNetwork } from './user-network.ts';

let host: MockHost;
let network: UserNetwork;
let guest: Guest;
let fixture: NetworkFixture;

beforeEach(() => {
  fixture = new NetworkFixture();
  ({ host, network, guest } = fixture);
});

/** Lets promises be kept. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

describe('hostile guests', () => {
  test('noise is dropped', () => {
    const random = randomNumbers(3);
    const types = [ETHERTYPE_IPV4, ETHERTYPE_ARP, ETHERTYPE_IPV6, 0x1234];
    const protocols = [PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_ICMP, 99];
    const ports = [53, 67, 80];
    for (let round = 0; round < 5000; round++) {
      const bytes = randomBytes(round + 1, random() % 300);
      network.send(bytes);
      guest.sendFrame(types[random() % 4]!, bytes);
      guest.sendIp(protocols[random() % 4]!, random() % 2 === 0 ? random() : NETWORK + (random() % 256), bytes);
      guest.sendUdp(NETWORK + (random() % 4), ports[random() % 3]!, bytes, 1 + (random() % 1000));
      guest.sendTcp(random(), segment({ flags: random() & 0x1f, payload: bytes, sourcePort: random() % 50 }));
    }
    fixture.pass(100_000);
    expect(host.sockets.filter(({ closed }) => !closed).length).toBeLessThanOrEqual(MOST_SOCKETS);
    const { socket } = fixture.connect();
    expect(socket.state).toBe('open');
  });

  test('a flood of SYNs leaves the newest connections', () => {
    for (let count = 0; count < 3000; count++) {
      fixture.now++;
      guest.sendTcp(INTERNET, segment({ sourcePort: 1 + count }));
    }
    expect(host.streams.filter(({ destroyed }) => !destroyed).length).toBe(MOST_CONNECTIONS);
    expect(host.streams.at(-1)!.destroyed).toBe(false);
  });

  test('a flood of UDP ports closes those that were idle the longest', () => {
    for (let port = 1; port <= MOST_SOCKETS + 10; port++) {
      guest.sendUdp(INTERNET, 9, 'x', port);
      guest.sendUdp(INTERNET, 9, 'x', 1);
    }
    expect(host.sockets.filter(({ closed }) => !closed).length).toBe(MOST_SOCKETS);
    expect(host.sockets[0]!.closed).toBe(false);
    expect(host.sockets[1]!.closed).toBe(true);
  });

  test('a flood of queries is not passed on', async () => {
    const query = Uint8Array.of(0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 97, 0, 0, 1, 0, 1);
    for (let count = 0; count < 1000; count++) guest.sendUdp(NAME_SERVER, 53, query);
    expect(host.asked.length).toBe(MOST_QUERIES);
    await settle();
    guest.sendUdp(NAME_SERVER, 53, query);
    expect(host.asked.length).toBe(MOST_QUERIES + 1);
  });

  test('a guest that takes no frames does not fill the host’s memory', () => {
    guest.full = true;
    for (let count = 0; count < 10_000; count++) guest.ping(GATEWAY);
    guest.full = false;
    network.resume();
    expect(guest.icmp.length).toBe(256);
  });

  test('made-up addresses neither reach the host nor displace the guest', () => {
    const addresses = { source: 0x0505_0505, destination: INTERNET };
    const payload = encodeUdp({ sourcePort: 1, destinationPort: 2, payload: new Uint8Array(1) }, addresses);
    const rest = { identification: 1, moreFragments: false, fragmentOffset: 0 };
    guest.sendFrame(ETHERTYPE_IPV4, encodeIpv4({ protocol: PROTOCOL_UDP, ...addresses, ...rest, payload }));
    for (const destination of [0, 0x7f00_0001, 0xe000_0001, 0xf000_0001, BROADCAST_IPV4, NETWORK + 255, NETWORK]) {
      guest.sendUdp(destination, 9, 'x');
      guest.sendTcp(destination, segment({}));
    }
    guest.sendTcp(INTERNET, segment({ destinationPort: 0 }));
    guest.sendUdp(INTERNET, 0, 'x');
    expect([host.sockets, host.streams]).toEqual([[], []]);
    network.send(
      encodeEthernet({
        destination: GATEWAY_MAC,
        source: BROADCAST_MAC,
        type: ETHERTYPE_ARP,
        payload: new Uint8Array(28),
      }),
    );
    guest.ping(GATEWAY);
    expect(guest.icmp).toHaveLength(1 + 1);
  });

  test('IPv6 gets no answer', () => {
    const before = guest.frames;
    guest.sendFrame(ETHERTYPE_IPV6, new Uint8Array(60).fill(0x60));
    expect(guest.frames).toBe(before);
  });
});

describe('the local network', () => {
  test('ARP finds the gateway and the name server, and nobody else', () => {
    guest.arp.length = 0;
    for (const address of [GATEWAY, NAME_SERVER, NETWORK + 4, FIRST_GUEST, INTERNET]) guest.sendArp(address);
    expect(guest.arp.map(({ senderIp, senderMac }) => [senderIp, senderMac])).toEqual([
      [GATEWAY, 0x5255_0a00_0202],
      [NAME_SERVER, 0x5255_0a00_0203],
    ]);
  });

  test('the gateway and the name server answer pings; the rest of the world cannot be pinged', () => {
    guest.ping(GATEWAY, 'hello');
    guest.ping(NAME_SERVER);
    guest.ping(INTERNET);
    expect(guest.icmp.map(({ from, type, code }) => [from, type, code])).toEqual([
      [GATEWAY, 0, 0],
      [NAME_SERVER, 0, 0],
      [GATEWAY, 3, 13],
    ]);
    expect(new TextDecoder().decode(guest.icmp[0]!.rest.subarray(4))).toBe('hello');
  });

  test('unknown protocols and ports of the network’s own stations are unreachable', () => {
    guest.sendIp(99, INTERNET, new Uint8Array(4));
    guest.sendUdp(NAME_SERVER, 54, 'x');
    guest.sendUdp(NETWORK + 77, 9, 'x');
    expect(guest.icmp.map(({ type, code }) => [type, code])).toEqual([
      [3, 2],
      [3, 3],
      [3, 3],
    ]);
    guest.sendTcp(NAME_SERVER, segment({ sourcePort: 77 }));
    expect(guest.segments).toMatchObject([{ flags: RST | ACK, acknowledgement: 2 }]);
  });
});

describe('DHCP', () => {
  const MAC = 0x5254_0012_9999;

  /** A client's message, and the server's answer, if any. */
  function ask(type: number, options: readonly (readonly [number, number])[] = [], fields: object = {}) {
    guest.udp.length = 0;
    const message = { operation: 1, transaction: 77, broadcast: true, clientAddress: 0, yourAddress: 0, mac: MAC };
    const words = options.map(
      ([option, value]) => [option, new Uint8Array(new Uint32Array([value]).buffer).reverse()] as const,
    );
    const payload = encodeDhcp({ ...message, options: new Map([[53, Uint8Array.of(type)], ...words]), ...fields });
    const addresses = { source: 0, destination: BROADCAST_IPV4 };
    const datagram = encodeUdp({ sourcePort: 68, destinationPort: 67, payload }, addresses);
    const rest = { protocol: PROTOCOL_UDP, identification: 1, moreFragments: false, fragmentOffset: 0 };
    guest.sendFrame(ETHERTYPE_IPV4, encodeIpv4({ ...addresses, ...rest, payload: datagram }), BROADCAST_MAC);
    const answer = guest.udp.at(-1);
    return answer && decodeDhcp(answer.payload)!;
  }

  test('offers and acknowledges 10.0.2.15 with router, name server and mask', () => {
    const offer = ask(DHCPDISCOVER)!;
    expect(offer).toMatchObject({ operation: 2, transaction: 77, yourAddress: FIRST_GUEST, mac: MAC });
    expect([...offer.options]).toEqual([
      [53, Uint8Array.of(DHCPOFFER)],
      [54, Uint8Array.of(10, 0, 2, 2)],
      [51, Uint8Array.of(0, 1, 0x51, 0x80)],
      [1, Uint8Array.of(255, 255, 255, 0)],
      [3, Uint8Array.of(10, 0, 2, 2)],
      [6, Uint8Array.of(10, 0, 2, 3)],
    ]);
    const acknowledgement = ask(DHCPREQUEST, [
      [50, FIRST_GUEST],
      [54, GATEWAY],
    ])!;
    expect([acknowledgement.options.get(53), acknowledgement.yourAddress]).toEqual([
      Uint8Array.of(DHCPACK),
      FIRST_GUEST,
    ]);
  });

  test('renews what the client has, and refuses another address', () => {
    ask(DHCPDISCOVER);
    const renewed = ask(DHCPREQUEST, [], { clientAddress: FIRST_GUEST })!;
    expect([renewed.options.get(53), renewed.clientAddress]).toEqual([Uint8Array.of(DHCPACK), FIRST_GUEST]);
    expect(ask(DHCPREQUEST, [[50, FIRST_GUEST + 5]])!.options.get(53)).toEqual(Uint8Array.of(DHCPNAK));
    expect(
      ask(DHCPREQUEST, [
        [50, FIRST_GUEST],
        [54, INTERNET],
      ]),
    ).toBeUndefined();
    expect(ask(DHCPINFORM)!.yourAddress).toBe(0);
    expect(ask(99)).toBeUndefined();
    expect(ask(DHCPDISCOVER, [], { operation: 2 })).toBeUndefined();
  });

  test('a client gets the address that it wants, if nobody has it and it is one for guests', () => {
    const offered = (mac: number, wanted: number) => ask(DHCPDISCOVER, [[50, wanted]], { mac })!.yourAddress;
    expect(offered(MAC, FIRST_GUEST + 1)).toBe(FIRST_GUEST + 1);
    expect(offered(MAC + 1, FIRST_GUEST + 1)).toBe(FIRST_GUEST);
    expect(offered(MAC + 2, GATEWAY)).toBe(FIRST_GUEST + 2);
    expect(offered(MAC + 3, INTERNET)).toBe(FIRST_GUEST + 3);
    // One that comes back has it still.
    const returned = ask(DHCPREQUEST, [[50, FIRST_GUEST + 9]], { mac: MAC + 4 })!;
    expect([returned.options.get(53), returned.yourAddress]).toEqual([Uint8Array.of(DHCPACK), FIRST_GUEST + 9]);
  });

  test('every client has its own address, until there are no more', () => {
    const given = Array.from({ length: 17 }, (_, index) => ask(DHCPDISCOVER, [], { mac: MAC + index })?.yourAddress);
    expect(given).toEqual([...Array.from({ length: 16 }, (_, index) => FIRST_GUEST + index), undefined]);
    expect(ask(DHCPDISCOVER)!.yourAddress).toBe(FIRST_GUEST);
  });
});

describe('DNS', () => {
  /** The answer to the question for a name: response code and the data of its records. */
  async function look(name: string, type: number): Promise<[number, number[][]]> {
    const labels = name.split('.').flatMap((label) => [label.length, ...new TextEncoder().encode(label)]);
    guest.sendUdp(
      NAME_SERVER,
      53,
      Uint8Array.of(0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, type, 0, 1),
      2000,
    );
    await settle();
    const { from, payload, destinationPort } = guest.udp.at(-1)!;
    expect([from, destinationPort, payload[1]]).toEqual([NAME_SERVER, 2000, 9]);
    const records: number[][] = [];
    for (let offset = 12 + labels.length + 5; offset < payload.length; offset += 12 + payload[offset + 11]!) {
      records.push([...payload.subarray(offset + 12, offset + 12 + payload[offset + 11]!)]);
    }
    return [payload[3]! & 0xf, records];
  }

  test('asks the host', async () => {
    host.names.set('www.test', ['1.2.3.4', '5.6.7.8']);
    host.names.set('4.3.2.1', ['www.test']);
    expect(await look('www.test', 1)).toEqual([
      0,
      [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ],
    ]);
    expect(await look('1.2.3.4.in-addr.arpa', 12)).toEqual([0, [[3, 119, 119, 119, 4, 116, 101, 115, 116, 0]]]);
    expect(await look('nobody.test', 1)).toEqual([3, []]);
  });

  test('the host’s loopback is the gateway, and IPv6 has no addresses', async () => {
    host.names.set('localhost', ['127.0.1.1', '::1']);
    expect(await look('localhost', 1)).toEqual([0, [[10, 0, 2, 2]]]);
    expect(await look('localhost', 28)).toEqual([0, []]);
  });

  test('does not trouble the host with what is no name, or of types that it has not', async () => {
    expect(await look('a\0b', 1)).toEqual([3, []]);
    expect(await look('www.test', 16)).toEqual([4, []]);
    expect(await look('www.in-addr.arpa', 12)).toEqual([4, []]);
    expect(host.asked).toEqual([]);
  });
});

describe('UDP', () => {
  test('goes out by a socket for each port, and what comes in goes to that port', () => {
    guest.sendUdp(INTERNET, 9, 'one', 1000);
    guest.sendUdp(GATEWAY, 10, 'two', 1000);
    guest.sendUdp(INTERNET, 9, 'three', 1001);
    expect(host.sockets.map(({ sent }) => sent.map(({ to }) => `${to.address}:${to.port}`))).toEqual([
      ['1.2.3.4:9', '127.0.0.1:10'],
      ['1.2.3.4:9'],
    ]);
    host.sockets[0]!.receive({ address: '127.0.0.1', port: 10 }, new TextEncoder().encode('answer'));
    expect(guest.udp).toMatchObject([{ from: GATEWAY, sourcePort: 10, destinationPort: 1000 }]);
  });

  test('large datagrams pass in fragments, both ways', () => {
    const payload = randomBytes(3, 20_000);
    guest.sendUdp(INTERNET, 9, payload);
    expect(host.sockets[0]!.sent[0]!.bytes).toEqual(payload);
    host.sockets[0]!.receive({ address: '1.2.3.4', port: 9 }, payload);
    host.sockets[0]!.receive({ address: '1.2.3.4', port: 9 }, new Uint8Array(65_508));
    expect(guest.udp.map((each) => each.payload)).toEqual([payload]);
  });

  test('a port of the host is passed on, and answers leave by it', async () => {
    const rule = { hostAddress: '127.0.0.1', hostPort: 5000, guestAddress: FIRST_GUEST, guestPort: 53 };
    expect(await network.forward({ protocol: 'udp', ...rule })).toBe(5000);
    const [socket] = host.sockets;
    socket!.receive({ address: '127.0.0.1', port: 999 }, new TextEncoder().encode('question'));
    expect(guest.udp).toMatchObject([{ from: GATEWAY, sourcePort: 999, destinationPort: 53 }]);
    guest.sendUdp(GATEWAY, 999, 'answer', 53);
    expect(socket!.sent).toMatchObject([{ to: { address: '127.0.0.1', port: 999 } }]);
    expect(host.sockets).toHaveLength(1);
  });
});

describe('a restricted guest', () => {
  beforeEach(() => {
    fixture = new NetworkFixture({ restrict: true });
    ({ host, network, guest } = fixture);
  });

  test('reaches nobody, and is told so', () => {
    const socket = guest.connect(INTERNET, 80);
    guest.sendUdp(INTERNET, 9, 'x');
    guest.sendUdp(NAME_SERVER, 53, 'x');
    guest.ping(GATEWAY);
    expect(socket.state).toBe('reset');
    expect(guest.icmp.map(({ type, code }) => [type, code])).toEqual([
      [3, 13],
      [3, 13],
      [0, 0],
    ]);
    expect([host.streams, host.sockets]).toEqual([[], []]);
  });

  test('is reached by what is forwarded', async () => {
    const rule = { hostAddress: '', hostPort: 1, guestAddress: FIRST_GUEST, guestPort: 22 };
    await network.forward({ protocol: 'tcp', ...rule });
    await network.forward({ protocol: 'udp', ...rule });
    guest.listening.add(22);
    expect(host.listeners[0]!.connect().paused).toBe(false);
    host.sockets[0]!.receive({ address: '127.0.0.1', port: 7 }, new Uint8Array(1));
    guest.sendUdp(GATEWAY, 7, 'answer', 22);
    expect(host.sockets[0]!.sent).toHaveLength(1);
  });
});

describe('reset and snapshots', () => {
  test('a reset drops connections and keeps what is forwarded; closing drops that too', async () => {
    const rule = { hostAddress: '', hostPort: 1, guestAddress: FIRST_GUEST, guestPort: 22 };
    await network.forward({ protocol: 'tcp', ...rule });
    const { stream } = fixture.connect();
    guest.sendUdp(INTERNET, 9, 'x');
    network.reset();
    expect([stream.destroyed, host.sockets[0]!.closed, host.listeners[0]!.closed]).toEqual([true, true, false]);
    network.close();
    expect(host.listeners[0]!.closed).toBe(true);
  });

  test('a network that is loaded knows its guest, and breaks its connections off', () => {
    const { socket } = fixture.connect();
    const saved = JSON.parse(JSON.stringify(network.save()));
    const other = new UserNetwork({ host });
    const moved = new Guest(other, () => fixture.now);
    other.load(new StateReader(saved, 'network'));
    expect([moved.frames, other.deadline]).toEqual([0, 0]);
    other.timeout();
    expect(other.deadline).toBe(Number.POSITIVE_INFINITY);
    expect(moved.segments).toMatchObject([{ flags: RST, from: INTERNET, sourcePort: 80, destinationPort: 33_000 }]);
    socket.connection.receive(moved.segments[0]!);
    expect(socket.state).toBe('reset');
    expect(saved.neighbours).toEqual([{ mac: GUEST_MAC, address: FIRST_GUEST }]);
  });
});
