/** `typevisor build`: the hypervisor as a file. */
import { flatBinary } from '../toolchain/elf.ts';
import type { ObjectFile } from '../toolchain/object.ts';
import { buildProgram } from '../toolchain/program.ts';
import { readPackageFile } from './artefacts.ts';
import { writeUserFile } from './files.ts';
import { loadGuest } from './guests.ts';
import { EMBEDDED_GUEST, hypervisor } from './programs.ts';

export interface BuildOptions {
  readonly guest?: string;
  readonly output?: string;
  readonly flat?: true;
}

/** @throws UserError for files that cannot be read or written. */
export async function build(options: BuildOptions): Promise<void> {
  const output = options.output ?? (options.flat ? 'typevisor.bin' : 'typevisor.elf');
  const guest = options.guest === undefined ? undefined : await loadGuest(options.guest);
  const program =
    guest === undefined
      ? hypervisor
      : { ...hypervisor, assembly: hypervisor.assembly.filter((file) => file !== EMBEDDED_GUEST) };
  const objects = guest === undefined ? [] : [embeddedGuest(guest.path, guest.bytes)];
  const { image, elf } = await buildProgram(program, { readFile: readPackageFile, optimize: 'O3', objects });
  writeUserFile(output, options.flat ? flatBinary(image, { linuxHeader: true }) : elf);
}

/** What `bare/hypervisor/embedded.S` says without a guest: the size as a doubleword, and from byte 16 on the guest. */
function embeddedGuest(name: string, guest: Uint8Array): ObjectFile {
  const HEADER_SIZE = 16;
  const bytes = new Uint8Array(HEADER_SIZE + guest.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(guest.length), true);
  bytes.set(guest, HEADER_SIZE);
  const section = '.rodata';
  return {
    name,
    sections: [
      { name: section, kind: 'rodata', align: 16, bytes, size: bytes.length, relocations: [], lines: [], frames: [] },
    ],
    symbols: [{ name: 'embedded_guest', section, value: 0n, size: bytes.length, type: 'object', global: true }],
  };
}
