/** The virtio devices of guests, in V8, by the same tables of cases as those of the machine. */
import { beforeAll, describe, expect, test } from 'vitest';
import { BLOCK_CASES, DISK_ID, patternDisk, patternSector, SECTORS } from '../../../devices/virtio/testing/block-cases.ts';
import { BlockDriver } from '../../../devices/virtio/testing/block-driver.ts';
import type { Target } from '../../../devices/virtio/testing/driver.ts';
import { HOSTILE_CASES } from '../../../devices/virtio/testing/hostile-cases.ts';
import { GuestInV8, guestInV8 } from '../../../test/guest-in-v8.ts';

const SOURCE = `
import { Guest } from './bare/hypervisor/guest.ts';
import { ID_SIZE } from './bare/hypervisor/virtio/block.ts';
import { createImageDisk } from './bare/hypervisor/virtio/image-disk.ts';
import { VirtioDevice } from './bare/hypervisor/virtio/device.ts';
import { line } from './entry';
export { readVirtio, writeVirtio } from './bare/hypervisor/virtio/mmio';
export { takeUnfinished } from './bare/hypervisor/mmio/unfinished';
export function createTestDisk(guest: Guest, image: usize, size: usize, id: usize): VirtioDevice {
  const disk = createImageDisk(guest, image, size, false);
  memory.copy(disk.id, id, <usize>ID_SIZE);
  disk.device.setLine = line;
  return disk.device;
}`;
