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
import { SEND_BUFFER } from './tcp-connection.ts';
import { MOST_CONNECTIONS } from './tcp-nat.ts';
import { RECEIVE_BUFFER } from './tcp-receiver.ts';
import { ACK, FIN, RST, SYN, type TcpSegment } from './tcp-segment.ts';
import { GUEST_MAC, Guest } from './testing/guest.ts';
import { MockHost, type MockListener, type MockStream } from './testing/mock-host.ts';
import { encodeUdp } from './udp.ts';
import { MOST_SOCKETS } from './udp-nat.ts';
import { UserNetwork } from './user-network.ts';

const INTERNET = 0x0102_0304;

let now = 0;
let host: MockHost;
let network: UserNetwork;
let guest: Guest;

beforeEach(() => {
  now = 1000;
  host = new MockHost();
  network = new UserNetwork({ host });
  guest = new Guest(network, () => now);
  guest.announce();
});

/** Lets time pass for the network and the guest. */
function pass(milliseconds: number): void {
  const end = now + milliseconds;
  for (;;) {
    const next = Math.min(network.deadline, guest.deadline);
    if (next > end) break;
    now = next;
    network.timeout();
    guest.timeout();
  }
  now = end;
}

/** Lets promises be kept. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

function connect(port = 80): { socket: ReturnType<Guest['connect']>; stream: MockStream } {
  const socket = guest.connect(INTERNET, port);
  const stream = host.streams.at(-1)!;
  stream.events.connected();
  return { socket, stream };
}

function segment(fields: Partial<TcpSegment>): TcpSegment {
  const rest = { sequence: 1, acknowledgement: 0, flags: SYN, window: 1000, payload: new Uint8Array(0) };
  return { sourcePort: 5, destinationPort: 80, ...rest, ...fields };
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
    pass(100_000);
    expect(host.sockets.filter(({ closed }) => !closed).length).toBeLessThanOrEqual(MOST_SOCKETS);
    const { socket } = connect();
    expect(socket.state).toBe('open');
  });

  test('a flood of SYNs leaves the newest connections', () => {
    for (let count = 0; count < 3000; count++) {
      now++;
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

describe('TCP from the guest', () => {
  test('is answered when the host has connected', () => {
    const socket = guest.connect(INTERNET, 80);
    expect([socket.state, host.streams[0]!.to]).toEqual(['opening', { address: '1.2.3.4', port: 80 }]);
    host.streams[0]!.events.connected();
    expect(socket.state).toBe('open');
  });

  test('reaches the host itself by the gateway', () => {
    guest.connect(GATEWAY, 8080);
    expect(host.streams[0]!.to).toEqual({ address: '127.0.0.1', port: 8080 });
  });

  test('carries data both ways and closes', () => {
    const { socket, stream } = connect();
    socket.write('GET /');
    expect(stream.text).toBe('GET /');
    stream.take();
    stream.send('200 OK');
    expect(socket.text).toBe('200 OK');
    stream.events.ended();
    expect(socket.state).toBe('ended');
    socket.connection.end();
    expect([stream.ended, stream.destroyed]).toEqual([true, false]);
    pass(5000);
    expect([socket.state, guest.segments.some(({ flags }) => (flags & RST) !== 0)]).toEqual(['done', false]);
  });

  test('is refused as the host is, and unreachable where the host gets no packet through', () => {
    const socket = guest.connect(INTERNET, 81);
    host.streams[0]!.events.failed('ECONNREFUSED');
    expect(socket.state).toBe('reset');
    guest.connect(INTERNET, 82);
    host.streams[1]!.events.failed('ENETUNREACH');
    expect(guest.icmp).toMatchObject([{ from: GATEWAY, type: 3, code: 1 }]);
    expect(guest.icmp[0]!.rest.subarray(4 + 20, 4 + 24)).toEqual(Uint8Array.of(33_001 >> 8, 33_001 & 0xff, 0, 82));
  });

  test('is broken off when the host’s connection breaks, and the other way round', () => {
    const one = connect();
    one.stream.events.failed('ECONNRESET');
    expect(one.socket.state).toBe('reset');
    const other = connect();
    other.socket.connection.abort();
    expect(other.stream.destroyed).toBe(true);
  });

  test('the guest stops sending when the host does not take it', () => {
    const { socket, stream } = connect();
    for (let count = 0; count < 1000; count++) socket.write(new Uint8Array(1000));
    pass(10_000);
    expect(stream.received.length).toBeLessThanOrEqual(RECEIVE_BUFFER);
    while (stream.received.length < 1_000_000) {
      stream.take();
      pass(100);
    }
    expect(stream.received.length).toBe(1_000_000);
  });

  test('the host is paused when the guest does not read', () => {
    const { socket, stream } = connect();
    socket.reading = false;
    let sent = 0;
    while (!stream.paused) {
      stream.events.data(new Uint8Array(10_000));
      sent += 10_000;
    }
    expect(sent).toBeLessThanOrEqual(SEND_BUFFER + RECEIVE_BUFFER + 10_000);
    for (let second = 0; second < 100 && stream.paused; second++) {
      socket.read();
      pass(1000);
    }
    expect(stream.paused).toBe(false);
    pass(1000);
  });

  test('goes in few large frames to a guest that takes them, without checksums either way', () => {
    guest.takesUnfinished = true;
    const { socket, stream } = connect();
    const before = guest.frames;
    const bytes = randomBytes(3, 60_000);
    stream.events.data(bytes);
    expect(Uint8Array.from(socket.bytes)).toEqual(bytes);
    expect(guest.frames - before).toBeLessThan(5);
    socket.write(bytes);
    expect(Uint8Array.from(stream.received)).toEqual(bytes);
    // What is not said to be unfinished has to have its checksum.
    guest.sendTcp(INTERNET, segment({ destinationPort: 81 }), false);
    expect(host.streams).toHaveLength(1);
  });

  test('goes on when the guest had no room for frames', () => {
    const { socket, stream } = connect();
    guest.full = true;
    stream.events.data(new Uint8Array(50_000));
    guest.full = false;
    network.resume();
    expect(socket.bytes.length).toBe(50_000);
  });

  test('segments of no connection are answered by a reset, resets by nothing', () => {
    guest.sendTcp(INTERNET, segment({ flags: ACK, sequence: 5, acknowledgement: 99 }));
    guest.sendTcp(INTERNET, segment({ flags: FIN, sequence: 5 }));
    guest.sendTcp(INTERNET, segment({ flags: RST }));
    expect(guest.segments.map(({ flags, sequence, acknowledgement }) => [flags, sequence, acknowledgement])).toEqual([
      [RST, 99, 0],
      [RST | ACK, 0, 6],
    ]);
  });

  test('a new connection may follow one that waits for its end', () => {
    const socket = guest.connect(INTERNET, 80);
    const first = host.streams[0]!;
    first.events.connected();
    first.events.ended();
    socket.connection.end();
    const sequence = (socket.connection.next + 1000) >>> 0;
    guest.sendTcp(INTERNET, segment({ sourcePort: 33_000, sequence }));
    expect(host.streams).toHaveLength(2);
  });
});

describe('TCP into the guest', () => {
  let listener: MockListener;

  beforeEach(async () => {
    const rule = { hostAddress: '127.0.0.1', hostPort: 2222, guestAddress: FIRST_GUEST, guestPort: 22 };
    expect(await network.forward({ protocol: 'tcp', ...rule })).toBe(2222);
    listener = host.listeners[0]!;
    guest.listening.add(22);
  });

  test('comes from the gateway, and nothing is read from the host before the guest has answered', () => {
    guest.full = true;
    const stream = listener.connect();
    expect(stream.paused).toBe(true);
    guest.full = false;
    network.resume();
    expect(stream.paused).toBe(false);
    expect(guest.segments[0]).toMatchObject({ from: GATEWAY, sourcePort: 40_000, destinationPort: 22 });
    stream.send('hello');
    guest.accepted[0]!.write('welcome');
    expect([guest.accepted[0]!.text, stream.text]).toEqual(['hello', 'welcome']);
  });

  test('connections from the same port are told apart', () => {
    const streams = [1, 2, 3].map(() => listener.connect());
    streams.forEach((stream, index) => {
      stream.send(`${index}`);
    });
    expect(guest.accepted.map(({ text }) => text)).toEqual(['0', '1', '2']);
  });

  test('other hosts have their own addresses', () => {
    listener.connect({ address: '9.8.7.6', port: 5 });
    expect(guest.segments[0]).toMatchObject({ from: 0x0908_0706, sourcePort: 5 });
  });

  test('is broken off when the guest refuses or is not there', () => {
    guest.listening.clear();
    expect(listener.connect().destroyed).toBe(true);
    const lonely = new UserNetwork({ host });
    lonely.attach({ receive: () => true, now: () => now, takesUnfinished: false });
    return lonely
      .forward({ protocol: 'tcp', hostAddress: '', hostPort: 1, guestAddress: FIRST_GUEST, guestPort: 1 })
      .then(() => {
        const stream = host.listeners[1]!.connect();
        for (let second = 0; second < 200; second++) {
          now += 1000;
          if (lonely.deadline <= now) lonely.timeout();
        }
        expect(stream.destroyed).toBe(true);
      });
  });

  test('a guest whose MAC address is not known is asked for it first', async () => {
    const fresh = new UserNetwork({ host });
    const other = new Guest(fresh, () => now);
    other.listening.add(22);
    await fresh.forward({ protocol: 'tcp', hostAddress: '', hostPort: 1, guestAddress: FIRST_GUEST, guestPort: 22 });
    const stream = host.listeners[1]!.connect();
    expect([other.arp.length, stream.paused]).toEqual([1, false]);
  });
});

describe('a restricted guest', () => {
  beforeEach(() => {
    network = new UserNetwork({ host, restrict: true });
    guest = new Guest(network, () => now);
    guest.announce();
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
    const { stream } = connect();
    guest.sendUdp(INTERNET, 9, 'x');
    network.reset();
    expect([stream.destroyed, host.sockets[0]!.closed, host.listeners[0]!.closed]).toEqual([true, true, false]);
    network.close();
    expect(host.listeners[0]!.closed).toBe(true);
  });

  test('a network that is loaded knows its guest, and breaks its connections off', () => {
    const { socket } = connect();
    const saved = JSON.parse(JSON.stringify(network.save()));
    const other = new UserNetwork({ host });
    const moved = new Guest(other, () => now);
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
