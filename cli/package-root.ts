/** The package's own folder: a checkout, where this runs as TypeScript, or an installed package, where it is compiled in dist/. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const isCheckout = import.meta.filename.endsWith('.ts');
export const packageRoot = findPackageRoot(import.meta.dirname);
export const version = (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string })
  .version;

function findPackageRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findPackageRoot(dirname(folder));
}
