/**
 * Archives in cpio's "newc" format, which Linux unpacks into its first file system (Linux, Documentation/driver-api/early-userspace,
 * "initramfs buffer format").
 */

export interface CpioEntry {
  /** Without a leading slash; folders come before what is in them. */
  readonly path: string;
  /** Type and permissions, as `st_mode`. */
  readonly mode: number;
  /** A file's contents, a symbolic link's target. */
  readonly bytes?: Uint8Array;
  /** Of a device node. */
  readonly device?: { readonly major: number; readonly minor: number };
}

export const S_IFCHR = 0o020000;
export const S_IFDIR = 0o040000;
export const S_IFREG = 0o100000;
export const S_IFLNK = 0o120000;

const MAGIC = '070701';
const TRAILER = 'TRAILER!!!';

/** All files belong to root, and date from 1970, so that the same entries are the same bytes. */
export function writeCpio(entries: readonly CpioEntry[]): Uint8Array<ArrayBuffer> {
  const parts = entries.flatMap((entry, index) => writeEntry(entry, index + 1));
  parts.push(...writeEntry({ path: TRAILER, mode: 0 }, 0));
  return new Uint8Array(Buffer.concat(parts));
}

function writeEntry({ path, mode, bytes = new Uint8Array(), device }: CpioEntry, inode: number): Uint8Array[] {
  const name = Buffer.from(`${path}\0`);
  const links = (mode & S_IFDIR) === S_IFDIR ? 2 : 1;
  const [uid, gid, time, check] = [0, 0, 0, 0];
  const owner = [0, 0];
  const fields = [inode, mode, uid, gid, links, time, bytes.length, ...owner];
  fields.push(device?.major ?? 0, device?.minor ?? 0, name.length, check);
  const header = Buffer.from(MAGIC + fields.map((field) => field.toString(16).padStart(8, '0')).join(''));
  return [header, name, padding(header.length + name.length), bytes, padding(bytes.length)];
}

/** Up to a multiple of four. */
function padding(length: number): Uint8Array {
  return new Uint8Array(-length & 3);
}
