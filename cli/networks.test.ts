import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { openNetworks, parseNet, parseUplink } from './networks.ts';

test.each([
  ['', 'write user or none'],
  ['tap', 'write user or none'],
  ['none,restrict', 'write user or none'],
  ['user,', 'there is no option ;'],
  ['user,id=n0', 'there is no option id=n0;'],
  ['user,restrict=maybe', 'there is no option restrict=maybe'],
  ['user,hostfwd', 'hostfwd=on: a rule is tcp or udp, then :[HOSTADDRESS]:HOSTPORT-[GUESTADDRESS]:GUESTPORT'],
  ['user,hostfwd=tcp:8080:80', 'hostfwd=tcp:8080:80: a rule is'],
  ['user,hostfwd=sctp::1-:2', 'a rule is'],
  ['user,hostfwd=tcp::x-:80', 'a rule is'],
  ['user,hostfwd=tcp::8080-:0', "the guest's port is 0; ports are 1 to 65535"],
  ['user,hostfwd=tcp::65536-:80', "the host's port is 65536"],
  ['user,hostfwd=tcp:localhost:8080-:80', 'localhost is no IPv4 address of the host'],
  ['user,hostfwd=tcp::8080-10.0.2.2:80', 'no guest has the address 10.0.2.2; the first one is 10.0.2.15'],
  ['user,hostfwd=tcp::8080-192.168.1.1:80', 'no guest has the address 192.168.1.1'],
  ['user,mac=1:2', 'mac=1:2 is no address of a card'],
  ['user,mac=01:00:5e:00:00:01', 'mac=01:00:5e:00:00:01 is no address of a card'],
])('--net %s is refused: %s', (text, message) => {
  expect(() => parseNet(text)).toThrow(`--net ${text}: `);
  expect(() => parseNet(text)).toThrow(message);
});

test('what can be asked for', () => {
  expect(parseNet('none')).toBeUndefined();
  expect(parseNet('user')).toEqual({ place: '--net user', forwards: [], restrict: false });
  expect(parseNet('user,restrict,mac=52:54:00:00:00:01')).toMatchObject({ restrict: true, mac: 0x5254_0000_0001 });
  expect(parseNet('user,restrict=off,hostfwd=tcp::2222-:22,hostfwd=udp:0.0.0.0:53-10.0.2.16:5353')!.forwards).toEqual([
    { protocol: 'tcp', hostAddress: '127.0.0.1', hostPort: 2222, guestAddress: 0x0a00_020f, guestPort: 22 },
    { protocol: 'udp', hostAddress: '0.0.0.0', hostPort: 53, guestAddress: 0x0a00_0210, guestPort: 5353 },
  ]);
});

test('what guests share has no address of a card', () => {
  expect(() => parseUplink('user,mac=52:54:00:00:00:01', 'guests.toml: networks.lan.uplink')).toThrow(
    "guests.toml: networks.lan.uplink: guests' cards have addresses of their own; leave out mac",
  );
  expect(parseUplink('user,restrict')).toEqual(parseNet('user,restrict'));
});

test('ports are open until the networks are closed', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const text = `user,hostfwd=tcp::${port}-:80`;
  await expect(openNetworks([parseNet(text)])).rejects.toThrow(
    `tcp port ${port} of 127.0.0.1 is taken already; choose another one`,
  );
  server.close();
  await once(server, 'close');
  const { networks, close } = await openNetworks([parseNet('none'), parseNet(text)]);
  expect(networks).toHaveLength(1);
  const client = connect(port, '127.0.0.1');
  await once(client, 'connect');
  close();
  await once(client, 'error');
  const [error] = await once(connect(port, '127.0.0.1'), 'error');
  expect(error.code).toBe('ECONNREFUSED');
});

test('an address that the host has not is named', async () => {
  const opening = openNetworks([parseNet('user,hostfwd=tcp:192.0.2.1:8080-:80')]);
  await expect(opening).rejects.toThrow('the host has no address 192.0.2.1');
});
