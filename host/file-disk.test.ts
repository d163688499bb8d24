import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
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
