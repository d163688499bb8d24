/** Guests of the user network with real sockets: each test has a server or a client of Node on the loopback. */

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FIRST_GUEST, GATEWAY, NAME_SERVER } from '../devices/network/subnet.ts';
import { Guest } from '../devices/network/testing/guest.ts';
import { UserNetwork } from '../devices/network/user-network.ts';
import { randomBytes } from '../test/random.ts';
import { nodeNetwork } from './network.ts';

let network: UserNetwork;
let guest: Guest;
let timer: NodeJS.Timeout;
const cleanup: (() => void)[] = [];

beforeEach(() => {
  network = new UserNetwork({ host: nodeNetwork });
  guest = new Guest(network, () => Math.floor(performance.now()));
  guest.announce();
  timer = setInterval(() => {
    if (network.deadline <= performance.now()) network.timeout();
    guest.timeout();
  }, 5);
});

afterEach(() => {
  clearInterval(timer);
  network.close();
  for (const each of cleanup.splice(0)) each();
});

/** Waits until something is so. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** A server that sends everything back, and its port. */
async function echoServer(): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
  cleanup.push(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function forward(protocol: 'tcp' | 'udp', guestPort: number, hostPort = 0): Promise<number> {
  return network.forward({ protocol, hostAddress: '127.0.0.1', hostPort, guestAddress: FIRST_GUEST, guestPort });
}

test('a guest talks to a server of the host, at the pace of both, and both halves end', async () => {
  const socket = guest.connect(GATEWAY, await echoServer());
  const sent = randomBytes(9, 3_000_000);
  for (let offset = 0; offset < sent.length; offset += 10_000) socket.write(sent.subarray(offset, offset + 10_000));
  await until(() => socket.bytes.length === sent.length);
  expect(Buffer.compare(Uint8Array.from(socket.bytes), sent)).toBe(0);
  socket.connection.end();
  await until(() => socket.state === 'ended');
  expect(guest.segments.some(({ flags }) => (flags & 4) !== 0)).toBe(false);
});

test('a client of the host talks to a guest by a forwarded port', async () => {
  guest.listening.add(80);
  const client = connect({ port: await forward('tcp', 80), host: '127.0.0.1' });
  cleanup.push(() => client.destroy());
  client.write('GET /');
  await until(() => guest.accepted[0]?.text === 'GET /');
  guest.accepted[0]!.write('200 OK');
  guest.accepted[0]!.connection.end();
  client.setEncoding('utf8');
  let answer = '';
  for await (const text of client) answer += text;
  expect(answer).toBe('200 OK');
});

test('a refused connection and one that breaks are told to the guest', async () => {
  const server = createServer((socket) => socket.resetAndDestroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const broken = guest.connect(GATEWAY, port);
  await until(() => broken.state === 'reset');
  server.close();
  await once(server, 'close');
  const refused = guest.connect(GATEWAY, port);
  await until(() => refused.state === 'reset');
});

test('a guest that breaks off or vanishes breaks the host’s connection', async () => {
  guest.listening.add(80);
  const port = await forward('tcp', 80);
  for (const act of [() => guest.accepted[0]!.connection.abort(), () => network.reset()]) {
    const accepted = guest.accepted.length;
    const client = connect({ port, host: '127.0.0.1' });
    await until(() => guest.accepted.length > accepted);
    act();
    const [error] = await once(client, 'error');
    expect(error.code).toBe('ECONNRESET');
  }
});

test('datagrams go out and come in', async () => {
  const server = createSocket('udp4');
  cleanup.push(() => server.close());
  server.on('message', (bytes, { port, address }) => server.send(`echo ${bytes}`, port, address));
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  guest.sendUdp(GATEWAY, server.address().port, 'hello', 4000);
  await until(() => guest.udp.length === 1);
  expect(guest.udp[0]).toMatchObject({ from: GATEWAY, destinationPort: 4000 });
  expect(new TextDecoder().decode(guest.udp[0]!.payload)).toBe('echo hello');
  const port = await forward('udp', 53);
  server.send('question', port, '127.0.0.1');
  await until(() => guest.udp.length === 2);
  expect(guest.udp[1]).toMatchObject({ from: GATEWAY, destinationPort: 53, sourcePort: server.address().port });
});

test('names are the host’s', async () => {
  const labels = [9, ...new TextEncoder().encode('localhost')];
  guest.sendUdp(NAME_SERVER, 53, Uint8Array.of(0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1));
  await until(() => guest.udp.length === 1);
  expect([...guest.udp[0]!.payload.subarray(-4)]).toEqual([10, 0, 2, 2]);
});

test('a port that is taken, and an address that the host has not, are refused with the system’s code', async () => {
  const port = await echoServer();
  await expect(forward('tcp', 80, port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const udp = await forward('udp', 80);
  await expect(forward('udp', 81, udp)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const elsewhere = { hostAddress: '192.0.2.1', hostPort: 0, guestAddress: FIRST_GUEST, guestPort: 80 };
  await expect(network.forward({ protocol: 'tcp', ...elsewhere })).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
});
