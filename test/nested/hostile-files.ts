/** The programs of `hostile/`, assembled by GNU as (Debian: binutils) as flat code. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { TemporaryFolder } from '../../cli/files.ts';
import type { CpioEntry } from './cpio.ts';

const SOURCES = join(import.meta.dirname, 'hostile');

/** @param target the folder that they get into */
export function hostileFiles(target: string): CpioEntry[] {
  using folder = new TemporaryFolder();
  const [object, flat] = [folder.pathOf('program.o'), folder.pathOf('program.bin')];
  return readdirSync(SOURCES)
    .filter((name) => name.endsWith('.S'))
    .map((name) => {
      command('as', '--64', '-I', SOURCES, '-o', object, join(SOURCES, name));
      command('objcopy', '-O', 'binary', '-j', '.text', object, flat);
      return { path: `${target}/${basename(name, '.S')}.bin`, bytes: readFileSync(flat) };
    });
}

function command(name: string, ...args: readonly string[]): void {
  const { error, status, stderr } = spawnSync(name, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} (Debian: binutils): ${error?.message ?? stderr}`);
}
