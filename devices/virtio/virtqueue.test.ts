/** Virtqueues of both formats, through a device that answers each buffer with what it has read, in reverse. */

import { describe, expect, test } from 'vitest';
import { StateReader } from '../state.ts';
import type { DriverLink, VirtioModel } from './model.ts';
import { Driver, F_EVENT_IDX, F_INDIRECT_DESC, F_RING_PACKED, F_VERSION_1 } from './testing/driver.ts';
import { driverQueue, type Format } from './testing/driver-queue.ts';
import { MemoryTarget } from './testing/memory-target.ts';
import type { Virtqueue } from './virtqueue.ts';

class Mirror implements VirtioModel {
  readonly name = 'mirror';
  readonly deviceId = 42;
  readonly features = [];
  readonly queueSizes = [16];
  readonly config = new Uint8Array(0);

  connect(_link: DriverLink): void {}

  notify(queue: Virtqueue): void {
    for (let chain = queue.pop(); chain !== undefined; chain = queue.pop()) {
      const bytes = chain.readable.read(chain.readable.length)!;
      queue.push(chain, chain.writable.write(bytes.reverse()));
    }
    queue.signal();
  }

  reset(): void {}
}

function setUp(format: Format, features: number[] = []) {
  const target = new MemoryTarget(new Mirror());
  const driver = new Driver(target);
  expect(driver.negotiate([F_VERSION_1, ...features, ...(format === 'packed' ? [F_RING_PACKED] : [])])).toBe(true);
  const queue = driverQueue(driver, format, 0, 8);
  driver.ready();
  return { target, driver, queue };
}

describe.each(['split', 'packed'] as const)('%s', (format) => {
  test('buffers come back with what the device has written', () => {
    const { target, driver, queue } = setUp(format);
    for (let round = 0; round < 20; round++) {
      const [question, answer] = [driver.readable([1, 2, round]), driver.writable(8)];
      const id = queue.add([question, answer]);
      driver.notify(0);
      expect(queue.used()).toEqual([{ id, length: 3 }]);
      expect(driver.contents(answer)).toEqual([round, 2, 1, 0, 0, 0, 0, 0]);
      expect(driver.register('interruptStatus')).toBe(1);
      expect(target.interrupt).toBe(true);
      driver.setRegister('interruptAck', 1);
      expect(target.interrupt).toBe(false);
    }
    expect(target.warnings).toEqual([]);
  });

  test('a device that is saved, reset and loaded goes on where it was', () => {
    const { target, driver, queue } = setUp(format, [F_EVENT_IDX]);
    for (let round = 0; round < 13; round++) {
      const answer = driver.writable(1);
      const id = queue.add([driver.readable([round]), answer]);
      if (round % 3 === 0) {
        const saved = JSON.stringify(target.mmio.save());
        target.mmio.reset();
        target.mmio.load(new StateReader(JSON.parse(saved), 'mirror'));
        expect(JSON.stringify(target.mmio.save())).toBe(saved);
      }
      driver.notify(0);
      expect([queue.used(), driver.contents(answer)]).toEqual([[{ id, length: 1 }], [round]]);
    }
    expect(target.warnings).toEqual([]);
  });

  test('scattered and indirect buffers', () => {
    const { driver, queue } = setUp(format, [F_INDIRECT_DESC]);
    const parts = () => [
      ...[driver.readable([1]), driver.readable([2, 3]), driver.readable([])],
      ...[driver.writable(2), driver.writable(0), driver.writable(4)],
    ];
    const [direct, table] = [parts(), parts()];
    const ids = [queue.add(direct), queue.addIndirect(table)];
    driver.notify(0);
    expect(queue.used()).toEqual(ids.map((id) => ({ id, length: 3 })));
    for (const written of [direct, table]) {
      expect(written.slice(3).flatMap((part) => driver.contents(part))).toEqual([3, 2, 1, 0, 0, 0]);
    }
  });

  test('no interrupt when the driver does not want one', () => {
    const { driver, queue } = setUp(format);
    queue.suppressInterrupts(true);
    queue.add([driver.readable([1])]);
    driver.notify(0);
    expect(queue.used()).toHaveLength(1);
    expect(driver.register('interruptStatus')).toBe(0);
  });

  test('an interrupt at the buffer that the driver names, and a notification asked for when the queue is empty', () => {
    const { driver, queue } = setUp(format, [F_EVENT_IDX]);
    for (let round = 0; round < 10; round++) {
      queue.interruptAfter(2);
      const interrupts = [0, 1, 2].map(() => {
        queue.add([driver.readable([1])]);
        expect(queue.notificationWanted).toBe(true);
        driver.notify(0);
        return driver.register('interruptStatus');
      });
      expect(interrupts).toEqual([0, 0, 1]);
      driver.setRegister('interruptAck', 1);
      expect(queue.used()).toHaveLength(3);
    }
  });
});
