/** `npm pack`: compiles what the package ships into dist/, for a Node that does not strip types under node_modules. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf } from '../test/command-of.ts';
import { artefactNames, artefactPath, prebuiltFolder } from './artefacts.ts';
import { bundlePrograms } from './bundle.ts';
import { packageRoot } from './package-root.ts';

rmSync(join(packageRoot, 'dist'), { recursive: true, force: true });
const tsc = spawnSync(process.execPath, [commandOf('typescript', 'tsc'), '-p', 'tsconfig.build.json'], {
  cwd: packageRoot,
  // npm reads stdout of `npm pack --json`.
  stdio: ['ignore', 2, 2],
});
if (tsc.status !== 0) process.exit(1);
await bundlePrograms(join(packageRoot, 'dist', 'command'));

mkdirSync(prebuiltFolder);
for (const name of artefactNames) copyFileSync(await artefactPath(name), join(prebuiltFolder, name));
