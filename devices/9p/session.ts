/** What a client and the server have agreed on: the size of messages, and which file each of the client's numbers (fids) means. */

import type { State, StateReader } from '../state.ts';
import { errnoOf, FileError } from './file-error.ts';
import type { HostFile, HostFolder, OpenMode, Path } from './host-folder.ts';
import type { MessageReader, MessageWriter } from './message.ts';

/** A client that means well has one for each file that it has in use; open ones cost the host a file descriptor. */
export const MOST_FIDS = 4096;
const LONGEST_NAME = 255;
const LONGEST_PATH = 4095;

export interface Fid {
  path: Path;
  /** While it is open: a file, or the names in a folder as they were when reading began. */
  file?: HostFile | undefined;
  mode?: OpenMode | undefined;
  listing?: readonly string[] | undefined;
}

/** Serves one type of request: reads its fields and writes those of the reply. @throws errors with a `code` */
export type Handler = (session: Session, request: MessageReader, reply: MessageWriter) => void;

export class Session {
  readonly folder: HostFolder;
  /** The longest message, 0 before there is a version. */
  messageSize = 0;
  readonly #fids = new Map<number, Fid>();

  constructor(folder: HostFolder) {
    this.folder = folder;
  }

  get fids(): number {
    return this.#fids.size;
  }

  fid(number: number): Fid {
    const fid = this.#fids.get(number);
    if (fid === undefined) throw new FileError('EBADF');
    return fid;
  }

  /** The file that a fid has open. */
  file(number: number): HostFile {
    const { file } = this.fid(number);
    if (file === undefined) throw new FileError('EBADF');
    return file;
  }

  add(number: number, path: Path): void {
    if (this.#fids.has(number)) throw new FileError('EBADF');
    if (this.#fids.size === MOST_FIDS) throw new FileError('EMFILE');
    this.#fids.set(number, { path });
  }

  remove(number: number): void {
    const { file } = this.fid(number);
    this.#fids.delete(number);
    file?.close();
  }

  clear(): void {
    for (const { file } of this.#fids.values()) file?.close();
    this.#fids.clear();
  }

  /** A file has another place now, and with it those below it. */
  moved(from: Path, to: Path): void {
    for (const fid of this.#fids.values()) {
      if (from.every((name, index) => fid.path[index] === name)) fid.path = [...to, ...fid.path.slice(from.length)];
    }
  }

  /** What would change the folder is refused if it may only be read. */
  checkWritable(): void {
    if (this.folder.readOnly) throw new FileError('EROFS');
  }

  save(): State {
    const fids = [...this.#fids].map(([number, { path, mode, listing }]) => ({
      number,
      path: [...path],
      ...(mode === undefined ? {} : { read: mode.read, write: mode.write }),
      ...(listing === undefined ? {} : { listing: [...listing] }),
    }));
    return { messageSize: this.messageSize, fids };
  }

  /** Files that were open are opened anew; one that is not there any more is not open. */
  load(state: StateReader): void {
    this.clear();
    this.messageSize = state.number('messageSize', 0xffff_ffff);
    for (const saved of state.list('fids').slice(0, MOST_FIDS)) {
      const fid: Fid = { path: saved.texts('path').map(checkedName) };
      if (saved.has('listing')) fid.listing = saved.texts('listing');
      this.#fids.set(saved.number('number', 0xffff_ffff), fid);
      if (!saved.has('read')) continue;
      fid.mode = { read: saved.boolean('read'), write: saved.boolean('write'), truncate: false };
      fid.file = this.#reopen(fid.path, fid.mode);
    }
  }

  #reopen(path: Path, mode: OpenMode): HostFile | undefined {
    try {
      return this.folder.open(path, mode);
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
      return undefined;
    }
  }
}

/** The path of a name in a folder; `..` goes up, but not out. */
export function walk(path: Path, name: string): Path {
  if (name === '..') return path.slice(0, -1);
  return name === '.' ? path : below(path, name);
}

/** The path of something in a folder. @throws FileError for what is no name */
export function below(path: Path, name: string): Path {
  const result = [...path, checkedName(name)];
  if (result.reduce((length, each) => length + each.length + 1, 0) > LONGEST_PATH) throw new FileError('ENAMETOOLONG');
  return result;
}

function checkedName(name: string): string {
  if (name === '' || name === '.' || name === '..') throw new FileError('EINVAL');
  if (name.includes('/') || name.includes('\0')) throw new FileError('EINVAL');
  if (name.length > LONGEST_NAME) throw new FileError('ENAMETOOLONG');
  return name;
}
