/** From a program's sources to an ELF: AssemblyScript -> wasm -> RV64, the assembly files beside it, and the linker. */
import { assemble } from './assembler/assemble.ts';
import { compile } from './compiler/compile.ts';
import { debugSections } from './dwarf/debug-sections.ts';
import { writeElf } from './elf.ts';
import { type Image, type Layout, link } from './linker/link.ts';
import type { ObjectFile } from './object.ts';

/** What a program consists of, and where it lies. */
export interface Program extends Layout {
  readonly name: string;
  /** Path of its TypeScript entry file, if it has one; then `dataBase` must be given too. */
  readonly entry?: string;
  /** Paths of its assembly files; what the first one begins with is the program's lowest address. */
  readonly assembly: readonly string[];
}

export interface BuildOptions {
  /** The text of a file by the path that the program or one of its files gives; null where there is none. */
  readonly readFile: (path: string) => string | null;
  readonly optimize?: 'O0' | 'O3' | 'Os';
  /** Linked beside the program's own. */
  readonly objects?: readonly ObjectFile[];
}

export interface BuiltProgram {
  readonly image: Image;
  /** With DWARF line tables; paths in it are those that `readFile` was asked for. */
  readonly elf: Uint8Array;
}

/** A file that the program names is not there. */
export class MissingSourceError extends Error {
  override readonly name = 'MissingSourceError';
}

/**
 * @throws AssemblyScriptError, CompileError, SourceError, LinkError with messages for the user; MissingSourceError.
 */
export async function buildProgram(program: Program, options: BuildOptions): Promise<BuiltProgram> {
  const { readFile } = options;
  const compiled = program.entry === undefined ? undefined : await compileEntry(program, program.entry, options);
  const defines = compiled === undefined ? {} : absoluteSymbols(compiled);
  const assembled = program.assembly.map((file) => {
    const source = readFile(file);
    if (source === null) throw new MissingSourceError(`${file}: no such file`);
    return assemble(source, file, { defines, include: includer(readFile) });
  });
  const objects = [...assembled, ...(compiled === undefined ? [] : [compiled]), ...(options.objects ?? [])];
  const image = link(objects, program);
  return { image, elf: writeElf(image, debugSections(image)) };
}

async function compileEntry(program: Program, entry: string, options: BuildOptions): Promise<ObjectFile> {
  if (program.dataBase === undefined)
    throw new Error(`${program.name}: a program with a TypeScript entry needs a dataBase`);
  // Loaded when it is needed: the compiler is large, and a program may be all assembly.
  const { compileAssemblyScript } = await import('./assemblyscript.ts');
  const { wasm, sourceMap } = await compileAssemblyScript({
    entry,
    readFile: options.readFile,
    target: 'wasm64',
    optimize: options.optimize ?? 'O3',
    memoryBase: program.dataBase,
    // For atomics; bare-metal code has them always.
    flags: ['--enable', 'threads'],
  });
  return compile(wasm, { name: program.name, sourceMap });
}

/** What the TypeScript side exports as constants, offsets of fields above all, for `.S` files to use as names. */
function absoluteSymbols({ symbols }: ObjectFile): Record<string, bigint> {
  const absolute = symbols.filter(({ section }) => section === undefined);
  return Object.fromEntries(absolute.map(({ name, value }) => [name, value]));
}

/** Included files lie beside the file that includes them. */
function includer(readFile: BuildOptions['readFile']): (path: string, from: string) => string {
  // The assembler knows a file by the name that it was included by.
  const paths = new Map<string, string>();
  return (path, from) => {
    const parent = paths.get(from) ?? from;
    const full = path.startsWith('/') ? path : parent.slice(0, parent.lastIndexOf('/') + 1) + path;
    const text = readFile(full);
    if (text === null) throw new MissingSourceError(`${full}: no such file`);
    paths.set(path, full);
    return text;
  };
}
