/**
 * A folder of the host's file system in Node. Guests stay inside: the way to each path is looked at name by name, and a
 * symbolic link on it, or at its end where a file is to be opened, is an error. (Who changes the folder from the host's side
 * while a guest uses it is trusted.)
 */

import * as fs from 'node:fs';
import { FileError } from '../devices/9p/file-error.ts';
import {
  type FileAttributes,
  type FolderSpace,
  type HostFile,
  type HostFolder,
  isFolder,
  isLink,
  type OpenMode,
  type Path,
} from '../devices/9p/host-folder.ts';

/** Guests make no programs that run with the rights of the host's user for others: no set-user-ID, no set-group-ID. */
const PERMISSIONS = 0o1777;
/** Not on every system: opening does not follow links, and does not wait for the other end of a pipe. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY, O_RDWR, O_WRONLY, O_CREAT, O_EXCL, O_TRUNC } = fs.constants;
/** What Windows does not take for a part of a name. */
const NO_NAME_ON_WINDOWS = /[\\:*?"<>|]/;

export class NodeFolder implements HostFolder {
  readonly readOnly: boolean;
  readonly #root: string;
  readonly #device: bigint;

  /** @throws Error with the system's `code` if there is no such folder */
  constructor(path: string, { readOnly = false } = {}) {
    this.readOnly = readOnly;
    this.#root = fs.realpathSync(path);
    const root = fs.statSync(this.#root, { bigint: true });
    if (!root.isDirectory()) throw new FileError('ENOTDIR');
    this.#device = root.dev;
  }

  attributes(path: Path): FileAttributes {
    return attributesOf(fs.lstatSync(this.#place(path), { bigint: true }), this.#device);
  }

  open(path: Path, mode: OpenMode): HostFile {
    return new NodeFile(fs.openSync(this.#place(path), openFlags(mode)), this.#device);
  }

  create(path: Path, permissions: number, mode: OpenMode): HostFile {
    const flags = openFlags(mode) | O_CREAT | O_EXCL;
    return new NodeFile(fs.openSync(this.#place(path), flags, permissions & PERMISSIONS), this.#device);
  }

  list(path: Path): string[] {
    return fs.readdirSync(this.#place(path), 'latin1');
  }

  makeFolder(path: Path, permissions: number): void {
    fs.mkdirSync(this.#place(path), permissions & PERMISSIONS);
  }

  makeLink(path: Path, target: string): void {
    fs.symlinkSync(Buffer.from(target, 'latin1'), this.#place(path));
  }

  readLink(path: Path): string {
    return fs.readlinkSync(this.#place(path), 'latin1');
  }

  addName(path: Path, existing: Path): void {
    fs.linkSync(this.#place(existing), this.#place(path));
  }

  rename(from: Path, to: Path): void {
    fs.renameSync(this.#place(from), this.#place(to));
  }

  remove(path: Path, kind: 'file' | 'folder'): void {
    if (path.length === 0) throw new FileError('EBUSY');
    if (kind === 'folder') fs.rmdirSync(this.#place(path));
    else if (isFolder(this.attributes(path))) throw new FileError('EISDIR');
    else fs.unlinkSync(this.#place(path));
  }

  setPermissions(path: Path, permissions: number): void {
    if (isLink(this.attributes(path))) throw new FileError('EOPNOTSUPP');
    fs.chmodSync(this.#place(path), permissions & PERMISSIONS);
  }

  setTimes(path: Path, access: number, modification: number): void {
    fs.lutimesSync(this.#place(path), access / 1000, modification / 1000);
  }

  setSize(path: Path, size: number): void {
    const file = this.open(path, { read: false, write: true, truncate: false });
    try {
      file.setSize(size);
    } finally {
      file.close();
    }
  }

  space(): FolderSpace {
    const { bsize, blocks, bfree, bavail, files, ffree } = fs.statfsSync(this.#root);
    return { blockSize: bsize, blocks, free: bfree, available: bavail, files, freeFiles: ffree };
  }

  /** Where a path lies on the host. @throws FileError if something on the way is no folder of its own */
  #place(path: Path): Buffer {
    let place = Buffer.from(this.#root);
    for (const [index, name] of path.entries()) {
      if (index > 0 && !fs.lstatSync(place).isDirectory()) throw new FileError('ENOTDIR');
      if (process.platform === 'win32' && NO_NAME_ON_WINDOWS.test(name)) throw new FileError('EINVAL');
      place = Buffer.concat([place, Buffer.from('/'), Buffer.from(name, 'latin1')]);
    }
    return place;
  }
}

class NodeFile implements HostFile {
  readonly #descriptor: number;
  readonly #device: bigint;

  constructor(descriptor: number, device: bigint) {
    this.#descriptor = descriptor;
    this.#device = device;
  }

  read(offset: number, into: Uint8Array): number {
    let done = 0;
    while (done < into.length) {
      const count = fs.readSync(this.#descriptor, into, done, into.length - done, offset + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  write(offset: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      done += fs.writeSync(this.#descriptor, bytes, done, bytes.length - done, offset + done);
    }
  }

  attributes(): FileAttributes {
    return attributesOf(fs.fstatSync(this.#descriptor, { bigint: true }), this.#device);
  }

  setSize(size: number): void {
    fs.ftruncateSync(this.#descriptor, size);
  }

  sync(): void {
    fs.fsyncSync(this.#descriptor);
  }

  close(): void {
    fs.closeSync(this.#descriptor);
  }
}

function openFlags({ read, write, truncate }: OpenMode): number {
  const access = write ? (read ? O_RDWR : O_WRONLY) : O_RDONLY;
  return access | (truncate ? O_TRUNC : 0) | O_NOFOLLOW | O_NONBLOCK;
}

function attributesOf(stat: fs.BigIntStats, device: bigint): FileAttributes {
  return {
    mode: Number(stat.mode),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    links: Number(stat.nlink),
    // Of another file system mounted inside: so that its numbers do not meet those of the folder's own.
    id: BigInt.asUintN(64, stat.dev === device ? stat.ino : stat.ino ^ (stat.dev << 40n)),
    size: Number(stat.size),
    blockSize: Number(stat.blksize),
    blocks: Number(stat.blocks),
    accessed: stat.atimeNs,
    modified: stat.mtimeNs,
    changed: stat.ctimeNs,
  };
}
