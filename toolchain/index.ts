/** The toolchain as a library: TypeScript and assembly to RV64 ELF files. Nothing here reads files: callbacks do. */
export { type AssembleOptions, assemble, SourceError } from './assembler/assemble.ts';
export { AssemblyScriptError, compileAssemblyScript } from './assemblyscript.ts';
export { type CompileOptions, compile } from './compiler/compile.ts';
export { CompileError } from './compiler/errors.ts';
export { type Elf, ElfError, type ElfSegment, type ElfSymbol, flatBinary, readElf, writeElf } from './elf.ts';
export { type Image, type Layout, LinkError, link } from './linker/link.ts';
export type { ObjectFile } from './object.ts';
export { type BuildOptions, type BuiltProgram, buildProgram, type Program } from './program.ts';
