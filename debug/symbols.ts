/** What an address in a program is called: its function and its place in the source. */

import { type ElfSymbol, readElf } from '../toolchain/elf.ts';
import type { Image } from '../toolchain/linker/image.ts';
import { readLineTable } from './line-table.ts';

export interface SourcePlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1; 0 where unknown. */
  readonly column: number;
}

export interface SymbolPlace {
  readonly name: string;
  /** Bytes from the start of the function. */
  readonly offset: number;
}

/** The code from `address` up to the next row comes from `place`; undefined where nothing is known about it. */
export interface AddressRow {
  readonly address: bigint;
  readonly place: SourcePlace | undefined;
}

interface CodeSymbol {
  readonly name: string;
  readonly address: bigint;
  /** 0 if unknown, as for a label of an assembly file: then up to the next symbol. */
  readonly size: number;
}

/** All addresses are virtual ones, as in the program's symbol table. */
export class Symbols {
  readonly #addresses = new Map<string, bigint>();
  /** By ascending address, one for each. */
  readonly #code: readonly CodeSymbol[];
  /** By ascending address. */
  readonly #rows: readonly AddressRow[];

  private constructor(symbols: readonly ElfSymbol[], rows: readonly AddressRow[]) {
    for (const { name, value } of symbols) this.#addresses.set(name, value);
    this.#code = codeSymbols(symbols);
    // Where one range ends and the next begins, the row of the latter comes last.
    const known = ({ place }: AddressRow) => (place === undefined ? 0 : 1);
    this.#rows = rows.toSorted((a, b) => compare(a.address, b.address) || known(a) - known(b));
  }

  /**
   * From an executable file; places come from its DWARF line table, if it has one.
   * @throws ElfError for a file that is none or is damaged, LineTableError for a damaged line table.
   */
  static fromElf(file: Uint8Array): Symbols {
    const { symbols, sections } = readElf(file);
    return new Symbols(
      symbols,
      readLineTable((name) => sections.find((section) => section.name === name)?.bytes),
    );
  }

  /** From a program that our own linker has just made. */
  static fromImage({ symbols, code }: Image): Symbols {
    const rows: AddressRow[] = [];
    for (const { start, size, lines } of code) {
      for (const { offset, file, line, column } of lines) {
        rows.push({ address: start + BigInt(offset), place: { file, line, column } });
      }
      rows.push({ address: start + BigInt(size), place: undefined });
    }
    // Where one range ends and the next begins, the row of the latter has to come last.
    return new Symbols(
      symbols,
      rows.toSorted((a, b) => Number(b.place === undefined) - Number(a.place === undefined)),
    );
  }

  /** The value of a symbol of any kind. */
  address(name: string): bigint | undefined {
    return this.#addresses.get(name);
  }

  /** The function that an address is in. */
  symbolAt(address: bigint): SymbolPlace | undefined {
    const symbol = lastUpTo(this.#code, address);
    if (symbol === undefined) return undefined;
    const offset = address - symbol.address;
    if (symbol.size !== 0 && offset >= BigInt(symbol.size)) return undefined;
    return { name: symbol.name, offset: Number(offset) };
  }

  /** Where in the source the instruction at an address comes from. */
  placeAt(address: bigint): SourcePlace | undefined {
    return lastUpTo(this.#rows, address)?.place;
  }

  /** For reports: `handleTrap+0x1c (trap.ts:42)`, or what is known of it, with the address where no function is. */
  describe(address: bigint): string {
    const symbol = this.symbolAt(address);
    const place = this.placeAt(address);
    const name = symbol === undefined ? `0x${address.toString(16)}` : `${symbol.name}+0x${symbol.offset.toString(16)}`;
    return place === undefined ? name : `${name} (${place.file}:${place.line})`;
  }
}

/** Functions and labels; where several have one address a function is preferred, then a global name. */
function codeSymbols(symbols: readonly ElfSymbol[]): CodeSymbol[] {
  const rank = (symbol: ElfSymbol) => (symbol.type === 'function' ? 2 : 0) + (symbol.global ? 1 : 0);
  // RISC-V's mapping symbols ($x, $d) and local labels say nothing to a reader.
  const named = symbols.filter(({ type, section, name }) => {
    return type !== 'object' && section !== undefined && name !== '' && !name.startsWith('$') && !name.startsWith('.L');
  });
  const best = new Map<bigint, ElfSymbol>();
  for (const symbol of named) {
    const other = best.get(symbol.value);
    if (other === undefined || rank(symbol) > rank(other)) best.set(symbol.value, symbol);
  }
  return [...best.values()]
    .map(({ name, value, size }) => ({ name, address: value, size }))
    .sort((a, b) => compare(a.address, b.address));
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}

/** The last entry whose address is not above `address`. */
function lastUpTo<Entry extends { readonly address: bigint }>(
  entries: readonly Entry[],
  address: bigint,
): Entry | undefined {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entries[middle]!.address <= address) low = middle + 1;
    else high = middle;
  }
  return entries[low - 1];
}
