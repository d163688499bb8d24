/** Reading and writing the user's files, with messages that name the file and the reason. */
import { fstatSync, mkdtempSync, openSync, readFileSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attempt } from '../host/system-error.ts';
import { UserError } from './errors.ts';

/** @returns a descriptor, to read or to write from the start. @throws UserError when the file cannot be opened. */
export function openUserFile(path: string, mode: 'r' | 'w' = 'r'): number {
  return attempt(path, () => openSync(path, mode), refused);
}

/**
 * @param file its descriptor, if it is open already
 * @throws UserError when the file cannot be read, or is empty.
 */
export function readUserFile(path: string, file?: number): Uint8Array<ArrayBuffer> {
  const read = () => (file !== undefined && isRereadable(file) ? readWhole(file) : readFileSync(file ?? path));
  const bytes = attempt(path, read, refused);
  if (bytes.length === 0) throw new UserError(`${path}: the file is empty`);
  return bytes;
}

/** Whether `readUserFile` gives the same again: not for a pipe. */
export function isRereadable(file: number): boolean {
  return fstatSync(file).isFile();
}

/** From its beginning, wherever the descriptor is. */
function readWhole(file: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(fstatSync(file).size);
  let length = 0;
  for (let read = -1; read !== 0; length += read) read = readSync(file, bytes, length, bytes.length - length, length);
  return bytes.subarray(0, length);
}

/** @throws UserError when the file cannot be written. */
export function writeUserFile(path: string, bytes: Uint8Array | string): void {
  attempt(path, () => writeFileSync(path, bytes), refused);
}

/** The file has all of the bytes, or is as it was. @throws UserError when it cannot be written. */
export function replaceUserFile(path: string, bytes: Uint8Array): void {
  const partial = `${path}.${process.pid}.partial`;
  try {
    attempt(path, () => writeFileSync(partial, bytes, { flush: true }), refused);
    attempt(path, () => renameSync(partial, path), refused);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

const refused = (message: string): Error => new UserError(message);

/** A folder of the system's temporary ones, for programs that want files. */
export class TemporaryFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'typevisor-'));

  pathOf(name: string): string {
    return join(this.path, name);
  }

  read(name: string): Uint8Array {
    return readFileSync(this.pathOf(name));
  }

  /** Returns the file's path. */
  write(name: string, bytes: Uint8Array): string {
    writeFileSync(this.pathOf(name), bytes);
    return this.pathOf(name);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
