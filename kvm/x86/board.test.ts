import { expect, test } from 'vitest';
import type { VirtioModel } from '../../devices/virtio/model.ts';
import { GuestMemory } from '../memory.ts';
import { Board } from './board.ts';

function board(...virtio: readonly VirtioModel[]): Board {
  const nothing = () => {};
  const memory = new GuestMemory([{ address: 0, size: 0x1_0000 }]);
  const wires = { setIrq: nothing, transmit: nothing, powerOff: nothing, resetProcessor: nothing, warn: nothing };
  return new Board({ memory, virtio, ...wires, later: nothing, now: () => 0 });
}

const untimed: VirtioModel = {
  name: 'untimed',
  deviceId: 99,
  features: [],
  queueSizes: [],
  config: new Uint8Array(),
  connect() {},
  notify() {},
  reset() {},
};

test('a device does what is due when its time has come, and not before', () => {
  let calls = 0;
  const timed = {
    ...untimed,
    deadline: 50,
    timeout() {
      calls++;
      timed.deadline = 70;
    },
  };
  const both = board(untimed, timed);
  expect(both.hasTimers).toBe(true);
  for (const now of [49, 50, 60, 70]) both.tick(now);
  expect(calls).toBe(2);
  expect(board(untimed).hasTimers).toBe(false);
});
