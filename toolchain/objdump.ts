/** What is in an ELF, as text: sections, symbols, and its code with labels and source lines. */
import { disassemble } from '../isa/disassemble.ts';
import { ComputedAddresses } from './computed-addresses.ts';
import { type LineTable, readLineTable, type SourcePlace } from './dwarf/line-table.ts';
import type { Elf, ElfSection, ElfSymbol } from './elf/read.ts';

const SHF_WRITE = 1n;
const SHF_ALLOC = 2n;
const SHF_EXECINSTR = 4n;

/** From so many zero bytes on they are not shown one by one. */
const LONG_ZEROS = 16;

const hex = (value: bigint | number, digits: number): string => value.toString(16).padStart(digits, '0');

/** Names of places in the code: the symbol at or before an address. */
class Labels {
  readonly #symbols: readonly ElfSymbol[];
  /** Where each section ends; names reach no further. */
  readonly #ends: ReadonlyMap<string | undefined, bigint>;

  /** Of all sections but absolute values. Of several symbols at an address a function's counts, then a global one. */
  constructor({ symbols, sections }: Elf) {
    this.#ends = new Map(sections.map(({ name, address, size }) => [name, address + BigInt(size)]));
    const rank = ({ type, global }: ElfSymbol): number => (type === 'function' ? 2 : 0) + (global ? 1 : 0);
    const byAddress = new Map<bigint, ElfSymbol>();
    for (const symbol of symbols) {
      const other = byAddress.get(symbol.value);
      if (symbol.section !== undefined && (!other || rank(symbol) > rank(other))) byAddress.set(symbol.value, symbol);
    }
    this.#symbols = [...byAddress.values()].sort((a, b) => (a.value < b.value ? -1 : 1));
  }

  at(address: bigint): string | undefined {
    const symbol = this.#find(address);
    return symbol?.value === address ? symbol.name : undefined;
  }

  /** `name` or `name+0x8`. */
  describe(address: bigint): string | undefined {
    const symbol = this.#find(address);
    if (!symbol || address >= (this.#ends.get(symbol.section) ?? address)) return undefined;
    return symbol.value === address ? symbol.name : `${symbol.name}+0x${(address - symbol.value).toString(16)}`;
  }

  #find(address: bigint): ElfSymbol | undefined {
    let low = 0;
    let high = this.#symbols.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#symbols[middle] as ElfSymbol).value <= address) low = middle + 1;
      else high = middle;
    }
    return this.#symbols[low - 1];
  }
}

function rights({ flags }: ElfSection): string {
  if ((flags & SHF_ALLOC) === 0n) return '---';
  return `R${flags & SHF_WRITE ? 'W' : '-'}${flags & SHF_EXECINSTR ? 'X' : '-'}`;
}

function sectionTable({ sections }: Elf): string[] {
  const width = Math.max(0, ...sections.map(({ name }) => name.length));
  return sections.map((section) => {
    const address = section.flags & SHF_ALLOC ? hex(section.address, 16) : ' '.repeat(16);
    return `  ${section.name.padEnd(width)}  ${address}  ${rights(section)}  ${section.size} bytes`;
  });
}

function symbolTable({ symbols }: Elf): string[] {
  const letters = { function: 'F', object: 'O', none: ' ' };
  return [...symbols]
    .sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0))
    .map(({ name, value, size, type, global, section }) => {
      const scope = global ? 'g' : 'l';
      return `  ${hex(value, 16)} ${scope}${letters[type]} ${(section ?? '*ABS*').padEnd(9)} ${hex(size, 8)} ${name}`;
    });
}

/** Length of the run of zeros at `at`, in whole halfwords. */
function zerosAt(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end + 1 < bytes.length && bytes[end] === 0 && bytes[end + 1] === 0) end += 2;
  return end - at;
}

function samePlace(a: SourcePlace | undefined, b: SourcePlace | undefined): boolean {
  return a?.file === b?.file && a?.line === b?.line;
}

/** The code of a section that `name` holds, from `address` on. */
function disassembly(bytes: Uint8Array, address: bigint, labels: Labels, lines: LineTable): string[] {
  const output: string[] = [];
  const computed = new ComputedAddresses();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let place: SourcePlace | undefined;
  let at = 0;
  while (at + 2 <= bytes.length) {
    const pc = address + BigInt(at);
    const label = labels.at(pc);
    if (label !== undefined) {
      output.push('', `${hex(pc, 16)} <${label}>:`);
      computed.clear();
    }
    const here = lines.find(pc);
    if (here && (label !== undefined || !samePlace(here, place))) output.push(`; ${here.file}:${here.line}`);
    place = here;
    const zeros = zerosAt(bytes, at);
    if (zeros >= LONG_ZEROS) {
      output.push('\t...');
      at += zeros;
      continue;
    }
    const whole = at + 4 <= bytes.length;
    const parcel = whole ? view.getUint32(at, true) : view.getUint16(at, true);
    const { text, length } = disassemble(parcel, pc, { symbol: (target) => labels.describe(target) });
    const digits = length === 4 && whole ? hex(parcel, 8) : hex(parcel & 0xffff, 4);
    const found = computed.next(parcel, pc);
    const name = found === undefined ? undefined : labels.describe(found);
    const comment = found === undefined ? '' : ` # ${hex(found, 1)}${name === undefined ? '' : ` <${name}>`}`;
    output.push(`${hex(pc, 8)}:\t${digits.padEnd(8)}\t${text}${comment}`);
    at += length;
  }
  return output;
}

/**
 * A text for `typevisor objdump`. Source lines stand above the code that they became, where the ELF has debug
 * information.
 */
export function disassembleElf(elf: Elf): string {
  const lines = readLineTable(elf);
  const parts = [`ELF for RV64, entry 0x${elf.entry.toString(16)}`];
  if (elf.sections.length > 0) parts.push('', 'Sections:', ...sectionTable(elf));
  if (elf.symbols.length > 0) parts.push('', 'Symbols:', ...symbolTable(elf));
  const code = elf.sections.filter(({ flags, bytes }) => flags & SHF_EXECINSTR && bytes.length > 0);
  const labels = new Labels(elf);
  for (const { name, bytes, address } of code) {
    parts.push('', `Disassembly of section ${name}:`);
    for (const line of disassembly(bytes, address, labels, lines)) parts.push(line);
  }
  if (elf.sections.length === 0) {
    // Stripped of everything but what is loaded.
    for (const { bytes, virtualAddress } of elf.segments.filter(({ execute }) => execute)) {
      parts.push('', `Disassembly of the segment at 0x${virtualAddress.toString(16)}:`);
      for (const line of disassembly(bytes, virtualAddress, labels, lines)) parts.push(line);
    }
  }
  return `${parts.join('\n')}\n`;
}
