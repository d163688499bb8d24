import { expect, test } from 'vitest';
import { checkDiskSize } from './disk.ts';
import { MemoryDisk } from './memory-disk.ts';
import { OverlayDisk } from './overlay-disk.ts';

test.each([0, -512, 511, 513, 0.5, Number.NaN, 2 ** 60])('no disk has %d bytes', (size) => {
  expect(() => checkDiskSize(size)).toThrow(`a multiple of 512 bytes, more than 0, not ${size}`);
});

test('an overlay keeps the changes and leaves its base alone', () => {
  // The last page of the disk is not a whole one.
  const contents = Uint8Array.from({ length: 4096 * 3 + 512 }, (_, index) => index % 251);
  const base = new MemoryDisk(contents.slice(), { readOnly: true });
  const overlay = new OverlayDisk(base);
  const expected = contents.slice();
  const change = (offset: number, length: number, value: number) => {
    overlay.write(offset, new Uint8Array(length).fill(value));
    expected.fill(value, offset, offset + length);
  };
  change(4000, 200, 1);
  change(4096, 4096, 2);
  change(4096 * 3, 512, 3);
  change(0, 1, 4);
  overlay.discard(2048, 4096 * 2);
  expected.fill(0, 2048, 2048 + 4096 * 2);
  change(5000, 10, 5);
  const bytes = new Uint8Array(overlay.size);
  overlay.read(0, bytes);
  expect(bytes).toEqual(expected);
  expect(base.bytes).toEqual(contents);
  expect([...overlay.pages.keys()].sort()).toEqual([0, 1, 2, 3]);
});

test('a discarded page takes no memory', () => {
  const overlay = new OverlayDisk(new MemoryDisk(4096 * 4));
  overlay.discard(0, 4096 * 4);
  expect(new Set(overlay.pages.values()).size).toBe(1);
});
