import type { ImageSymbol } from '../linker/image.ts';
import {
  ELFCLASS64,
  ELFDATA2LSB,
  EM_RISCV,
  ET_DYN,
  ET_EXEC,
  ET_REL,
  HEADER_SIZE,
  machineNames,
  PF_R,
  PF_W,
  PF_X,
  PROGRAM_HEADER_SIZE,
  PT_LOAD,
  SECTION_HEADER_SIZE,
  SHN_ABS,
  SHN_UNDEF,
  SHT_NOBITS,
  SHT_NULL,
  SHT_SYMTAB,
  STB_LOCAL,
  STT_FILE,
  STT_FUNC,
  STT_OBJECT,
  STT_SECTION,
  SYMBOL_SIZE,
} from './format.ts';

/** A part of the file that is loaded into memory (PT_LOAD). */
export interface ElfSegment {
  readonly virtualAddress: bigint;
  readonly physicalAddress: bigint;
  /** What the file holds; the rest up to `memorySize` is zero. A view of the file, not a copy. */
  readonly bytes: Uint8Array;
  readonly memorySize: number;
  readonly read: boolean;
  readonly write: boolean;
  readonly execute: boolean;
}

export interface ElfSection {
  readonly name: string;
  /** `sh_type`. */
  readonly type: number;
  /** `sh_flags`. */
  readonly flags: bigint;
  readonly address: bigint;
  readonly size: number;
  /** A view of the file; empty where the section has no bytes there (.bss). */
  readonly bytes: Uint8Array;
}

export type ElfSymbol = ImageSymbol;

export interface Elf {
  readonly entry: bigint;
  /** `e_flags`. */
  readonly flags: number;
  /** In the order of the file; none is empty, none overlaps another in physical addresses. */
  readonly segments: readonly ElfSegment[];
  readonly sections: readonly ElfSection[];
  /** Defined symbols in the order of the file, without those that only name a section or a source file. */
  readonly symbols: readonly ElfSymbol[];
}

/** What is wrong with an ELF file, as one line for the user. */
export class ElfError extends Error {
  override readonly name = 'ElfError';
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** Whether the file starts as every ELF does; such a file may still be refused by `readElf`. */
export function isElf(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/** Reads little-endian fields and refuses, by name, what lies behind the end of the file. */
class FileView {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u16 = (at: number): number => this.#view.getUint16(at, true);
  u32 = (at: number): number => this.#view.getUint32(at, true);
  u64 = (at: number): bigint => this.#view.getBigUint64(at, true);

  /** The bytes of a part of the file whose place and size the file itself gives. */
  span(offset: bigint, size: bigint, what: string): Uint8Array {
    // The offset of something that is not in the file, such as .bss, may lie anywhere.
    if (size === 0n) return new Uint8Array();
    if (offset + size > BigInt(this.#bytes.length)) {
      const { length } = this.#bytes;
      throw new ElfError(
        `${what} ends at byte ${offset + size}, but the file has only ${length} bytes: it is truncated or damaged`,
      );
    }
    return this.#bytes.subarray(Number(offset), Number(offset + size));
  }
}

const decoder = new TextDecoder();

/** The string that starts at `offset` of a string table, up to its zero. */
function stringAt(table: Uint8Array, offset: number): string {
  const end = table.indexOf(0, offset);
  return decoder.decode(table.subarray(offset, end < 0 ? table.length : end));
}

function checkHeader(bytes: Uint8Array): void {
  if (!isElf(bytes)) throw new ElfError('this is not an ELF file: it does not start with 7f 45 4c 46');
  if (bytes.length < HEADER_SIZE) {
    throw new ElfError(`the ELF file has only ${bytes.length} bytes, less than its 64-byte header: it is truncated`);
  }
  const view = new FileView(bytes);
  if (bytes[5] !== ELFDATA2LSB) throw new ElfError('this is a big-endian ELF; RISC-V needs a little-endian one');
  const machine = view.u16(18);
  if (machine !== EM_RISCV) {
    throw new ElfError(`this is an ELF for ${machineNames.get(machine) ?? `machine ${machine}`}; RISC-V is needed`);
  }
  if (bytes[4] !== ELFCLASS64) throw new ElfError('this is a 32-bit RISC-V ELF; a 64-bit one is needed (rv64)');
  const type = view.u16(16);
  if (type === ET_REL) throw new ElfError('this is a relocatable object file (.o); link it to an executable first');
  if (type !== ET_EXEC && type !== ET_DYN) throw new ElfError(`this ELF is of type ${type}, not an executable`);
}

function readSegments(view: FileView): ElfSegment[] {
  const offset = view.u64(32);
  const entrySize = view.u16(54);
  const count = view.u16(56);
  if (count === 0) return [];
  if (entrySize !== PROGRAM_HEADER_SIZE) throw new ElfError(`a program header has ${entrySize} bytes instead of 56`);
  view.span(offset, BigInt(count * PROGRAM_HEADER_SIZE), 'the table of program headers');
  const segments: ElfSegment[] = [];
  for (let index = 0; index < count; index++) {
    const at = Number(offset) + index * PROGRAM_HEADER_SIZE;
    const fileSize = view.u64(at + 32);
    const memorySize = view.u64(at + 40);
    if (view.u32(at) !== PT_LOAD || memorySize === 0n) continue;
    if (fileSize > memorySize) {
      throw new ElfError(`segment ${index} has ${fileSize} bytes in the file but only ${memorySize} in memory`);
    }
    const virtualAddress = view.u64(at + 16);
    const physicalAddress = view.u64(at + 24);
    if (memorySize > 1n << 48n || physicalAddress + memorySize > 1n << 64n) {
      throw new ElfError(`segment ${index} at ${hex(physicalAddress)} has an impossible size of ${memorySize} bytes`);
    }
    const flags = view.u32(at + 4);
    segments.push({
      virtualAddress,
      physicalAddress,
      bytes: view.span(view.u64(at + 8), fileSize, `segment ${index} at ${hex(physicalAddress)}`),
      memorySize: Number(memorySize),
      read: (flags & PF_R) !== 0,
      write: (flags & PF_W) !== 0,
      execute: (flags & PF_X) !== 0,
    });
  }
  checkOverlap(segments);
  return segments;
}

function checkOverlap(segments: readonly ElfSegment[]): void {
  const byAddress = [...segments].sort((a, b) => (a.physicalAddress < b.physicalAddress ? -1 : 1));
  for (const [index, segment] of byAddress.entries()) {
    const next = byAddress[index + 1];
    const end = segment.physicalAddress + BigInt(segment.memorySize);
    if (next && end > next.physicalAddress) {
      const range = `${hex(segment.physicalAddress)} to ${hex(end)}`;
      throw new ElfError(`two segments overlap: ${range}, and the one at ${hex(next.physicalAddress)}`);
    }
  }
}

interface SectionHeader {
  readonly nameOffset: number;
  readonly section: ElfSection;
  readonly link: number;
}

function readSections(view: FileView): SectionHeader[] {
  const offset = view.u64(40);
  const count = view.u16(60);
  if (offset === 0n || count === 0) return [];
  if (view.u16(58) !== SECTION_HEADER_SIZE)
    throw new ElfError(`a section header has ${view.u16(58)} bytes instead of 64`);
  view.span(offset, BigInt(count * SECTION_HEADER_SIZE), 'the table of section headers');
  const headers: SectionHeader[] = [];
  for (let index = 0; index < count; index++) {
    const at = Number(offset) + index * SECTION_HEADER_SIZE;
    const type = view.u32(at + 4);
    const size = view.u64(at + 32);
    const inFile = type === SHT_NOBITS || type === SHT_NULL ? 0n : size;
    headers.push({
      nameOffset: view.u32(at),
      link: view.u32(at + 40),
      section: {
        name: '',
        type,
        flags: view.u64(at + 8),
        address: view.u64(at + 16),
        size: Number(size),
        bytes: view.span(view.u64(at + 24), inFile, `section ${index}`),
      },
    });
  }
  const names = headers[view.u16(62)]?.section.bytes ?? new Uint8Array();
  return headers.map((header) => ({
    ...header,
    section: { ...header.section, name: stringAt(names, header.nameOffset) },
  }));
}

function readSymbols(headers: readonly SectionHeader[]): ElfSymbol[] {
  const table = headers.find(({ section }) => section.type === SHT_SYMTAB);
  const strings = table && headers[table.link]?.section.bytes;
  if (!table || !strings) return [];
  const view = new FileView(table.section.bytes);
  const symbols: ElfSymbol[] = [];
  for (let at = SYMBOL_SIZE; at + SYMBOL_SIZE <= table.section.bytes.length; at += SYMBOL_SIZE) {
    const info = table.section.bytes[at + 4] as number;
    const type = info & 15;
    const index = view.u16(at + 6);
    if (index === SHN_UNDEF || type === STT_SECTION || type === STT_FILE) continue;
    symbols.push({
      name: stringAt(strings, view.u32(at)),
      value: view.u64(at + 8),
      size: Number(view.u64(at + 16)),
      type: type === STT_FUNC ? 'function' : type === STT_OBJECT ? 'object' : 'none',
      global: info >> 4 !== STB_LOCAL,
      section: index === SHN_ABS ? undefined : headers[index]?.section.name,
    });
  }
  return symbols;
}

/**
 * Reads a 64-bit little-endian RISC-V executable. Throws an ElfError that says what is wrong with the file: another
 * format or machine, an end before what the headers promise, or segments that overlap in physical addresses.
 */
export function readElf(bytes: Uint8Array): Elf {
  checkHeader(bytes);
  const view = new FileView(bytes);
  const headers = readSections(view);
  return {
    entry: view.u64(24),
    flags: view.u32(48),
    segments: readSegments(view),
    sections: headers.slice(1).map(({ section }) => section),
    symbols: readSymbols(headers),
  };
}
