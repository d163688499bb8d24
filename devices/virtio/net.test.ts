import { beforeEach, describe, expect, test } from 'vitest';
import type { NetworkBackend, NetworkCard } from '../network-backend.ts';
import { StateReader } from '../state.ts';
import { Net } from './net.ts';
import { F_EVENT_IDX } from './testing/driver.ts';
import { MemoryTarget } from './testing/memory-target.ts';
import { F_MAC, F_MRG_RXBUF, F_STATUS, NetDriver } from './testing/net-driver.ts';

const FORMATS = ['split', 'packed'] as const;
const MAC = 0x5254_0012_3456;

/** What a card is plugged into: it keeps what it hears. */
class Backend implements NetworkBackend {
  card!: NetworkCard;
  readonly takesUnfinished: boolean;
  readonly frames: number[][] = [];
  readonly unfinished: boolean[] = [];
  resumed = 0;
  resets = 0;
  deadline = 7;
  loaded = 0;

  constructor(takesUnfinished = false) {
    this.takesUnfinished = takesUnfinished;
  }

  attach(card: NetworkCard): void {
    this.card = card;
  }

  send(frame: Uint8Array, unfinished: boolean): void {
    this.frames.push([...frame]);
    this.unfinished.push(unfinished);
  }

  resume(): void {
    this.resumed++;
  }

  timeout(): void {
    this.deadline = 8;
  }

  reset(): void {
    this.resets++;
  }

  save() {
    return { number: 5 };
  }

  load(state: StateReader): void {
    this.loaded = state.number('number', 9);
  }
}

let backend: Backend;
let net: Net;
let target: MemoryTarget;

beforeEach(() => {
  backend = new Backend();
  net = new Net(backend, { mac: MAC, now: () => 99 });
  target = new MemoryTarget(net);
});

function bytes(length: number): number[] {
  return Array.from({ length }, (_, index) => (index * 7 + 1) & 0xff);
}

/** The header before a frame that takes so many buffers. */
function header(buffers = 1): number[] {
  return [...new Array(10).fill(0), buffers, 0];
}

describe.each(FORMATS)('%s, hostile drivers', (format) => {
  test('frames that are too short or too long go nowhere, and their buffers come back', () => {
    const driver = new NetDriver(target, format, { queueSize: 16 });
    for (const length of [1, 11, 12, 12 + 1519, 40_000]) expect(driver.send(bytes(length))).toBe(true);
    expect(driver.send(bytes(6), bytes(6))).toBe(true);
    expect([backend.frames, target.warnings]).toEqual([[], []]);
  });

  test('a buffer to receive that is none, or smaller than a frame, stops the device', () => {
    for (const act of [
      (driver: NetDriver) => driver.offer(11),
      (driver: NetDriver) => driver.offer(100),
      (driver: NetDriver) => driver.receiveQueue.add([driver.readable(bytes(2000))]),
    ]) {
      target.warnings.length = 0;
      const driver = new NetDriver(target, format);
      act(driver);
      expect(net.receive(Uint8Array.from(bytes(200)))).toBe(false);
      expect([driver.broken, target.warnings.length]).toEqual([true, 1]);
      expect(net.receive(Uint8Array.from(bytes(20)))).toBe(false);
    }
    const driver = new NetDriver(target, format);
    driver.offer(2000);
    expect(net.receive(Uint8Array.from(bytes(20)))).toBe(true);
    expect(driver.received()).toHaveLength(1);
  });

  test('several buffers for one frame must each have room for the header, and be enough', () => {
    const driver = new NetDriver(target, format, { features: [F_MRG_RXBUF] });
    driver.offer(60, 11, 2000);
    expect(net.receive(Uint8Array.from(bytes(200)))).toBe(false);
    expect(driver.broken).toBe(true);
  });

  test('buffers to send with parts to write, and buffers of nothing to read', () => {
    const driver = new NetDriver(target, format);
    driver.transmitQueue.add([driver.writable(100)]);
    driver.transmitQueue.add([driver.readable([...new Array(12).fill(0), ...bytes(60)]), driver.writable(100)]);
    driver.notify(1);
    expect(backend.frames).toEqual([bytes(60)]);
  });
});

describe.each(FORMATS)('%s', (format) => {
  test('is a network device with its address and its link up', () => {
    const driver = new NetDriver(target, format);
    expect(driver.register('deviceId')).toBe(1);
    expect([F_MAC, F_STATUS, F_MRG_RXBUF].map((bit) => driver.offers(bit))).toEqual([true, true, true]);
    const mac = [0, 1, 2, 3, 4, 5].map((offset) => driver.config(offset, 1));
    expect([mac, driver.config(6, 2)]).toEqual([[0x52, 0x54, 0, 0x12, 0x34, 0x56], 1]);
  });

  test('sends frames, however they are cut', () => {
    const driver = new NetDriver(target, format);
    expect(driver.sendFrame(bytes(60))).toBe(true);
    expect(driver.send(new Array(5).fill(0), [...new Array(7).fill(0), ...bytes(10)], bytes(1500).slice(10))).toBe(
      true,
    );
    expect(backend.frames).toEqual([bytes(60), bytes(1500)]);
    expect(target.interrupt).toBe(true);
  });

  test('receives frames, into one buffer each', () => {
    const driver = new NetDriver(target, format);
    driver.offer(2000, 2000);
    expect([net.receive(Uint8Array.from(bytes(60))), net.receive(Uint8Array.from(bytes(1514)))]).toEqual([true, true]);
    expect(driver.received()).toEqual([
      [...header(), ...bytes(60)],
      [...header(), ...bytes(1514)],
    ]);
    expect(target.interrupt).toBe(true);
  });

  test('receives frames into several buffers, and leaves them where they are too few', () => {
    const driver = new NetDriver(target, format, { features: [F_MRG_RXBUF, F_EVENT_IDX], queueSize: 4 });
    for (let round = 0; round < 5; round++) {
      driver.offer(100, 100);
      expect(net.receive(Uint8Array.from(bytes(200)))).toBe(false);
      expect(driver.received()).toEqual([]);
      driver.offer(100);
      expect(net.receive(Uint8Array.from(bytes(200)))).toBe(true);
      const received = driver.received();
      expect(received.map(({ length }) => length)).toEqual([100, 100, 12]);
      expect(received.flat()).toEqual([...header(3), ...bytes(200)]);
    }
  });

  test('without room a frame is refused, and the back end hears of new buffers', () => {
    const driver = new NetDriver(target, format);
    expect(net.receive(Uint8Array.from(bytes(60)))).toBe(false);
    const before = backend.resumed;
    driver.offer(2000);
    expect(backend.resumed).toBe(before + 1);
    expect(net.receive(Uint8Array.from(bytes(60)))).toBe(true);
  });
});

test('without a driver what comes is dropped, and nothing is expected', () => {
  expect([net.receive(Uint8Array.from(bytes(60))), net.listening]).toEqual([true, false]);
  new NetDriver(target, 'split');
  expect(net.listening).toBe(true);
});

test('a reset by the driver resets the back end', () => {
  const driver = new NetDriver(target, 'split');
  const before = backend.resets;
  driver.setRegister('status', 0);
  expect([backend.resets, net.listening]).toEqual([before + 1, false]);
});

test('passes the time, the deadline and the state of the back end on', () => {
  expect([backend.card.now(), net.deadline]).toEqual([99, 7]);
  net.timeout();
  expect(net.deadline).toBe(8);
  net.load(new StateReader(net.save(), 'net'));
  expect(backend.loaded).toBe(5);
});

describe('checksums and cutting left to the other end', () => {
  const [CSUM, GUEST_CSUM, GUEST_TSO4, HOST_TSO4] = [0, 1, 7, 11] as const;
  const ALL = [CSUM, GUEST_CSUM, GUEST_TSO4, HOST_TSO4];
  const NEEDS_CSUM = [1, ...new Array(11).fill(0)];

  beforeEach(() => {
    backend = new Backend(true);
    net = new Net(backend, { mac: MAC, now: () => 99 });
    target = new MemoryTarget(net);
  });

  test('are offered only where the back end takes such frames', () => {
    const driver = new NetDriver(target, 'split');
    expect(ALL.map((bit) => driver.offers(bit))).toEqual([true, true, true, true]);
    const other = new NetDriver(new MemoryTarget(new Net(new Backend(), { mac: MAC, now: () => 0 })), 'split');
    expect(ALL.map((bit) => other.offers(bit))).toEqual([false, false, false, false]);
  });

  test('long frames pass unfinished, and only so', () => {
    const driver = new NetDriver(target, 'split', { features: ALL });
    const long = bytes(60_000);
    expect([driver.send([...NEEDS_CSUM, ...long]), driver.sendFrame(long), driver.sendFrame(bytes(60))]).toEqual([
      true,
      true,
      true,
    ]);
    expect(driver.send([...NEEDS_CSUM, ...bytes(65_550)])).toBe(true);
    expect(backend.frames).toEqual([long, bytes(60)]);
    expect(backend.unfinished).toEqual([true, false]);
  });

  test('a driver that has not agreed cannot ask for them', () => {
    const driver = new NetDriver(target, 'split');
    driver.send([...NEEDS_CSUM, ...bytes(60)]);
    driver.send([...NEEDS_CSUM, ...bytes(2000)]);
    expect([backend.frames, backend.unfinished, net.takesUnfinished]).toEqual([[bytes(60)], [false], false]);
  });

  test('what is received says what is to be done', () => {
    const driver = new NetDriver(target, 'split', { features: ALL });
    expect(net.takesUnfinished).toBe(true);
    // A TCP header of 20 bytes, of which only the length counts.
    const frame = bytes(14 + 20 + 20 + 3000);
    frame[14 + 20 + 12] = 0x50;
    driver.offer(4000, 4000, 4000);
    for (const size of [undefined, 3000, 1460]) net.receive(Uint8Array.from(frame), size);
    expect(driver.received().map((each) => each.slice(0, 12))).toEqual([
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0],
      [1, 0, 0, 0, 0, 0, 34, 0, 16, 0, 1, 0],
      [1, 1, 54, 0, 1460 & 0xff, 1460 >> 8, 34, 0, 16, 0, 1, 0],
    ]);
  });
});
