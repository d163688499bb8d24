/** ELF executables of RV64: the one reader and the one writer. */
export { type FlatOptions, flatBinary } from './elf/flat.ts';
export { type Elf, ElfError, type ElfSection, type ElfSegment, type ElfSymbol, isElf, readElf } from './elf/read.ts';
export { type ExtraSection, writeElf } from './elf/write.ts';
