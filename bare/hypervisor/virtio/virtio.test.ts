/** The block device of guests, and the layers below it that all their devices share, by the cases of the machine's own. */
import { beforeAll, describe, expect, test } from 'vitest';
import { MemoryDisk } from '../../../devices/disk/memory-disk.ts';
import { Blk } from '../../../devices/virtio/blk.ts';
import { BLOCK_CASES, DISK_ID, patternDisk, patternSector } from '../../../devices/virtio/testing/block-cases.ts';
import { BlockDriver } from '../../../devices/virtio/testing/block-driver.ts';
import { Driver, F_VERSION_1, type Target } from '../../../devices/virtio/testing/driver.ts';
import { HOSTILE_CASES } from '../../../devices/virtio/testing/hostile-cases.ts';
import { MemoryTarget } from '../../../devices/virtio/testing/memory-target.ts';
import { GUEST_BASE, type GuestInV8, guestsInV8 } from '../../../test/guest-in-v8.ts';

const SOURCE = `
import { ID_SIZE } from './bare/hypervisor/virtio/block.ts';
import { createImageDisk } from './bare/hypervisor/virtio/image-disk.ts';
import { VirtioDevice } from './bare/hypervisor/virtio/device.ts';
export { readVirtio, writeVirtio } from './bare/hypervisor/virtio/mmio';
export { startAfresh } from './bare/hypervisor/mmio/unfinished';
import { isUnfinished } from './bare/hypervisor/mmio/unfinished.ts';
export function isToBeRepeated(): bool { return isUnfinished; }
declare function wire(guest: Guest, level: bool): void;
function setLine(guest: Guest, source: u32, level: bool): void { wire(guest, level); }
export function createTestDisk(guest: Guest, image: usize, size: usize, id: usize): VirtioDevice {
  const disk = createImageDisk(guest, image, size, false);
  memory.copy(disk.id, id, <usize>ID_SIZE);
  disk.device.setLine = setLine;
  return disk.device;
}`;

let guests: GuestInV8;
let image: bigint;
let id: bigint;
let guest: bigint;
let line = false;

class DiskTarget implements Target {
  readonly base = GUEST_BASE;
  readonly #device = guests.bare.call('createTestDisk', guest, image, BigInt(patternDisk().length), id);

  constructor() {
    this.memory.fill(0);
    line = false;
    guests.bare.bytes.set(patternDisk(), Number(image));
    guests.lines.length = 0;
  }

  get memory(): Uint8Array {
    return guests.memory(guest);
  }

  get interrupt(): boolean {
    return line;
  }

  get disk(): Uint8Array {
    return guests.bare.slice(image, patternDisk().length);
  }

  read(offset: number, size: 1 | 2 | 4): number {
    return guests.bare.number('readVirtio', this.#device, offset, size);
  }

  write(offset: number, size: 1 | 2 | 4, value: number): void {
    do {
      guests.bare.call('startAfresh');
      guests.bare.call('writeVirtio', this.#device, offset, size, BigInt(value));
    } while (guests.bare.number('isToBeRepeated') !== 0);
  }
}

beforeAll(async () => {
  guests = await guestsInV8(SOURCE, {
    'guests.wire': (_guest: bigint, level: number) => {
      line = level !== 0;
      return undefined;
    },
  });
  guest = guests.create();
  image = guests.bare.allocate(patternDisk().length);
  id = guests.bare.place(new TextEncoder().encode(DISK_ID.padEnd(20, '\0')));
});

const FORMATS = ['split', 'packed'] as const;

describe.each(FORMATS)('hostile drivers of a %s queue', (format) => {
  test.each(HOSTILE_CASES.filter(({ formats }) => formats.includes(format)))('$name ($section)', (each) => {
    const target = new DiskTarget();
    const driver = each.act(target, format);
    expect(driver.broken).toBe(each.needsReset);
    expect(guests.lines).toHaveLength(each.needsReset ? 1 : 0);
    expect((driver.register('interruptStatus') & 2) !== 0).toBe(each.needsReset);
    expect(target.disk).toEqual(patternDisk());
    expect(new BlockDriver(target, format).read(3)).toEqual(patternSector(3));
  });
});

describe.each(FORMATS)('a disk in memory behind a %s queue', (format) => {
  test.each(BLOCK_CASES)('$name', ({ run }) => {
    run(new DiskTarget(), format);
    expect(guests.lines).toEqual([]);
  });
});

test('the vendor is that of the machine’s own devices', () => {
  const own = new Driver(new MemoryTarget(new Blk(new MemoryDisk(patternDisk()))));
  expect(new Driver(new DiskTarget()).register('vendorId')).toBe(own.register('vendorId'));
});

test('what is not offered is not accepted', () => {
  const driver = new Driver(new DiskTarget());
  expect([28, 29, 32, 34, 2, 9, 13, 14].map((bit) => driver.offers(bit))).not.toContain(false);
  expect([0, 1, 5, 7, 12, 33, 35, 64, 127].map((bit) => driver.offers(bit))).not.toContain(true);
  for (const bit of [5, 33, 100]) expect(driver.negotiate([F_VERSION_1, bit])).toBe(false);
  expect(driver.negotiate([F_VERSION_1])).toBe(true);
});

test('a driver that breaks rules for ever is not reported for ever', () => {
  const target = new DiskTarget();
  for (let round = 0; round < 20; round++) HOSTILE_CASES[0]!.act(target, 'split');
  expect(guests.lines).toHaveLength(4);
  expect(guests.lines[0]).toBe(
    'typevisor: guest guest1: its block device stops until the driver resets it: ' +
      'more buffers are available than the queue has places (2.7.13)',
  );
});
