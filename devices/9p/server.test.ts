import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NodeFolder } from '../../host/folder.ts';
import { randomBytes, randomNumbers } from '../../test/random.ts';
import { StateReader } from '../state.ts';
import { ERRNO } from './file-error.ts';
import { TYPE } from './message.ts';
import { LARGEST_MESSAGE, NinepServer } from './server.ts';
import { MOST_FIDS } from './session.ts';
import { NinepClient } from './testing/client.ts';

const READ = 0;
const WRITE = 1;
const READ_WRITE = 2;
const TRUNCATE = 0o1000;

/** The shared folder, with a file and a folder with a file; `outside` lies beside it. */
let base: string;
let shared: string;
let server: NinepServer;
let client: NinepClient;

beforeEach(() => {
  base = fs.mkdtempSync(join(tmpdir(), 'typevisor-9p-'));
  shared = join(base, 'shared');
  fs.mkdirSync(join(shared, 'folder'), { recursive: true });
  fs.writeFileSync(join(shared, 'hello'), 'Hello, guest');
  fs.writeFileSync(join(shared, 'folder', 'inner'), 'inside');
  fs.writeFileSync(join(base, 'outside'), 'secret');
  server = new NinepServer(new NodeFolder(shared));
  client = connected(server);
});

afterEach(() => {
  server.reset();
  fs.rmSync(base, { recursive: true });
});

function connected(to: NinepServer, size?: number): NinepClient {
  return new NinepClient((request) => to.answer(request, LARGEST_MESSAGE)).start(size);
}

function contents(...names: string[]): string {
  return fs.readFileSync(join(shared, ...names), 'utf8');
}

describe('hostile clients', () => {
  test('noise is answered by errors or by nothing, and does not leave the folder', () => {
    const random = randomNumbers(11);
    const types = Object.values(TYPE);
    for (let round = 0; round < 5000; round++) {
      const bytes = randomBytes(round + 1, random() % 100);
      if (bytes.length >= 7 && random() % 4 !== 0) {
        new DataView(bytes.buffer).setUint32(0, bytes.length, true);
        bytes[4] = types[random() % types.length]!;
      }
      // Fids and counts that there are.
      if (bytes.length >= 11 && random() % 2 === 0) bytes.set([random() % 4, 0, 0, 0], 7);
      if (bytes.length >= 15 && random() % 2 === 0) bytes.set([random() % 4, 0, 0, 0], 11);
      server.answer(bytes, random() % 2000);
      expect(server.fids).toBeLessThan(MOST_FIDS);
    }
    expect(fs.readdirSync(base).sort()).toEqual(['outside', 'shared']);
    expect(fs.readFileSync(join(base, 'outside'), 'utf8')).toBe('secret');
    expect(connected(server).open(1, READ, 'hello')).toBe(0);
  });

  test('nothing is served before there is a version, and messages are no longer than agreed', () => {
    const fresh = new NinepClient((request) => new NinepServer(new NodeFolder(shared)).answer(request, 1000));
    expect(fresh.call('attach', (request) => request.u32(0).u32(0).string('').string('').u32(0))).toBe(ERRNO.EPROTO);
    client.start(4096);
    expect(client.create(1, 'new')).toBe(0);
    expect(client.write(1, 'x'.repeat(4096 - 23))).toBe(4096 - 23);
    expect(client.write(1, 'x'.repeat(4096 - 22))).toBe(-ERRNO.EPROTO);
    expect(client.read(1, 0, 0xffff_ffff)).toHaveLength(4096 - 23);
  });

  test('sizes that are wrong, fields that are missing, types that there are not', () => {
    const answer = (...bytes: number[]) => server.answer(Uint8Array.from(bytes), 1000)?.[7];
    expect(answer(7, 0, 0, 0, 120, 0)).toBeUndefined();
    expect(answer(6, 0, 0, 0, 120, 0, 0)).toBeUndefined();
    expect(answer(12, 0, 0, 0, 120, 0, 0, 0, 0, 0, 0)).toBe(ERRNO.EPROTO);
    expect(answer(10, 0, 0, 0, 120, 0, 0, 0, 0, 0, 0)).toBe(ERRNO.EPROTO);
    expect(answer(7, 0, 0, 0, 99, 0, 0)).toBe(ERRNO.EOPNOTSUPP);
    expect(answer(7, 0, 0, 0, 255, 0, 0)).toBe(ERRNO.EOPNOTSUPP);
  });

  test('a reply without room is an error, or none', () => {
    const request = Uint8Array.of(19, 0, 0, 0, TYPE.getattr, 0, 0, 0, 0, 0, 0, 0xff, 7, 0, 0, 0, 0, 0, 0);
    expect(server.answer(request, 200)![4]).toBe(TYPE.getattr + 1);
    expect([...server.answer(request, 20)!]).toEqual([11, 0, 0, 0, 7, 0, 0, ERRNO.EPROTO, 0, 0, 0]);
    expect(server.answer(request, 10)).toBeUndefined();
  });

  test.each([
    ['..', ERRNO.EINVAL],
    ['.', ERRNO.EINVAL],
    ['', ERRNO.EINVAL],
    ['a/b', ERRNO.EINVAL],
    ['../escape', ERRNO.EINVAL],
    ['a\0b', ERRNO.EINVAL],
    ['n'.repeat(256), ERRNO.ENAMETOOLONG],
  ])('nothing gets the name %j', (name, expected) => {
    expect(client.create(1, name)).toBe(expected);
    expect(client.call('mkdir', (request) => request.u32(0).string(name).u32(0o755).u32(0))).toBe(expected);
    expect(client.call('symlink', (request) => request.u32(0).string(name).string('x').u32(0))).toBe(expected);
    expect(client.call('renameat', (request) => request.u32(0).string('hello').u32(0).string(name))).toBe(expected);
    expect(client.call('unlinkat', (request) => request.u32(0).string(name).u32(0))).toBe(expected);
  });

  test('.. ends at the folder', () => {
    expect(client.open(1, READ, '..', '..', 'outside')).toBe(-1);
    expect(client.walk(0, 2, 'folder', '..', '..', '..', 'hello')).toBe(0);
    expect(client.attributes(2).size).toBe(12);
  });

  test('links are not followed, whoever made them', () => {
    fs.symlinkSync('../outside', join(shared, 'made-by-host'));
    fs.symlinkSync('..', join(shared, 'up'));
    client.succeed('symlink', (request) => request.u32(0).string('made-by-guest').string(join(base, 'outside')).u32(0));
    for (const name of ['made-by-host', 'made-by-guest']) {
      expect(client.open(1, READ, name)).toBe(ERRNO.EACCES);
      expect(client.setAttributes(1, 0x8, { size: 0 })).not.toBe(0);
      expect(client.setAttributes(1, 0x1, { mode: 0o777 })).toBe(ERRNO.EOPNOTSUPP);
      client.clunk(1);
    }
    expect(client.walk(0, 2, 'up')).toBe(0);
    expect(client.walk(2, 3, 'outside')).toBe(ERRNO.ENOTDIR);
    expect(client.walk(0, 3, 'up', 'outside')).toBe(-1);
    const create = client.call('lcreate', (request) => request.u32(2).string('new').u32(2).u32(0o644).u32(0));
    expect(create).toBe(ERRNO.ENOTDIR);
    expect(client.call('mkdir', (request) => request.u32(2).string('new').u32(0o755).u32(0))).toBe(ERRNO.ENOTDIR);
    expect(client.call('renameat', (request) => request.u32(0).string('hello').u32(2).string('x'))).toBe(ERRNO.ENOTDIR);
    expect(client.call('link', (request) => request.u32(0).u32(2).string('x'))).not.toBe(0);
    expect(fs.readFileSync(join(base, 'outside'), 'utf8')).toBe('secret');
    expect(fs.readdirSync(base).sort()).toEqual(['outside', 'shared']);
  });

  test('fids that are not there, in use, open or not open', () => {
    expect(client.walk(9, 1)).toBe(ERRNO.EBADF);
    expect(client.walk(0, 1)).toBe(0);
    expect(client.walk(0, 1)).toBe(ERRNO.EBADF);
    expect(client.read(1)).toBe(ERRNO.EBADF);
    expect(client.call('readdir', (request) => request.u32(1).u64(0).u32(100))).toBe(ERRNO.EBADF);
    expect(client.open(2, READ, 'hello')).toBe(0);
    expect(client.walk(2, 3)).toBe(ERRNO.EBUSY);
    expect(client.call('lopen', (request) => request.u32(2).u32(READ))).toBe(ERRNO.EBUSY);
    expect(client.write(2, 'x')).toBeLessThan(0);
    expect(client.call('clunk', (request) => request.u32(77))).toBe(ERRNO.EBADF);
  });

  test('fids, names of a walk and offsets have bounds', () => {
    for (let fid = 1; fid < MOST_FIDS; fid++) expect(client.walk(0, fid)).toBe(0);
    expect(client.walk(0, MOST_FIDS)).toBe(ERRNO.EMFILE);
    client.start();
    expect(client.walk(0, 1, ...new Array(16).fill('.'))).toBe(0);
    expect(client.walk(0, 2, ...new Array(17).fill('.'))).toBe(ERRNO.EINVAL);
    expect(client.open(3, READ_WRITE, 'hello')).toBe(0);
    expect([client.read(3, 2 ** 60), client.write(3, 'x', 2 ** 60)]).toEqual([ERRNO.EINVAL, -ERRNO.EINVAL]);
    expect(client.setAttributes(3, 0x8, { size: 2 ** 62 })).toBe(ERRNO.EFBIG);
    expect(client.read(3, 2 ** 50)).toBe('');
  });

  test('pipes and devices of the host are not opened, and none are made', () => {
    expect(client.call('mknod', (request) => request.u32(0).string('pipe').u32(0o010644).u32(0).u32(0).u32(0))).toBe(1);
    expect(client.open(1, WRITE, 'folder')).toBe(ERRNO.EISDIR);
  });

  test('no set-user-ID', () => {
    expect(client.create(1, 'program', READ_WRITE, 0o6755)).toBe(0);
    expect(client.setAttributes(1, 0x1, { mode: 0o4755 })).toBe(0);
    expect(fs.statSync(join(shared, 'program')).mode & 0o7000).toBe(0);
  });
});

describe('files', () => {
  test('are read, written and cut', () => {
    expect(client.open(1, READ, 'hello')).toBe(0);
    expect([client.read(1), client.read(1, 7, 3), client.read(1, 12)]).toEqual(['Hello, guest', 'gue', '']);
    expect(client.open(2, READ_WRITE, 'hello')).toBe(0);
    expect(client.write(2, 'there', 7)).toBe(5);
    expect(contents('hello')).toBe('Hello, there');
    expect(client.setAttributes(2, 0x8, { size: 5 })).toBe(0);
    expect(contents('hello')).toBe('Hello');
    client.succeed('fsync', (request) => request.u32(2).u32(0));
    expect(client.open(3, WRITE | TRUNCATE, 'folder', 'inner')).toBe(0);
    expect([contents('folder', 'inner'), client.read(3)]).toEqual(['', ERRNO.EBADF]);
  });

  test('are made, once, with permissions', () => {
    expect(client.create(1, 'new', READ_WRITE, 0o640)).toBe(0);
    expect(client.write(1, 'text')).toBe(4);
    expect(contents('new')).toBe('text');
    expect(client.attributes(1)).toMatchObject({ mode: 0o100640, links: 1, size: 4 });
    expect(client.create(2, 'new')).toBe(ERRNO.EEXIST);
  });

  test('that are open outlive their names', () => {
    expect(client.open(1, READ_WRITE, 'hello')).toBe(0);
    client.succeed('unlinkat', (request) => request.u32(0).string('hello').u32(0));
    expect(client.write(1, 'J')).toBe(1);
    expect([client.read(1), client.attributes(1)]).toEqual(['Jello, guest', expect.objectContaining({ links: 0 })]);
  });

  test('names are bytes', () => {
    // UTF-8, one character a byte.
    const name = String.fromCharCode(...new TextEncoder().encode('Grüße'));
    expect(client.create(1, name)).toBe(0);
    expect(fs.readdirSync(shared)).toContain('Grüße');
    expect(client.open(2, READ)).toBe(0);
    expect(client.list(2)).toContain(name);
  });
});

describe('folders', () => {
  test('are listed in pieces, and from the start again', () => {
    for (let index = 0; index < 50; index++) fs.writeFileSync(join(shared, `file${index}`), '');
    expect(client.open(1, READ)).toBe(0);
    const expected = ['.', '..', ...fs.readdirSync(shared)].sort();
    expect(client.list(1).sort()).toEqual(expected);
    expect(client.list(1, 5000).sort()).toEqual(expected);
    fs.rmSync(join(shared, 'file7'));
    expect(client.list(1)).toHaveLength(expected.length - 1);
  });

  test('are made, moved with what is open in them, and removed', () => {
    client.succeed('mkdir', (request) => request.u32(0).string('new').u32(0o755).u32(0));
    expect(client.walk(0, 1, 'folder', 'inner')).toBe(0);
    client.succeed('renameat', (request) => request.u32(0).string('folder').u32(0).string('moved'));
    expect(client.attributes(1).size).toBe(6);
    expect(client.walk(0, 2, 'moved')).toBe(0);
    expect(client.walk(0, 3, 'new')).toBe(0);
    client.succeed('rename', (request) => request.u32(2).u32(3).string('deep'));
    expect(client.attributes(1).size).toBe(6);
    expect(contents('new', 'deep', 'inner')).toBe('inside');
    const removing = (name: string, flags: number) =>
      client.call('unlinkat', (request) => request.u32(3).string(name).u32(flags));
    expect([removing('deep', 0), removing('deep', 0x200)]).toEqual([ERRNO.EISDIR, ERRNO.ENOTEMPTY]);
    client.succeed('remove', (request) => request.u32(1));
    client.succeed('remove', (request) => request.u32(2));
    expect(fs.readdirSync(join(shared, 'new'))).toEqual([]);
    expect(client.call('remove', (request) => request.u32(0))).toBe(ERRNO.EBUSY);
  });

  test('a walk ends where there is nothing', () => {
    expect(client.walk(0, 1, 'nothing')).toBe(ERRNO.ENOENT);
    expect(client.walk(0, 1, 'folder', 'nothing', 'more')).toBe(-1);
    expect(client.walk(1, 2)).toBe(ERRNO.EBADF);
    expect(client.walk(0, 1, 'hello', 'inner')).toBe(-1);
  });

  test('links are made and read, and files have several names', () => {
    client.succeed('symlink', (request) => request.u32(0).string('link').string('folder/inner').u32(0));
    expect(client.walk(0, 1, 'link')).toBe(0);
    expect(client.succeed('readlink', (request) => request.u32(1)).string()).toBe('folder/inner');
    expect(client.attributes(1).mode & 0o170000).toBe(0o120000);
    expect(client.walk(0, 2, 'hello')).toBe(0);
    client.succeed('link', (request) => request.u32(0).u32(2).string('second'));
    expect([contents('second'), client.attributes(2).links]).toEqual(['Hello, guest', 2]);
  });
});

describe('attributes', () => {
  test('permissions and times are set; owners only to what they are', () => {
    expect(client.walk(0, 1, 'hello')).toBe(0);
    expect(client.setAttributes(1, 0x1, { mode: 0o100600 })).toBe(0);
    expect(client.setAttributes(1, 0x120, { modified: 1_000_000_000 })).toBe(0);
    expect(client.attributes(1)).toMatchObject({ mode: 0o100600, modified: 1_000_000_000 });
    expect(client.setAttributes(1, 0x20)).toBe(0);
    expect(client.attributes(1).modified).toBeGreaterThan(1_700_000_000);
    const { uid } = fs.statSync(shared);
    expect([client.setAttributes(1, 0x2, { uid }), client.setAttributes(1, 0x2, { uid: uid + 1 })]).toEqual([0, 1]);
  });

  test('space, locks, and what there is not', () => {
    const space = client.succeed('statfs', (request) => request.u32(0));
    expect(space.u32()).toBe(0x0102_1997);
    expect(space.u32()).toBe(fs.statfsSync(shared).bsize);
    const xattr = client.call('xattrwalk', (request) => request.u32(0).u32(1).string('user.x'));
    expect(xattr).toBe(ERRNO.EOPNOTSUPP);
    const lock = client.succeed('lock', (request) => request.u32(0).u8(1).u32(0).u64(0).u64(0).u32(1).string('c'));
    expect(lock.u8()).toBe(0);
    const getlock = client.succeed('getlock', (request) => request.u32(0).u8(1).u64(5).u64(6).u32(7).string('c'));
    expect([getlock.u8(), getlock.u64(), getlock.u64(), getlock.u32(), getlock.string()]).toEqual([2, 5, 6, 7, 'c']);
    expect(client.call('auth', (request) => request.u32(1).string('').string('').u32(0))).toBe(ERRNO.EOPNOTSUPP);
  });
});

test('a folder that may only be read stays as it is', () => {
  const reader = connected(new NinepServer(new NodeFolder(shared, { readOnly: true })));
  expect(reader.open(1, READ, 'hello')).toBe(0);
  expect(reader.read(1)).toBe('Hello, guest');
  expect(reader.open(2, READ_WRITE, 'hello')).toBe(ERRNO.EROFS);
  expect(reader.open(3, READ | TRUNCATE, 'hello')).toBe(ERRNO.EROFS);
  expect(reader.create(4, 'new')).toBe(ERRNO.EROFS);
  expect(reader.setAttributes(1, 0x1, { mode: 0 })).toBe(ERRNO.EROFS);
  const calls = [
    reader.call('mkdir', (request) => request.u32(0).string('x').u32(0).u32(0)),
    reader.call('symlink', (request) => request.u32(0).string('x').string('y').u32(0)),
    reader.call('link', (request) => request.u32(0).u32(1).string('x')),
    reader.call('renameat', (request) => request.u32(0).string('hello').u32(0).string('x')),
    reader.call('unlinkat', (request) => request.u32(0).string('hello').u32(0)),
    reader.call('remove', (request) => request.u32(1)),
  ];
  expect(calls).toEqual(Array(6).fill(ERRNO.EROFS));
  expect(fs.readdirSync(shared).sort()).toEqual(['folder', 'hello']);
  expect(contents('hello')).toBe('Hello, guest');
});

test('versions', () => {
  expect(client.version(8192)).toEqual({ size: 8192, version: '9P2000.L' });
  expect(client.version(2 ** 30)).toEqual({ size: LARGEST_MESSAGE, version: '9P2000.L' });
  expect(client.version(8192, '9P2000.u').version).toBe('unknown');
  expect(client.version(100).version).toBe('unknown');
  expect(server.fids).toBe(0);
});

test('a session goes on elsewhere, with its files open', () => {
  expect(client.open(1, READ_WRITE, 'hello')).toBe(0);
  expect(client.open(2, READ)).toBe(0);
  client.list(2);
  expect(client.open(3, READ, 'folder', 'inner')).toBe(0);
  const saved = JSON.parse(JSON.stringify(server.save()));
  fs.rmSync(join(shared, 'folder', 'inner'));
  const other = new NinepServer(new NodeFolder(shared));
  other.load(new StateReader(saved, '9p'));
  const moved = new NinepClient((request) => other.answer(request, LARGEST_MESSAGE));
  expect(moved.write(1, 'J')).toBe(1);
  expect(contents('hello')).toBe('Jello, guest');
  expect(moved.list(2).sort()).toEqual(['.', '..', 'folder', 'hello']);
  expect(moved.read(3)).toBe(ERRNO.EBADF);
});
