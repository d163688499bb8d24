import { chmodSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { Blk } from '../devices/virtio/blk.ts';
import { BlockDriver, OK, OUT } from '../devices/virtio/testing/block-driver.ts';
import { MemoryTarget } from '../devices/virtio/testing/memory-target.ts';
import { openDrives, parseDrive } from './drives.ts';
import { TemporaryFolder } from './files.ts';

const folder = new TemporaryFolder();
afterAll(() => folder[Symbol.dispose]());

function image(name: string, sectors = 8): string {
  return folder.write(
    name,
    Uint8Array.from({ length: 512 * sectors }, (_, index) => index >>> 9),
  );
}

describe('the words of --drive', () => {
  test.each([
    ['disk.img', { path: 'disk.img' }],
    ['disk.img,readonly', { path: 'disk.img', readOnly: true }],
    ['disk.img,overlay', { path: 'disk.img', overlay: true }],
    ['file=disk.img,format=raw,readonly=on,id=root', { path: 'disk.img', readOnly: true, id: 'root' }],
    ['disk.img,snapshot=on,readonly=off', { path: 'disk.img', overlay: true }],
    ['a,,b.img', { path: 'a,b.img' }],
    ['a=b.img', { path: 'a=b.img' }],
  ])('%s', (text, spec) => {
    expect(parseDrive(text)).toEqual({ readOnly: false, overlay: false, ...spec });
  });

  test.each([
    ['', 'no file'],
    ['file=', 'no file'],
    ['disk.img,if=none', 'there is no option if'],
    ['disk.img,readonly=yes', 'yes is neither on nor off'],
    ['disk.img,format=qcow2', 'images are raw here, not qcow2'],
    ['disk.img,id=123456789012345678901', 'an id has up to 20 bytes'],
  ])('%s is refused', (text, message) => {
    expect(() => parseDrive(text)).toThrow(`--drive ${text}: ${message}; write FILE, FILE,readonly or FILE,overlay`);
  });
});

describe('files that cannot be disks', () => {
  const refused = (path: string, message: string | RegExp) => expect(() => openDrives([path])).toThrow(message);

  test('missing', () => refused(folder.pathOf('none.img'), 'none.img: no such file'));
  test('a folder', () => refused(folder.path, ': is a folder, not a file'));
  test('a folder, read-only', () => refused(`${folder.path},readonly`, ': is a folder, not a file'));
  if (process.platform !== 'win32') {
    test('a device without a size', () => refused('/dev/null', '/dev/null: is not an ordinary file'));
  }
  test('empty', () => refused(folder.write('empty.img', new Uint8Array()), 'the file is empty; truncate -s 64M'));
  test('not in whole sectors', () => {
    refused(folder.write('odd.img', new Uint8Array(1000)), '1000 bytes are no whole sectors of 512; truncate -s 1024');
  });
  test('of another format', () => {
    const qcow2 = new Uint8Array(1024);
    qcow2.set([0x51, 0x46, 0x49, 0xfb]);
    refused(folder.write('disk.qcow2', qcow2), 'is a qcow2 image; qemu-img convert -O raw');
  });
  test('written by two drives', () => {
    const path = image('twice.img');
    expect(() => openDrives([path, `${folder.path}/./twice.img`])).toThrow('two drives would write to this file');
    expect(openDrives([path, `${path},overlay`, `${path},readonly`])).toHaveLength(3);
  });
  // The superuser may do anything, and Windows knows no such permission.
  if (process.getuid !== undefined && process.getuid() !== 0) {
    test('that may only be read', () => {
      const path = image('protected.img');
      chmodSync(path, 0o444);
      refused(path, 'permission denied; add ,readonly to the drive, or ,overlay to keep the changes in memory');
      expect(openDrives([`${path},readonly`])).toHaveLength(1);
    });
  }
});

test('what the guest writes is in the file, and with an overlay is not', () => {
  const path = image('written.img');
  const before = readFileSync(path);
  for (const overlay of [true, false]) {
    const [drive] = openDrives([overlay ? `${path},overlay` : path]);
    const driver = new BlockDriver(new MemoryTarget(new Blk(drive!.disk)), 'split');
    expect(driver.request(OUT, 3, [driver.readable(new Array(512).fill(0xaa))])).toBe(OK);
    expect(driver.read(2, 2)).toEqual([...new Array(512).fill(2), ...new Array(512).fill(0xaa)]);
    const expected = Buffer.from(before);
    if (!overlay) expected.fill(0xaa, 3 * 512, 4 * 512);
    expect(readFileSync(path)).toEqual(expected);
  }
});
