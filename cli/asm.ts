/** `typevisor asm`: an assembly source to an ELF that runs as a guest. */
import { extname } from 'node:path';
import { UserError } from './errors.ts';
import { writeUserFile } from './files.ts';
import { loadGuest } from './guests.ts';

export interface AsmOptions {
  readonly output?: string;
}

/** @throws UserError, SourceError, LinkError. */
export async function asm(file: string, options: AsmOptions): Promise<void> {
  const extension = extname(file);
  if (extension.toLowerCase() !== '.s') throw new UserError(`${file}: not an assembly source (.S)`);
  const { bytes } = await loadGuest(file);
  writeUserFile(options.output ?? `${file.slice(0, -extension.length)}.elf`, bytes);
}
