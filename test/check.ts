/** `npm run check`: types, over the host's code and the two AssemblyScript programs, then format and lint. */
import { spawnSync } from 'node:child_process';
import { commandOf } from './command-of.ts';

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
