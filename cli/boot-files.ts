/** What `typevisor machine` boots, from the files that its options name. */
import { readFileSync } from 'node:fs';
import type { BootFiles } from '../machine/index.ts';
import { artefact } from './artefacts.ts';
import { UserError } from './errors.ts';
import { readUserFile } from './files.ts';
import { fetchedLinux, fetchedOpenSbi } from './linux/fetched.ts';

export interface BootFileOptions {
  /** `default` for our firmware, `opensbi` for the one that has been fetched, or a path. */
  readonly bios: string;
  readonly kernel?: string;
  readonly initrd?: string;
  readonly append?: string;
  /** Kernel and initrd, where none are given, are those that `typevisor get linux` has fetched. */
  readonly linux?: true;
}

/** @throws UserError when a file cannot be read or has not been fetched, or there is nothing to boot. */
export async function bootFiles(options: BootFileOptions): Promise<BootFiles> {
  const fetched = options.linux ? fetchedLinux() : undefined;
  const kernel = options.kernel === undefined ? fetched?.kernel : options.kernel;
  const initrd = options.initrd === undefined ? fetched?.initrd : options.initrd;
  if (options.bios === 'default' && kernel === undefined) {
    throw new UserError('nothing to run: give a --kernel, --linux, or a --bios of your own');
  }
  return {
    firmware: await readFirmware(options.bios),
    ...(kernel === undefined ? {} : { kernel: readUserFile(kernel) }),
    ...(initrd === undefined ? {} : { initrd: readUserFile(initrd) }),
    ...(options.append === undefined ? {} : { append: options.append }),
  };
}

async function readFirmware(bios: string): Promise<Uint8Array> {
  if (bios === 'default') return artefact('firmware.elf');
  return bios === 'opensbi' ? readFileSync(fetchedOpenSbi()) : readUserFile(bios);
}
