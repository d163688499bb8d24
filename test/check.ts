/** `npm run check`: types, over the host's code and the two AssemblyScript programs, then format and lint. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** The script behind a package's command, run by this same Node: no shell, and no `.cmd` files on Windows. */
function commandOf(packageName: string, command: string): string {
  const manifest = require.resolve(`${packageName}/package.json`);
  return join(dirname(manifest), (require(manifest) as { bin: Record<string, string> }).bin[command]!);
}

const tsc = commandOf('typescript', 'tsc');
const biome = commandOf('@biomejs/biome', 'biome');

const steps: readonly (readonly string[])[] = [
  [tsc, '-p', 'tsconfig.json'],
  [tsc, '-p', 'bare'],
  [tsc, '-p', 'machine/core'],
  [biome, 'check', '--error-on-warnings', '.'],
];

for (const [script, ...args] of steps) {
  const { status } = spawnSync(process.execPath, [script!, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
