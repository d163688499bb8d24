import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** The script behind a package's command, for the Node that runs this: no shell, and no `.cmd` files on Windows. */
export function commandOf(packageName: string, command: string): string {
  const manifest = require.resolve(`${packageName}/package.json`);
  return join(dirname(manifest), (require(manifest) as { bin: Record<string, string> }).bin[command]!);
}
