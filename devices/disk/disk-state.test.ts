import { describe, expect, test } from 'vitest';
import { StateReader } from '../state.ts';
import type { Disk } from './disk.ts';
import { MemoryDisk } from './memory-disk.ts';
import { OverlayDisk } from './overlay-disk.ts';

const SIZE = 5 * 4096 + 512;
const base = () => new MemoryDisk(Uint8Array.from({ length: SIZE }, (_, index) => index % 251));
const contents = (disk: Disk) => {
  const bytes = new Uint8Array(disk.size);
  disk.read(0, bytes);
  return bytes;
};
const reader = (disk: Disk) => new StateReader(JSON.parse(JSON.stringify(disk.save?.())), 'disk');

test.each<[string, () => Disk]>([
  ['an overlay', () => new OverlayDisk(base())],
  ['a disk in memory', () => new MemoryDisk(SIZE)],
])('%s has after load what it had at save', (_, make) => {
  const [disk, copy] = [make(), make()];
  disk.write(4000, new Uint8Array(200).fill(0xaa));
  disk.write(SIZE - 512, new Uint8Array(512).fill(0xbb));
  disk.discard?.(8192, 4096);
  copy.write(12_288, new Uint8Array(512).fill(0xcc));
  copy.load?.(reader(disk));
  expect(contents(copy)).toEqual(contents(disk));
  disk.write(0, new Uint8Array(512).fill(0xdd));
  expect(contents(copy)).not.toEqual(contents(disk));
});

test('pages of zeros and those of the base take no room', () => {
  const disk = new MemoryDisk(SIZE);
  disk.write(4096, Uint8Array.of(1));
  expect(reader(disk).list('pages')).toHaveLength(1);
  expect(reader(new OverlayDisk(base())).list('pages')).toHaveLength(0);
});

describe('refuses', () => {
  const load = (state: unknown) => () => new MemoryDisk(SIZE).load(new StateReader(state, 'disk'));
  test.each([
    ['another size', { size: 512, pages: [] }, `the disk has ${SIZE} bytes, and had 512`],
    [
      'a page beyond its end',
      { size: SIZE, pages: [{ page: 6, bytes: '' }] },
      'page is not a whole number from 0 to 5',
    ],
    ['what is not base64', { size: SIZE, pages: [{ page: 0, bytes: '&' }] }, 'is not base64'],
    ['a longer page', { size: SIZE, pages: [{ page: 0, bytes: btoa('x'.repeat(4097)) }] }, 'has 4097 bytes'],
  ])('%s', (_, state, message) => expect(load(state)).toThrow(message));
});
