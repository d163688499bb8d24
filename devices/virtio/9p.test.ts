import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NodeFolder } from '../../host/folder.ts';
import { NinepClient } from '../9p/testing/client.ts';
import { Ninep } from './9p.ts';
import { Driver, F_RING_PACKED, F_VERSION_1 } from './testing/driver.ts';
import { type DriverQueue, driverQueue, type Format } from './testing/driver-queue.ts';
import { MemoryTarget } from './testing/memory-target.ts';

const REPLY_ROOM = 1000;

let shared: string;
let target: MemoryTarget;
let driver: Driver;
let queue: DriverQueue;

beforeEach(() => {
  shared = fs.mkdtempSync(join(tmpdir(), 'typevisor-9p-'));
  fs.writeFileSync(join(shared, 'hello'), 'Hello, guest');
});

afterEach(() => {
  driver.setRegister('status', 0);
  fs.rmSync(shared, { recursive: true });
});

describe.each(['split', 'packed'] as const)('%s', (format: Format) => {
  beforeEach(() => {
    target = new MemoryTarget(new Ninep(new NodeFolder(shared), 'share'));
    driver = new Driver(target);
    driver.negotiate([0, F_VERSION_1, ...(format === 'packed' ? [F_RING_PACKED] : [])]);
    queue = driverQueue(driver, format, 0, 16);
    driver.ready();
  });

  /** What the device has written for a request that is cut in two; undefined if the buffer did not come back. */
  function exchange(request: Uint8Array, room = REPLY_ROOM): Uint8Array | undefined {
    const reply = [driver.writable(5), driver.writable(room - 5)];
    queue.add([driver.readable(request.subarray(0, 3)), driver.readable(request.subarray(3)), ...reply]);
    driver.notify(0);
    const [used] = queue.used();
    const bytes = reply.flatMap((part) => driver.contents(part));
    return used && Uint8Array.from(bytes.slice(0, used.length));
  }

  test('buffers without a request or without room come back empty', () => {
    expect(exchange(Uint8Array.of(1, 2, 3, 4, 5, 6))).toHaveLength(0);
    queue.add([driver.writable(100)]);
    queue.add([driver.readable([19, 0, 0, 0, 100, 0xff, 0xff, 0, 32, 0, 0, 0, 0])]);
    driver.notify(0);
    expect(queue.used().map(({ length }) => length)).toEqual([0, 0]);
    expect([driver.broken, target.warnings]).toEqual([false, []]);
  });

  test('a guest lists and reads the folder', () => {
    expect(driver.register('deviceId')).toBe(9);
    expect(driver.config(0, 2)).toBe(5);
    expect([0, 1, 2, 3, 4].map((index) => String.fromCharCode(driver.config(2 + index, 1))).join('')).toBe('share');
    const client = new NinepClient((request) => exchange(request)).start();
    expect(client.open(1, 0)).toBe(0);
    expect(client.list(1).sort()).toEqual(['.', '..', 'hello']);
    expect(client.open(2, 0, 'hello')).toBe(0);
    expect(client.read(2)).toBe('Hello, guest');
    expect(target.interrupt).toBe(true);
  });

  test('a reset forgets the session', () => {
    const client = new NinepClient((request) => exchange(request)).start();
    driver.setRegister('status', 0);
    driver.negotiate([F_VERSION_1, ...(format === 'packed' ? [F_RING_PACKED] : [])]);
    queue = driverQueue(driver, format, 0, 16);
    driver.ready();
    expect(client.walk(0, 1)).toBe(71);
  });
});
