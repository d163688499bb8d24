import { beforeEach, expect, test } from 'vitest';
import type { NetworkBackend, NetworkCard } from '../network-backend.ts';
import { BROADCAST_MAC } from './address.ts';
import { encodeEthernet } from './ethernet.ts';
import { NetworkSwitch } from './switch.ts';

/** A card that keeps what it hears, named by the first byte of the payload. */
class Station implements NetworkCard {
  readonly heard: number[] = [];
  readonly port: NetworkBackend;
  readonly mac: number;
  readonly takesUnfinished = false;
  room = Number.POSITIVE_INFINITY;

  constructor(network: NetworkSwitch, mac: number) {
    this.port = network.port();
    this.mac = mac;
    this.port.attach(this);
  }

  receive(frame: Uint8Array): boolean {
    if (this.room === 0) return false;
    this.room--;
    this.heard.push(frame[14]!);
    return true;
  }

  now(): number {
    return 0;
  }

  send(destination: number, name: number, source = this.mac, length = 46): void {
    const payload = new Uint8Array(length).fill(name);
    this.port.send(encodeEthernet({ destination, source, type: 0x0800, payload }), false);
  }
}

let network: NetworkSwitch;
let stations: [Station, Station, Station];

beforeEach(() => {
  network = new NetworkSwitch();
  stations = [
    new Station(network, 0x0200_0000_0001),
    new Station(network, 0x0200_0000_0002),
    new Station(network, 0x0200_0000_0003),
  ];
});

function heard(): number[][] {
  return stations.map((station) => station.heard);
}

test('what is no frame goes nowhere', () => {
  stations[0].port.send(new Uint8Array(13), false);
  stations[0].send(BROADCAST_MAC, 1, BROADCAST_MAC);
  stations[0].send(BROADCAST_MAC, 2, stations[0].mac, 1501);
  expect(heard()).toEqual([[], [], []]);
});

test('a frame for all or for somebody unknown goes to all others', () => {
  stations[0].send(BROADCAST_MAC, 1);
  stations[0].send(stations[1].mac, 2);
  expect(heard()).toEqual([[], [1, 2], [1, 2]]);
});

test('a frame for somebody known goes there only, also after a move', () => {
  stations[1].send(BROADCAST_MAC, 1);
  stations[0].send(stations[1].mac, 2);
  expect(heard()).toEqual([[1], [2], [1]]);
  stations[2].send(BROADCAST_MAC, 3, stations[1].mac);
  stations[0].send(stations[1].mac, 4);
  expect(heard()).toEqual([
    [1, 3],
    [2, 3],
    [1, 4],
  ]);
});

test('made-up addresses do not grow without bound', () => {
  stations[1].send(BROADCAST_MAC, 1);
  for (let address = 0; address < 1000; address++) stations[2].send(stations[2].mac, 0, 0x0400_0000_0000 + address);
  stations[0].send(stations[1].mac, 2);
  expect([stations[1].heard.at(-1), stations[2].heard.at(-1)]).toEqual([2, 2]);
});

test('frames wait for a card without room, up to a number', () => {
  stations[1].room = 1;
  for (let name = 0; name < 1000; name++) stations[0].send(stations[1].mac, name & 0xff);
  expect(stations[1].heard).toEqual([0]);
  stations[1].room = 2;
  stations[1].port.resume();
  expect(stations[1].heard).toEqual([0, 1, 2]);
  stations[1].room = Number.POSITIVE_INFINITY;
  stations[1].port.resume();
  expect(stations[1].heard).toHaveLength(257);
  stations[1].room = 0;
  stations[0].send(stations[1].mac, 9);
  stations[1].port.reset();
  stations[1].room = 9;
  stations[1].port.resume();
  expect(stations[1].heard).toHaveLength(257);
});
