import { beforeEach, describe, expect, test } from 'vitest';
import { randomBytes } from '../../test/random.ts';
import { FIRST_GUEST, GATEWAY } from './subnet.ts';
import { SEND_BUFFER } from './tcp-connection.ts';
import { RECEIVE_BUFFER } from './tcp-receiver.ts';
import { ACK, FIN, RST } from './tcp-segment.ts';
import { Guest } from './testing/guest.ts';
import type { MockHost, MockListener } from './testing/mock-host.ts';
import { INTERNET, NetworkFixture, segment } from './testing/network-fixture.ts';
import { UserNetwork } from './user-network.ts';

let host: MockHost;
let network: UserNetwork;
let guest: Guest;
let fixture: NetworkFixture;

beforeEach(() => {
  fixture = new NetworkFixture();
  ({ host, network, guest } = fixture);
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
    const { socket, stream } = fixture.connect();
    socket.write('GET /');
    expect(stream.text).toBe('GET /');
    stream.take();
    stream.send('200 OK');
    expect(socket.text).toBe('200 OK');
    stream.events.ended();
    expect(socket.state).toBe('ended');
    socket.connection.end();
    expect([stream.ended, stream.destroyed]).toEqual([true, false]);
    fixture.pass(5000);
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
    const one = fixture.connect();
    one.stream.events.failed('ECONNRESET');
    expect(one.socket.state).toBe('reset');
    const other = fixture.connect();
    other.socket.connection.abort();
    expect(other.stream.destroyed).toBe(true);
  });

  test('the guest stops sending when the host does not take it', () => {
    const { socket, stream } = fixture.connect();
    for (let count = 0; count < 1000; count++) socket.write(new Uint8Array(1000));
    fixture.pass(10_000);
    expect(stream.received.length).toBeLessThanOrEqual(RECEIVE_BUFFER);
    while (stream.received.length < 1_000_000) {
      stream.take();
      fixture.pass(100);
    }
    expect(stream.received.length).toBe(1_000_000);
  });

  test('the host is paused when the guest does not read', () => {
    const { socket, stream } = fixture.connect();
    socket.reading = false;
    let sent = 0;
    while (!stream.paused) {
      stream.events.data(new Uint8Array(10_000));
      sent += 10_000;
    }
    expect(sent).toBeLessThanOrEqual(SEND_BUFFER + RECEIVE_BUFFER + 10_000);
    for (let second = 0; second < 100 && stream.paused; second++) {
      socket.read();
      fixture.pass(1000);
    }
    expect(stream.paused).toBe(false);
    fixture.pass(1000);
  });

  test('goes in few large frames to a guest that takes them, without checksums either way', () => {
    guest.takesUnfinished = true;
    const { socket, stream } = fixture.connect();
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
    const { socket, stream } = fixture.connect();
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
    lonely.attach({ receive: () => true, now: () => fixture.now, takesUnfinished: false });
    return lonely
      .forward({ protocol: 'tcp', hostAddress: '', hostPort: 1, guestAddress: FIRST_GUEST, guestPort: 1 })
      .then(() => {
        const stream = host.listeners[1]!.connect();
        for (let second = 0; second < 200; second++) {
          fixture.now += 1000;
          if (lonely.deadline <= fixture.now) lonely.timeout();
        }
        expect(stream.destroyed).toBe(true);
      });
  });

  test('a guest whose MAC address is not known is asked for it first', async () => {
    const fresh = new UserNetwork({ host });
    const other = new Guest(fresh, () => fixture.now);
    other.listening.add(22);
    await fresh.forward({ protocol: 'tcp', hostAddress: '', hostPort: 1, guestAddress: FIRST_GUEST, guestPort: 22 });
    const stream = host.listeners[1]!.connect();
    expect([other.arp.length, stream.paused]).toEqual([1, false]);
  });
});
