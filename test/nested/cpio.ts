/** Writes an initramfs: a cpio archive in the "newc" format (Linux, Documentation/driver-api/early-userspace/buffer-format.rst). */

export interface CpioEntry {
  /** Without a leading slash. */
  readonly path: string;
  /** Left out for a folder. */
  readonly bytes?: Uint8Array;
  readonly executable?: boolean;
}

const REGULAR = 0o100000;
const FOLDER = 0o040000;

/** Folders on the way to a file are added; a file that is there twice is taken once. */
export function cpio(entries: readonly CpioEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const seen = new Set<string>();
  let inode = 1;
  const add = (path: string, mode: number, bytes: Uint8Array) => {
    const fields = [inode++, mode, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, path.length + 1, 0];
    const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${path}\0`;
    parts.push(padded(new TextEncoder().encode(header)), padded(bytes));
  };
  const addFolder = (path: string) => {
    if (path === '' || seen.has(path)) return;
    addFolder(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    seen.add(path);
    add(path, FOLDER | 0o755, new Uint8Array());
  };
  for (const { path, bytes, executable } of entries) {
    if (bytes === undefined) {
      addFolder(path);
    } else if (!seen.has(path)) {
      seen.add(path);
      addFolder(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
      add(path, REGULAR | (executable ? 0o755 : 0o644), bytes);
    }
  }
  add('TRAILER!!!', 0, new Uint8Array());
  return Buffer.concat(parts);
}

/** To a multiple of 4 bytes. */
function padded(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  result.set(bytes);
  return result;
}
