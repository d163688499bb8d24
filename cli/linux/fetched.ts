/** The Linux that `typevisor get linux` has fetched, where everything else finds it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { userCacheFolder } from '../cache.ts';
import { UserError } from '../errors.ts';

/** What is in the folder. */
export const KERNEL = 'kernel';
export const INITRD = 'initrd';
export const OPENSBI = 'fw_dynamic.bin';
/** Which versions of which packages it is all from. */
export const VERSIONS = 'versions.json';

export interface FetchedLinux {
  readonly kernel: string;
  readonly initrd: string;
}

export function linuxFolder(): string {
  return join(userCacheFolder(), 'linux');
}

/** Paths. @throws UserError when nothing has been fetched yet. */
export function fetchedLinux(): FetchedLinux {
  return { kernel: fetched(KERNEL, 'Linux'), initrd: fetched(INITRD, 'Linux') };
}

/** Path of the newer OpenSBI. @throws UserError when it has not been fetched yet. */
export function fetchedOpenSbi(): string {
  return fetched(OPENSBI, 'OpenSBI');
}

function fetched(name: string, what: string): string {
  const path = join(linuxFolder(), name);
  if (!existsSync(path)) throw new UserError(`${what} has not been fetched yet: run typevisor get linux first`);
  return path;
}
