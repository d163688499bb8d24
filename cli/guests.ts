/** From what the user names on the command line to an image that the hypervisor loads. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { type Elf, isElf, readElf } from '../toolchain/elf.ts';
import type { Program } from '../toolchain/program.ts';
import { readPackageFile } from './artefacts.ts';
import { UserError } from './errors.ts';
import { readUserFile } from './files.ts';
import type { GuestFile } from './plan.ts';
import { assemblyGuest, typescriptGuest } from './programs.ts';
import { formatSize } from './sizes.ts';

const RAM_BASE = 0x8000_0000n;
const PAGE_SIZE = 4096n;
const LONGEST_NAME = 31;

/** `path` is the user's file; `bytes` are those of the ELF where that is a source. */
export async function loadGuest(path: string): Promise<GuestFile> {
  const bytes = readUserFile(path);
  switch (extname(path)) {
    case '.ts':
      return { path, bytes: await compileTypeScript(path) };
    case '.S':
    case '.s':
      return { path, bytes: await buildGuest(assemblyGuest(guestName(path), slashes(path)), readGuestFile) };
    default:
      if (isElf(bytes)) checkElf(path, bytes);
      return { path, bytes };
  }
}

type ReadFile = (path: string) => string | null;

async function buildGuest(program: Program, readFile: ReadFile): Promise<Uint8Array> {
  const { buildProgram } = await import('../toolchain/program.ts');
  return (await buildProgram(program, { readFile, optimize: 'O3' })).elf;
}

/** The program's entry is a few lines that join the user's file and the runtime. */
function compileTypeScript(path: string): Promise<Uint8Array> {
  const user = slashes(path);
  const folder = user.slice(0, user.lastIndexOf('/') + 1);
  const entry = `${folder}${guestName(path)}.guest.ts`;
  const text = [
    `export { main } from './${user.slice(folder.length, -'.ts'.length)}';`,
    "export { abort, console_write_byte, shutDown, wasm_trap } from 'typevisor/guests/runtime';",
  ].join('\n');
  const isEntry = (file: string) => resolve(file) === resolve(entry);
  return buildGuest(typescriptGuest(guestName(path), entry), (file) => (isEntry(file) ? text : readGuestFile(file)));
}

function slashes(path: string): string {
  return path.replaceAll('\\', '/');
}

/**
 * A guest's sources are the user's; `import … from 'typevisor/guests/console'` and the runtime come from the package's bare/,
 * wherever AssemblyScript believes the package to be. An asconfig.json is for other programs than guests.
 */
function readGuestFile(path: string): string | null {
  if (path === 'asconfig.json') return null;
  const ours = /^(?:.*\/)?node_modules\/typevisor\/(.*)$/.exec(path);
  const text = ours === null ? null : readPackageFile(join('bare', ours[1]!));
  if (text !== null) return text;
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** @throws UserError, naming the file, for an ELF that cannot be loaded. */
export function checkElf(path: string, bytes: Uint8Array): Elf {
  try {
    return readElf(bytes);
  } catch (error) {
    throw error instanceof Error && error.name === 'ElfError' ? new UserError(`${path}: ${error.message}`) : error;
  }
}

/**
 * Whether the guest's memory has room for its image. A guest that is linked below 0x80000000 gets its memory from there on.
 * @throws UserError with the segment that has none.
 */
export function checkFits({ path, bytes }: GuestFile, memory: number): void {
  if (!isElf(bytes)) {
    if (bytes.length <= memory) return;
    throw new UserError(
      `${path}: ${bytes.length} bytes do not fit into ${formatSize(memory)} of guest memory; give more by --memory`,
    );
  }
  const { segments } = checkElf(path, bytes);
  if (segments.length === 0) throw new UserError(`${path}: an ELF without segments to load; link it first`);
  const lowest = segments.map(({ physicalAddress }) => physicalAddress).reduce((a, b) => (a < b ? a : b));
  const start = lowest < RAM_BASE ? lowest - (lowest % PAGE_SIZE) : RAM_BASE;
  const end = start + BigInt(memory);
  for (const { physicalAddress, memorySize } of segments) {
    const segmentEnd = physicalAddress + BigInt(memorySize);
    if (segmentEnd <= end) continue;
    throw new UserError(
      `${path}: segment ${hex(physicalAddress)}..${hex(segmentEnd - 1n)} is outside guest memory ` +
        `${hex(start)}..${hex(end - 1n)}; give more by --memory, or link it lower`,
    );
  }
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** The file's name without its extension, as far as a device-tree node may be called so. */
export function guestName(path: string): string {
  const name = basename(path, extname(path)).replaceAll(/[^0-9a-zA-Z._+-]/g, '-');
  return name.slice(0, LONGEST_NAME) || 'guest';
}

/** Names for several guests: `abc`, `abc-2`, … */
export function guestNames(paths: readonly string[]): string[] {
  const taken = new Set<string>();
  return paths.map((path) => {
    const name = guestName(path);
    let unique = name;
    for (let count = 2; taken.has(unique); count++) unique = `${name.slice(0, LONGEST_NAME - 4)}-${count}`;
    taken.add(unique);
    return unique;
  });
}
