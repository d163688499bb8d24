/** A folder of files that can be made again, each named by what it is made from. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isCheckout, packageRoot, version } from './package-root.ts';

/** In a checkout its own `build/`; an installed package's folder may not be ours to write to. */
export function cacheFolder(): string {
  const folder =
    process.env.TYPEVISOR_CACHE || (isCheckout ? join(packageRoot, 'build') : join(userCacheFolder(), version));
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The user's, for what does not depend on the version of this package. */
export function userCacheFolder(): string {
  if (process.env.TYPEVISOR_CACHE) return process.env.TYPEVISOR_CACHE;
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? homedir(), 'typevisor');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'typevisor');
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'typevisor');
}

/** What is put in: the name of a file in the cache, from what it depends on. */
export function contentKey(parts: Iterable<string | Uint8Array>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(String(part.length)).update('\0').update(part);
  return hash.digest('hex').slice(0, 16);
}

/** Whether a file is in the cache; if it is, it counts as used. */
export function isCached(path: string): boolean {
  if (!existsSync(path)) return false;
  const now = new Date();
  utimesSync(path, now, now);
  return true;
}

/** The bytes are there at once or not at all: several processes may store the same. */
export function store(path: string, bytes: Uint8Array): void {
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, bytes);
  renameSync(partial, path);
  removeUnused(dirname(path));
}

/** Whoever names a folder of his own as the cache may have other files there. */
const OURS = /-[0-9a-f]{16}\.(wasm|elf|module)$/;
const UNUSED_AFTER = 7 * 24 * 3600 * 1000;

/** Each change of a source makes new files, and the old ones are of no use. */
function removeUnused(folder: string): void {
  for (const name of readdirSync(folder).filter((each) => OURS.test(each))) {
    const path = join(folder, name);
    const status = statSync(path, { throwIfNoEntry: false });
    if (status?.isFile() && Date.now() - status.mtimeMs > UNUSED_AFTER) rmSync(path, { force: true });
  }
}

/** Stores bytes under a name of their own, for programs that want a file; returns the path. */
export function storeByContent(name: string, extension: string, bytes: Uint8Array): string {
  const path = join(cacheFolder(), `${name}-${contentKey([bytes])}${extension}`);
  if (!isCached(path)) store(path, bytes);
  return path;
}

/** A file itself, or every source of a folder and those below it, without tests. */
function sourceFiles(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|S|json)$/.test(entry.name) && !/\.test\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** A key for the contents of files and folders of the package, and for `more`. */
export function sourcesKey(sources: readonly string[], more: readonly string[]): string {
  const files = sources.flatMap((source) => sourceFiles(join(packageRoot, source)));
  return contentKey([...more, ...files.flatMap((file) => [file.slice(packageRoot.length), readFileSync(file)])]);
}
