/**
 * What starts a guest on KVM, in few files. Node looks for each module of a program, reads it and compiles it, ES modules slower than
 * CommonJS: a hundred small ones take longer than its own start.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { packageRoot } from './package-root.ts';

/** The launcher, and what is started by its name beside it: the monitor, and threads. */
const PROGRAMS = ['cli/kvm-launcher.ts', 'cli/monitor-process.ts', 'kvm/vcpu-worker.ts', 'kvm/tap/reader.ts'];

/** Writes them to `folder`, where each has its own copy of what it needs. Dependencies of the package stay outside. */
export async function bundlePrograms(folder: string): Promise<void> {
  const manifest: Record<string, object> = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  const external = dependencies.map((name) => new RegExp(`^${name}(/|$)`));
  for (const program of PROGRAMS) {
    await using bundle = await rolldown({
      input: join(packageRoot, program),
      platform: 'node',
      external,
      logLevel: 'silent',
    });
    const [name] = /[^/]+(?=\.ts$)/.exec(program)!;
    const names = { entryFileNames: `${name}.cjs`, chunkFileNames: `${name}-[name].cjs` };
    await bundle.write({ dir: folder, format: 'cjs', ...names });
  }
}
