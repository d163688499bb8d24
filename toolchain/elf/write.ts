import { debugSections } from '../dwarf/debug-sections.ts';
import type { Image, ImageSection, ImageSymbol } from '../linker/image.ts';
import { riscvAttributes } from './attributes.ts';
import {
  EF_RISCV_RVC,
  ELFCLASS64,
  ELFDATA2LSB,
  EM_RISCV,
  ET_EXEC,
  HEADER_SIZE,
  PF_R,
  PF_W,
  PF_X,
  PROGRAM_HEADER_SIZE,
  PT_LOAD,
  SECTION_HEADER_SIZE,
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_WRITE,
  SHN_ABS,
  SHT_NOBITS,
  SHT_NULL,
  SHT_PROGBITS,
  SHT_RISCV_ATTRIBUTES,
  SHT_STRTAB,
  SHT_SYMTAB,
  STB_GLOBAL,
  STB_LOCAL,
  STT_FUNC,
  STT_NOTYPE,
  STT_OBJECT,
  SYMBOL_SIZE,
} from './format.ts';

/** A section that is not loaded: debug information. */
export interface ExtraSection {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Segments stand in the file at a multiple of this, so that a loader can map them. */
const PAGE = 4096;

interface OutputSection {
  readonly name: string;
  readonly type: number;
  readonly flags: bigint;
  readonly address: bigint;
  readonly size: number;
  /** Undefined where the bytes are a segment's or there are none; `offset` says where. */
  readonly bytes?: Uint8Array;
  offset: number;
  readonly link: number;
  readonly info: number;
  readonly entrySize: number;
}

/** Zero-terminated strings, each once. */
class StringTable {
  readonly #offsets = new Map<string, number>([['', 0]]);
  #text = '\0';
  #length = 1;

  offsetOf(text: string): number {
    let offset = this.#offsets.get(text);
    if (offset === undefined) {
      offset = this.#length;
      this.#offsets.set(text, offset);
      this.#text += `${text}\0`;
      this.#length += new TextEncoder().encode(text).length + 1;
    }
    return offset;
  }

  get bytes(): Uint8Array {
    return new TextEncoder().encode(this.#text);
  }
}

const alignUp = (value: number, align: number): number => Math.ceil(value / align) * align;

const sectionFlags: Record<ImageSection['kind'], bigint> = {
  text: SHF_ALLOC | SHF_EXECINSTR,
  rodata: SHF_ALLOC,
  data: SHF_ALLOC | SHF_WRITE,
  bss: SHF_ALLOC | SHF_WRITE,
};

const symbolTypes: Record<ImageSymbol['type'], number> = { function: STT_FUNC, object: STT_OBJECT, none: STT_NOTYPE };

/** The symbol table, local symbols first as the format demands. */
function symbolTable(image: Image, strings: StringTable): { bytes: Uint8Array; firstGlobal: number } {
  const locals = image.symbols.filter((symbol) => !symbol.global);
  const ordered = [...locals, ...image.symbols.filter((symbol) => symbol.global)];
  const bytes = new Uint8Array((ordered.length + 1) * SYMBOL_SIZE);
  const view = new DataView(bytes.buffer);
  for (const [index, symbol] of ordered.entries()) {
    const at = (index + 1) * SYMBOL_SIZE;
    view.setUint32(at, strings.offsetOf(symbol.name), true);
    view.setUint8(at + 4, ((symbol.global ? STB_GLOBAL : STB_LOCAL) << 4) | symbolTypes[symbol.type]);
    const section = image.sections.findIndex(({ name }) => name === symbol.section);
    view.setUint16(at + 6, section < 0 ? SHN_ABS : section + 1, true);
    view.setBigUint64(at + 8, BigInt.asUintN(64, symbol.value), true);
    view.setBigUint64(at + 16, BigInt(symbol.size), true);
  }
  return { bytes, firstGlobal: locals.length + 1 };
}

function fileSections(
  image: Image,
  extra: readonly ExtraSection[],
  segmentOffsets: readonly number[],
): OutputSection[] {
  const plain = { flags: 0n, address: 0n, offset: 0, link: 0, info: 0, entrySize: 0 };
  const output: OutputSection[] = [{ ...plain, name: '', type: SHT_NULL, size: 0 }];
  for (const section of image.sections) {
    const segment = image.segments.findIndex(
      ({ address, memorySize }) => section.address >= address && section.address <= address + BigInt(memorySize),
    );
    const inSegment = Number(section.address - (image.segments[segment]?.address ?? section.address));
    output.push({
      ...plain,
      name: section.name,
      type: section.kind === 'bss' ? SHT_NOBITS : SHT_PROGBITS,
      flags: sectionFlags[section.kind],
      address: section.address,
      size: section.size,
      offset: (segmentOffsets[segment] ?? 0) + inSegment,
    });
  }
  const attach = (name: string, type: number, bytes: Uint8Array, rest: Partial<OutputSection> = {}): void => {
    output.push({ ...plain, name, type, size: bytes.length, bytes, ...rest });
  };
  for (const { name, bytes } of extra) attach(name, SHT_PROGBITS, bytes);
  attach('.riscv.attributes', SHT_RISCV_ATTRIBUTES, riscvAttributes());
  const strings = new StringTable();
  const symbols = symbolTable(image, strings);
  attach('.symtab', SHT_SYMTAB, symbols.bytes, {
    link: output.length + 1,
    info: symbols.firstGlobal,
    entrySize: SYMBOL_SIZE,
  });
  attach('.strtab', SHT_STRTAB, strings.bytes);
  return output;
}

/**
 * Writes a linked program as an ELF-64 executable: one PT_LOAD a segment, none of which holds the headers; sections,
 * symbols, and
 * `extra` sections, which are not loaded: debug information where nothing else is given.
 */
export function writeElf(image: Image, extra: readonly ExtraSection[] = debugSections(image)): Uint8Array {
  let end = HEADER_SIZE + image.segments.length * PROGRAM_HEADER_SIZE;
  const segmentOffsets = image.segments.map(({ bytes }) => {
    const offset = alignUp(end, PAGE);
    end = offset + bytes.length;
    return offset;
  });
  const sections = fileSections(image, extra, segmentOffsets);
  const names = new StringTable();
  for (const { name } of sections) names.offsetOf(name);
  names.offsetOf('.shstrtab');
  const nameBytes = names.bytes;
  sections.push({
    ...(sections[0] as OutputSection),
    name: '.shstrtab',
    type: SHT_STRTAB,
    size: nameBytes.length,
    bytes: nameBytes,
  });
  for (const section of sections) {
    if (!section.bytes) continue;
    section.offset = alignUp(end, 8);
    end = section.offset + section.bytes.length;
  }
  const headers = alignUp(end, 8);
  const file = new Uint8Array(headers + sections.length * SECTION_HEADER_SIZE);
  image.segments.forEach(({ bytes }, index) => {
    file.set(bytes, segmentOffsets[index]);
  });
  for (const { bytes, offset } of sections) if (bytes) file.set(bytes, offset);
  const view = new DataView(file.buffer);
  writeHeader(view, image, headers, sections.length);
  writeProgramHeaders(view, image, segmentOffsets);
  sections.forEach((section, index) => {
    writeSectionHeader(view, headers + index * SECTION_HEADER_SIZE, section, names.offsetOf(section.name));
  });
  return file;
}

function writeHeader(view: DataView, image: Image, sectionHeaders: number, sectionCount: number): void {
  [0x7f, 0x45, 0x4c, 0x46, ELFCLASS64, ELFDATA2LSB, 1].forEach((byte, at) => {
    view.setUint8(at, byte);
  });
  view.setUint16(16, ET_EXEC, true);
  view.setUint16(18, EM_RISCV, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, image.entry, true);
  view.setBigUint64(32, BigInt(HEADER_SIZE), true);
  view.setBigUint64(40, BigInt(sectionHeaders), true);
  view.setUint32(48, EF_RISCV_RVC, true);
  view.setUint16(52, HEADER_SIZE, true);
  view.setUint16(54, PROGRAM_HEADER_SIZE, true);
  view.setUint16(56, image.segments.length, true);
  view.setUint16(58, SECTION_HEADER_SIZE, true);
  view.setUint16(60, sectionCount, true);
  view.setUint16(62, sectionCount - 1, true);
}

function writeProgramHeaders(view: DataView, image: Image, offsets: readonly number[]): void {
  for (const [index, segment] of image.segments.entries()) {
    const at = HEADER_SIZE + index * PROGRAM_HEADER_SIZE;
    view.setUint32(at, PT_LOAD, true);
    view.setUint32(at + 4, PF_R | (segment.write ? PF_W : 0) | (segment.execute ? PF_X : 0), true);
    view.setBigUint64(at + 8, BigInt(offsets[index] as number), true);
    view.setBigUint64(at + 16, segment.address, true);
    view.setBigUint64(at + 24, segment.address, true);
    view.setBigUint64(at + 32, BigInt(segment.bytes.length), true);
    view.setBigUint64(at + 40, BigInt(segment.memorySize), true);
    view.setBigUint64(at + 48, BigInt(PAGE), true);
  }
}

function writeSectionHeader(view: DataView, at: number, section: OutputSection, name: number): void {
  view.setUint32(at, name, true);
  view.setUint32(at + 4, section.type, true);
  view.setBigUint64(at + 8, section.flags, true);
  view.setBigUint64(at + 16, section.address, true);
  view.setBigUint64(at + 24, BigInt(section.offset), true);
  view.setBigUint64(at + 32, BigInt(section.size), true);
  view.setUint32(at + 40, section.link, true);
  view.setUint32(at + 44, section.info, true);
  view.setBigUint64(at + 48, section.type === SHT_NULL ? 0n : section.entrySize ? 8n : 1n, true);
  view.setBigUint64(at + 56, BigInt(section.entrySize), true);
}
