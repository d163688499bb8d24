/**
 * A folder of the host that is shared with a guest (`host/folder.ts` is Node's). Calls are served at once and throw errors with
 * the system's `code`: ENOENT, EACCES, …
 *
 * A path is the names from the folder down. Names are never empty, `.` or `..`, have no slash and no NUL, and are bytes: each
 * character stands for one. No call follows a symbolic link or leaves the folder.
 */

export type Path = readonly string[];

export interface HostFolder {
  /** Calls that would change something are not made. */
  readonly readOnly: boolean;
  attributes(path: Path): FileAttributes;
  /** Of regular files only. */
  open(path: Path, mode: OpenMode): HostFile;
  /** A new file with these permissions, open as `mode` says. @throws EEXIST */
  create(path: Path, permissions: number, mode: OpenMode): HostFile;
  /** The names in a folder, in any order, without `.` and `..`. */
  list(path: Path): string[];
  makeFolder(path: Path, permissions: number): void;
  makeLink(path: Path, target: string): void;
  readLink(path: Path): string;
  /** Another name for a file. */
  addName(path: Path, existing: Path): void;
  rename(from: Path, to: Path): void;
  remove(path: Path, kind: 'file' | 'folder'): void;
  setPermissions(path: Path, permissions: number): void;
  /** Milliseconds since 1970. */
  setTimes(path: Path, access: number, modification: number): void;
  setSize(path: Path, size: number): void;
  space(): FolderSpace;
}

export interface OpenMode {
  readonly read: boolean;
  readonly write: boolean;
  /** Begin with nothing in it. */
  readonly truncate: boolean;
}

export interface HostFile {
  /** @returns how much there was, less than asked for only at the end. */
  read(offset: number, into: Uint8Array): number;
  /** Writes it all. */
  write(offset: number, bytes: Uint8Array): void;
  /** Also when it has no name any more. */
  attributes(): FileAttributes;
  setSize(size: number): void;
  /** Until it is safe from the host's crashes. */
  sync(): void;
  close(): void;
}

export interface FileAttributes {
  /** Type and permissions, as `st_mode` of Linux. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  /** What tells files of the folder apart: 64 bits. */
  readonly id: bigint;
  readonly size: number;
  readonly blockSize: number;
  /** Of 512 bytes. */
  readonly blocks: number;
  /** Nanoseconds since 1970. */
  readonly accessed: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
}

export interface FolderSpace {
  readonly blockSize: number;
  readonly blocks: number;
  readonly free: number;
  readonly available: number;
  readonly files: number;
  readonly freeFiles: number;
}

// Types in `mode`, as Linux has them.
const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;
const S_IFLNK = 0o120000;

export function isFolder({ mode }: FileAttributes): boolean {
  return (mode & S_IFMT) === S_IFDIR;
}

export function isRegular({ mode }: FileAttributes): boolean {
  return (mode & S_IFMT) === S_IFREG;
}

export function isLink({ mode }: FileAttributes): boolean {
  return (mode & S_IFMT) === S_IFLNK;
}
