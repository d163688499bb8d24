/** Virtio-mmio's registers and a request to a disk, on our machine and on QEMU's: each read has to give the same value. */

import { afterAll, test } from 'vitest';
import { TemporaryFolder } from '../cli/files.ts';
import { MemoryDisk } from '../devices/disk/memory-disk.ts';
import { PLIC_BASE, VIRTIO_BASE } from './board.ts';
import {
  access8,
  access32,
  because,
  compareWithQemu,
  type Differences,
  type Step,
  type StepLists,
} from './testing/register-steps.ts';

const folder = new TemporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const SECTORS = 64;
const contents = Uint8Array.from({ length: 512 * SECTORS }, (_, index) => index % 251);

/** A disk in slot 0, random numbers in slot 1, nothing in slot 7. */
const blk = (offset: number, value?: number): Step => access32(VIRTIO_BASE + offset, value);
const rng = (offset: number, value?: number): Step => access32(VIRTIO_BASE + 0x1000 + offset, value);
const empty = (offset: number, value?: number): Step => access32(VIRTIO_BASE + 0x7000 + offset, value);

const QUEUE = 0x8100_0000;
const [TABLE, AVAILABLE, USED] = [QUEUE, QUEUE + 0x100, QUEUE + 0x200];
const [HEADER, DATA, STATUS] = [QUEUE + 0x1000, QUEUE + 0x2000, QUEUE + 0x3000];
const write = (address: number, ...words: number[]): Step[] =>
  words.map((word, index) => access32(address + 4 * index, word));
const until = (address: number, value: number): Step => ({ operation: 'await16', address, value });

const handshake = (device: typeof blk, features: number): Step[] => [
  ...[device(0x70, 0), device(0x70), device(0x70, 1), device(0x70), device(0x70, 3), device(0x70)],
  ...[device(0x24, 0), device(0x20, features), device(0x24, 1), device(0x20, 1), device(0x70, 11), device(0x70)],
];
const queue = (device: typeof blk): Step[] => [
  ...[device(0x30, 0), device(0x44), device(0x38, 8), device(0x80, TABLE), device(0x84, 0), device(0x90, AVAILABLE)],
  ...[
    device(0x94, 0),
    device(0xa0, USED),
    device(0xa4, 0),
    device(0x44, 1),
    device(0x44),
    device(0x70, 15),
    device(0x70),
  ],
];
const descriptor = (index: number, address: number, length: number, flags: number, next: number): Step[] =>
  write(TABLE + 16 * index, address, 0, length, flags | (next << 16));

/** A request that is the `count`th since the queue was set up, waited for; then its interrupt and its used element. */
const request = (count: number, type: number, sector: number, dataFlags: number): Step[] => [
  ...write(HEADER, type, 0, sector, 0),
  ...[
    ...descriptor(0, HEADER, 16, 1, 1),
    ...descriptor(1, DATA, 512, dataFlags | 1, 2),
    ...descriptor(2, STATUS, 1, 2, 0),
  ],
  ...[access8(STATUS, 0xff), ...write(AVAILABLE, count << 16), blk(0x50, 0), until(USED + 2, count)],
  ...[blk(0x60), access32(PLIC_BASE + 0x1000), blk(0x64, 1), blk(0x60), access8(STATUS)],
  ...[access32(USED + 4 + 8 * (count - 1)), access32(USED + 8 + 8 * (count - 1)), access32(USED)],
];

const STEPS: StepLists = {
  'what is where': [
    ...[blk(0), blk(4), blk(8), blk(0xc), rng(0), rng(4), rng(8), empty(0), empty(4), empty(8)],
    ...[empty(0x34), empty(0x70), empty(0x70, 1), empty(0x70), empty(0xfc), empty(0x100)],
  ],
  features: [blk(0x14, 0), blk(0x10), blk(0x14, 1), blk(0x10), blk(0x14, 2), blk(0x10), rng(0x14, 0), rng(0x10)],
  status: handshake(blk, 0),
  queues: [blk(0x30, 0), blk(0x34), blk(0x30, 1), blk(0x34), blk(0x44), blk(0x30, 1000), blk(0x34), ...queue(blk)],
  configuration: [
    ...[blk(0x100), blk(0x104), access8(VIRTIO_BASE + 0x100), access8(VIRTIO_BASE + 0x101), blk(0x114), blk(0xfc)],
    ...[blk(0x10c)],
  ],
  'shared memory': [blk(0xac, 0), blk(0xb0), blk(0xb4), blk(0xb8), blk(0xbc)],
  'reading a sector': [...request(1, 0, 3, 2), access32(DATA), access32(DATA + 508)],
  'reading the last sector': [...request(2, 0, SECTORS - 1, 2), access32(DATA), access32(DATA + 508)],
  'reading behind the end': request(3, 0, SECTORS, 2),
  'writing a sector': [
    ...write(DATA, 0x1234_5678),
    ...request(4, 1, 5, 0),
    ...write(DATA, 0),
    ...request(5, 0, 5, 2),
    access32(DATA),
  ],
  'a type that nobody knows': request(6, 99, 0, 2),
  flush: request(7, 4, 0, 2),
  reset: [blk(0x70, 0), blk(0x70), blk(0x44), blk(0x60), access32(PLIC_BASE + 0x1000)],
};

/** Reads that give another value on QEMU, and why. */
const DIFFERENCES: Differences = {
  ...because('QEMU offers geometry and a cache to switch, and we do not', { features: ['1 of 0x10001010'] }),
  ...because('QEMU offers reset of single queues, and we packed ones', { features: ['2 of 0x10001010'] }),
  ...because('QEMU shows bits 32 to 63 again; there are none above', { features: ['3 of 0x10001010'] }),
  ...because('the largest queue is what a device can take', { queues: ['1 of 0x10001034'] }),
  ...because('virtio 1.2, 4.2.2: the base of shared memory that does not exist is all ones', {
    'shared memory': ['3 of 0x100010b8', '4 of 0x100010bc'],
  }),
};

test('every read gives what it gives on QEMU', async () => {
  const path = folder.write('disk.img', contents);
  const qemuArgs = [
    ...['-global', 'virtio-mmio.force-legacy=false', '-drive', `file=${path},format=raw,if=none,id=disk`],
    ...[
      '-device',
      'virtio-blk-device,drive=disk,bus=virtio-mmio-bus.0',
      '-device',
      'virtio-rng-device,bus=virtio-mmio-bus.1',
    ],
  ];
  const drives = [{ disk: new MemoryDisk(contents.slice()) }];
  await compareWithQemu(STEPS, DIFFERENCES, { qemuArgs, options: { drives, rng: true } });
});
