import { extname } from 'node:path';

/** A module that is started by its name (a thread, a process), beside the one at `url`: as TypeScript, compiled, or bundled, as that one is. */
export function beside(url: string, name: string): URL {
  return new URL(`./${name}${extname(url)}`, url);
}
