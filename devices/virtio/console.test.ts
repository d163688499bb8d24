import { beforeEach, describe, expect, test } from 'vitest';
import { StateReader } from '../state.ts';
import { RECEIVE_QUEUE, TRANSMIT_QUEUE, VirtioConsole } from './console.ts';
import { Driver, F_VERSION_1 } from './testing/driver.ts';
import { type DriverQueue, driverQueue } from './testing/driver-queue.ts';
import { MemoryTarget } from './testing/memory-target.ts';

let printed: string;
let console_: VirtioConsole;
let target: MemoryTarget;
let driver: Driver;

const text = (bytes: Iterable<number>) => new TextDecoder().decode(Uint8Array.from(bytes));
const bytes = (value: string) => [...new TextEncoder().encode(value)];

beforeEach(() => {
  printed = '';
  console_ = new VirtioConsole({
    transmit: (output) => {
      printed += text(output);
    },
    columns: 132,
    rows: 43,
  });
  target = new MemoryTarget(console_);
  driver = new Driver(target);
});

function setUp(): { receive: DriverQueue; transmit: DriverQueue } {
  driver.negotiate([F_VERSION_1, 0]);
  const receive = driverQueue(driver, 'split', RECEIVE_QUEUE, 8);
  const transmit = driverQueue(driver, 'split', TRANSMIT_QUEUE, 8);
  driver.ready();
  return { receive, transmit };
}

test('prints what the guest sends', () => {
  const { transmit } = setUp();
  transmit.add([driver.readable(bytes('Hello ')), driver.readable(bytes('world'))]);
  transmit.add([driver.readable(bytes('!'))]);
  driver.notify(TRANSMIT_QUEUE);
  expect(printed).toBe('Hello world!');
  expect(transmit.used()).toEqual([
    { id: 0, length: 0 },
    { id: 2, length: 0 },
  ]);
});

describe('what is typed', () => {
  test('goes into the buffers that the driver has', () => {
    const { receive } = setUp();
    const parts = [driver.writable(4), driver.writable(4)];
    for (const part of parts) receive.add([part]);
    driver.notify(RECEIVE_QUEUE);
    expect(receive.used()).toEqual([]);
    console_.receive(bytes('typing'));
    expect(target.interrupt).toBe(true);
    expect(receive.used().map(({ length }) => length)).toEqual([4, 2]);
    expect(text(parts.flatMap((part) => driver.contents(part)))).toBe('typing\0\0');
  });

  test('waits for a driver, and for its buffers', () => {
    console_.receive(bytes('abc'));
    expect(console_.listening).toBe(false);
    const { receive } = setUp();
    expect(console_.listening).toBe(true);
    console_.receive(bytes('de'));
    const part = driver.writable(16);
    receive.add([part]);
    driver.notify(RECEIVE_QUEUE);
    expect(receive.used()).toEqual([{ id: 0, length: 5 }]);
    expect(text(driver.contents(part).slice(0, 5))).toBe('abcde');
  });

  test('waits over a snapshot', () => {
    console_.receive(bytes('ab'));
    const saved = JSON.parse(JSON.stringify(target.mmio.save()));
    target.mmio.reset();
    console_.receive(bytes('c'));
    target.mmio.load(new StateReader(saved, 'console'));
    expect(target.mmio.save()).toEqual(saved);
  });
});

test('tells the size of the terminal, and when it changes', () => {
  setUp();
  expect([driver.config(0, 2), driver.config(2, 2), driver.config(4, 4)]).toEqual([132, 43, 1]);
  const generation = driver.register('configGeneration');
  console_.resize(100, 50);
  expect([driver.config(0, 2), driver.config(2, 2)]).toEqual([100, 50]);
  expect(driver.register('configGeneration')).not.toBe(generation);
  expect([driver.register('interruptStatus'), target.interrupt]).toEqual([2, true]);
});

test('prints emergency writes without a driver that is ready', () => {
  for (const byte of bytes('panic')) target.write(0x108, 4, byte);
  target.write(0x100, 2, 1);
  expect(printed).toBe('panic');
  expect(driver.config(0, 2)).toBe(132);
});

test('a hostile driver prints a bounded number of bytes at once', () => {
  const { transmit } = setUp();
  const huge = { address: target.base + 0x1_0000, length: 0xf_0000, writable: false };
  transmit.add([huge, huge, huge, huge]);
  driver.notify(TRANSMIT_QUEUE);
  expect(printed).toHaveLength(2 ** 20);
});
