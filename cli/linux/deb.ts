/** Reads Debian's packages with dpkg, which is wherever apt is. */
import { spawn } from 'node:child_process';
import { UserError } from '../errors.ts';
import { readTar } from './tar.ts';

/**
 * The files of a package whose paths match, with their contents.
 * @throws UserError when dpkg cannot read it, or nothing matches.
 */
export async function readDeb(deb: string, pattern: RegExp): Promise<ReadonlyMap<string, Uint8Array>> {
  const dpkg = spawn('dpkg-deb', ['--fsys-tarfile', deb], { stdio: ['ignore', 'pipe', 'ignore'] });
  const end = new Promise<number | null>((resolve, reject) => {
    dpkg.on('error', reject);
    dpkg.on('close', resolve);
  });
  const files = await readTar(dpkg.stdout, (path) => pattern.test(path));
  dpkg.stdout.resume();
  if ((await end) !== 0) throw new UserError(`${deb}: dpkg-deb cannot read this package`);
  if (files.size === 0) throw new UserError(`${deb}: has no file that matches ${pattern}`);
  return files;
}
