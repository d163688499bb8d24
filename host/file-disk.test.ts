import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Blk } from '../devices/virtio/blk.ts';
import { BlockDriver, IN, IOERR } from '../devices/virtio/testing/block-driver.ts';
import { MemoryTarget } from '../devices/virtio/testing/memory-target.ts';
import { FileDisk } from './file-disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'typevisor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a file that is not there is no disk', () => {
  const path = join(folder, 'none.img');
  expect(() => new FileDisk(path)).toThrow(
    expect.objectContaining({ name: 'DiskError', message: `${path}: no such file` }),
  );
});

test('a file that becomes shorter is an I/O error for the guest and a line for the user; what is left is served', () => {
  const path = join(folder, 'shrinking.img');
  writeFileSync(
    path,
    Uint8Array.from({ length: 512 * 8 }, (_, index) => index >>> 9),
  );
  using disk = new FileDisk(path);
  const target = new MemoryTarget(new Blk(disk));
  const driver = new BlockDriver(target, 'split');
  truncateSync(path, 1024);
  expect(driver.request(IN, 4, [driver.writable(512)])).toBe(IOERR);
  expect(driver.read(1)).toEqual(new Array(512).fill(1));
  expect(target.warnings).toEqual([
    `virtio-blk: ${path}: has become shorter than the 4096 bytes that it had; the guest gets an I/O error`,
  ]);
});

test('scattered pieces are read and written in one go, more of them than the host takes at once too', () => {
  const path = join(folder, 'pieces.img');
  const contents = Uint8Array.from({ length: 512 * 8 }, (_, index) => index * 7);
  writeFileSync(path, contents);
  using disk = new FileDisk(path);
  const pieces = Array.from({ length: 1500 }, () => new Uint8Array(2));
  disk.readPieces(100, pieces);
  expect(pieces.flatMap((piece) => [...piece])).toEqual([...contents.subarray(100, 3100)]);
  disk.writePieces(512, [Uint8Array.of(1, 2, 3), Uint8Array.of(4)]);
  expect([...readFileSync(path).subarray(511, 517)]).toEqual([contents[511], 1, 2, 3, 4, contents[516]]);
  truncateSync(path, 1024);
  expect(() => disk.readPieces(1000, [new Uint8Array(20), new Uint8Array(20)])).toThrow('has become shorter');
});
