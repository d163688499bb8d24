/**
 * What everything else needs built: the machine's core, the firmware and the hypervisor. A package ships them; a checkout builds
 * them when they or what builds them has changed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '../toolchain/program.ts';
import { cacheFolder, isCached, sourcesKey, store } from './cache.ts';
import { isCheckout, packageRoot } from './package-root.ts';
import { firmware, hypervisor } from './programs.ts';
import { Progress } from './progress.ts';

export type ArtefactName = 'core.wasm' | 'firmware.elf' | 'hypervisor.elf';
export const artefactNames: readonly ArtefactName[] = ['core.wasm', 'firmware.elf', 'hypervisor.elf'];

/** Of the package; in a checkout `npm pack` writes here. */
export const prebuiltFolder = join(packageRoot, 'dist', 'prebuilt');

interface Recipe {
  /** Files and folders that it depends on. */
  readonly sources: readonly string[];
  readonly settings: string;
  readonly build: () => Promise<Uint8Array>;
}

const recipes: Readonly<Record<ArtefactName, Recipe>> = {
  'core.wasm': {
    sources: ['machine/core', 'machine/build-core.ts', 'machine/fuse.ts', 'toolchain/assemblyscript.ts'],
    settings: '',
    build: async () => (await import('../machine/build-core.ts')).buildCore(readPackageFile),
  },
  'firmware.elf': programRecipe(firmware),
  'hypervisor.elf': programRecipe(hypervisor),
};

function programRecipe(program: Program): Recipe {
  return {
    sources: ['bare/rv', 'bare/lib', `bare/${program.name}`, 'isa', 'toolchain'],
    settings: JSON.stringify(program, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
    build: async () => {
      const { buildProgram } = await import('../toolchain/program.ts');
      return (await buildProgram(program, { readFile: readPackageFile, optimize: 'O3' })).elf;
    },
  };
}

/** The text of a file of the package, by its path in it; null when there is none. */
export function readPackageFile(path: string): string | null {
  const file = join(packageRoot, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** Path of an artefact, which is built if need be. */
export async function artefactPath(name: ArtefactName): Promise<string> {
  if (!isCheckout) return join(prebuiltFolder, name);
  const { sources, settings, build } = recipes[name];
  const [stem, extension] = name.split('.') as [string, string];
  const lockfile = readPackageFile('package-lock.json') ?? '';
  const path = join(cacheFolder(), `${stem}-${sourcesKey(sources, [settings, lockfile])}.${extension}`);
  if (!isCached(path)) {
    using progress = new Progress('typevisor');
    progress.show(`building ${name}`);
    store(path, await build());
  }
  return path;
}

export async function artefact(name: ArtefactName): Promise<Uint8Array<ArrayBuffer>> {
  return readFileSync(await artefactPath(name));
}
