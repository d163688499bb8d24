/** A disk that is a file of the host, byte for byte ("raw"). */
import { closeSync, fdatasyncSync, fstatSync, openSync, readSync, readvSync, writeSync, writevSync } from 'node:fs';
import { type Disk, DiskError, SECTOR_SIZE } from '../devices/disk/disk.ts';
import { attempt } from './system-error.ts';

/** IOV_MAX of Linux. */
const MOST_PIECES = 1024;
const QCOW2_MAGIC = 0x5146_49fb;

export interface FileDiskOptions {
  readonly readOnly?: boolean;
  /** Its descriptor, if it is open already. */
  readonly file?: number | undefined;
}

export class FileDisk implements Disk, Disposable {
  readonly #path: string;
  readonly #file: number;
  readonly size: number;
  readonly readOnly: boolean;

  /** @throws DiskError when the file cannot be opened so, or is not in whole sectors. */
  constructor(path: string, { readOnly = false, file = openDiskFile(path, readOnly) }: FileDiskOptions = {}) {
    this.#path = path;
    this.readOnly = readOnly;
    this.#file = file;
    try {
      this.size = checkedSize(path, this.#file);
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
  }

  /** The same for two names of one file. */
  get identity(): string {
    const { dev, ino } = fstatSync(this.#file);
    return `${dev}:${ino}`;
  }

  read(offset: number, bytes: Uint8Array): void {
    this.#transfer(bytes.length, (done) => readSync(this.#file, bytes, done, bytes.length - done, offset + done));
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#transfer(bytes.length, (done) => writeSync(this.#file, bytes, done, bytes.length - done, offset + done));
  }

  readPieces(offset: number, pieces: readonly Uint8Array[]): void {
    this.#transferPieces(offset, pieces, readvSync);
  }

  writePieces(offset: number, pieces: readonly Uint8Array[]): void {
    this.#transferPieces(offset, pieces, writevSync);
  }

  flush(): void {
    this.#attempt(() => fdatasyncSync(this.#file));
  }

  /** Closes the file; the disk is of no use any more. */
  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  /** The host may do less than asked for at once; nothing at all means that the file ends before the disk does. */
  #transfer(length: number, some: (done: number) => number): void {
    for (let done = 0; done < length; ) {
      const more = this.#attempt(() => some(done));
      if (more === 0) throw new DiskError(`${this.#path}: has become shorter than the ${this.size} bytes that it had`);
      done += more;
    }
  }

  /** By as few system calls as the host allows: a guest's requests are scattered over many of its pages. */
  #transferPieces(offset: number, pieces: readonly Uint8Array[], transfer: typeof readvSync): void {
    for (let first = 0, at = offset; first < pieces.length; first += MOST_PIECES) {
      let left = pieces.slice(first, first + MOST_PIECES);
      const length = left.reduce((sum, piece) => sum + piece.length, 0);
      this.#transfer(length, (done) => {
        const more = transfer(this.#file, left, at + done);
        left = behind(left, more);
        return more;
      });
      at += length;
    }
  }

  #attempt<T>(action: () => T): T {
    return attempt(this.#path, action, refused);
  }
}

/** What is left of pieces when so many bytes have been transferred. */
function behind(pieces: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let passed = 0;
  return pieces.flatMap((piece) => {
    const start = Math.min(Math.max(bytes - passed, 0), piece.length);
    passed += piece.length;
    return start === piece.length ? [] : [piece.subarray(start)];
  });
}

/** @throws DiskError when the file cannot be opened so; its cause is the system's error. */
export function openDiskFile(path: string, readOnly: boolean): number {
  return attempt(path, () => openSync(path, readOnly ? 'r' : 'r+'), refused);
}

const refused = (message: string, cause: unknown): Error => new DiskError(message, { cause });

/** In bytes. */
function checkedSize(path: string, file: number): number {
  const status = fstatSync(file);
  if (status.isDirectory()) throw new DiskError(`${path}: is a folder, not a file`);
  if (!status.isFile())
    throw new DiskError(`${path}: is not an ordinary file, so it has no size that a disk could have`);
  const { size } = status;
  if (size === 0) throw new DiskError(`${path}: the file is empty; truncate -s 64M ${path} makes a disk of 64 MiB`);
  if (size % SECTOR_SIZE !== 0) {
    const up = Math.ceil(size / SECTOR_SIZE) * SECTOR_SIZE;
    throw new DiskError(
      `${path}: ${size} bytes are no whole sectors of ${SECTOR_SIZE}; truncate -s ${up} makes them so`,
    );
  }
  const magic = new DataView(new ArrayBuffer(4));
  readSync(file, magic, 0, 4, 0);
  if (magic.getUint32(0) === QCOW2_MAGIC) {
    throw new DiskError(`${path}: is a qcow2 image; qemu-img convert -O raw ${path} disk.img makes a raw one of it`);
  }
  return size;
}
