import { describe, expect, test } from 'vitest';
import { StateReader } from '../state.ts';
import { Rng, type RngOptions } from './rng.ts';
import { Driver, F_INDIRECT_DESC, F_VERSION_1 } from './testing/driver.ts';
import { driverQueue } from './testing/driver-queue.ts';
import { MemoryTarget } from './testing/memory-target.ts';

function setUp(options?: RngOptions) {
  const target = new MemoryTarget(new Rng(options));
  const driver = new Driver(target);
  driver.negotiate([F_VERSION_1, F_INDIRECT_DESC]);
  const queue = driverQueue(driver, 'split', 0, 16);
  driver.ready();
  /** Random bytes as the driver gets them. */
  const draw = (length: number): number[] => {
    const part = driver.writable(length);
    queue.add([part]);
    driver.notify(0);
    expect(queue.used()).toEqual([{ id: expect.any(Number), length }]);
    return driver.contents(part);
  };
  return { target, driver, queue, draw };
}

describe('with a seed', () => {
  test('the bytes are the same each time, others for another seed, and spread evenly', () => {
    const { draw } = setUp({ seed: 1 });
    const bytes = draw(4096);
    expect(setUp({ seed: 1 }).draw(4096)).toEqual(bytes);
    expect(setUp({ seed: 2 }).draw(4096)).not.toEqual(bytes);
    expect(draw(4096)).not.toEqual(bytes);
    const counts = new Array<number>(256).fill(0);
    for (const byte of bytes) counts[byte]!++;
    // Chi-squared of 255 degrees of freedom: above 350 comes once in 30,000 times.
    expect(counts.reduce((sum, count) => sum + (count - 16) ** 2 / 16, 0)).toBeLessThan(350);
  });

  test('a snapshot goes on with the bytes that would have come', () => {
    const { target, draw } = setUp({ seed: 3 });
    draw(100);
    const other = new Rng({ seed: 4 });
    const saved = JSON.parse(JSON.stringify(target.mmio.save())).device.model;
    other.load(new StateReader(saved, 'rng'));
    expect(other.save()).toEqual(saved);
  });
});

test("without a seed the bytes are the host's", () => {
  const { draw } = setUp();
  expect(draw(64)).not.toEqual(draw(64));
});

test('a hostile driver gets a bounded number of bytes at once, and nothing written where the device only reads', () => {
  const { driver, queue, target } = setUp({ seed: 1 });
  const huge = { address: target.base + 0x1_0000, length: 0xf_0000, writable: true };
  queue.addIndirect(Array.from({ length: 16 }, () => huge));
  const readable = driver.readable([1, 2, 3]);
  queue.add([readable]);
  driver.notify(0);
  expect(queue.used().map(({ length }) => length)).toEqual([2 ** 16, 0]);
  expect(driver.contents(readable)).toEqual([1, 2, 3]);
});
