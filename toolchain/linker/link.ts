import type { ObjectFile, Relocation } from '../object.ts';
import { BACKTRACE_SYMBOL, backtraceObject } from './backtrace-table.ts';
import type { CodeRange, Image, ImageSection, ImageSegment } from './image.ts';
import { type Layout, PAGE, type Placed, placeRest, placeText, type Region } from './layout.ts';
import { layoutSymbols } from './layout-symbols.ts';
import { lineRowsOf } from './line-rows.ts';
import { hex, LinkError } from './link-error.ts';
import { applyRelocation, isRelative, RelocationError } from './relocate.ts';
import { LinkedSymbols } from './symbols.ts';

export type { Image } from './image.ts';
export type { Layout } from './layout.ts';
export { LinkError } from './link-error.ts';

/**
 * Lays out the objects' sections and resolves their relocations. In memory: text from the base, `.text.boot` before
 * the rest; rodata; data; heap; bss; a stack for each hart with a guard page below it. Code, constants and data start
 * at pages of their own. Symbols for the borders: see layout-symbols.ts. A program that refers to `__backtrace_table`
 * gets that table in its rodata.
 *
 * Throws a LinkError with all undefined symbols and all relocations that do not fit, or with what makes a layout
 * impossible.
 */
export function link(objects: readonly ObjectFile[], layout: Layout): Image {
  const text = placeText(objects, layout);
  if (text.start === text.end) throw new LinkError(['the program has no code']);
  const wantsBacktrace = objects.some(({ sections }) =>
    sections.some(({ relocations }) => relocations.some(({ symbol }) => symbol === BACKTRACE_SYMBOL)),
  );
  const all = wantsBacktrace ? [...objects, backtraceObject(text, layout.base)] : objects;
  const regions = [text, ...placeRest(all, layout, text)];
  const defined = new Map([...layoutSymbols(regions, layout), ...Object.entries(layout.symbols ?? {})]);
  const symbols = new LinkedSymbols(all, regions, defined);

  const sections = regions.map(writeRegion);
  relocateAll(regions, sections, symbols);
  const used = sections.filter(({ size }) => size > 0);
  return {
    base: layout.base,
    entry: findEntry(layout, symbols),
    end: (regions.at(-1) as Region).end,
    sections: used,
    segments: makeSegments(sections),
    symbols: symbols.imageSymbols().map((symbol) => {
      // A symbol at the start of an empty section has no section to be in.
      const inUse = used.some(({ name }) => name === symbol.section);
      return inUse ? symbol : { ...symbol, section: undefined };
    }),
    code: text.placed.map(codeRange),
  };
}

function findEntry({ entrySymbol, base }: Layout, symbols: LinkedSymbols): bigint {
  const entry = symbols.find(entrySymbol ?? '_start');
  if (entry === undefined && entrySymbol !== undefined) {
    throw new LinkError([`the entry '${entrySymbol}' is not defined; make it .globl in one of the objects`]);
  }
  return entry ?? base;
}

function codeRange({ object, section, address }: Placed): CodeRange {
  return {
    object: object.name,
    start: address,
    size: section.size,
    lines: lineRowsOf(object, section),
    frames: section.frames,
  };
}

function writeRegion({ name, kind, start, end, placed }: Region): ImageSection {
  const bytes = new Uint8Array(kind === 'bss' ? 0 : Number(end - start));
  if (kind !== 'bss') for (const { section, address } of placed) bytes.set(section.bytes, Number(address - start));
  return { name, kind, address: start, size: Number(end - start), bytes };
}

/**
 * R-X, R, and RW. Static data at a fixed address has a segment of its own where pages lie between it and the other
 * data; the last segment holds all that is zero at the start.
 */
function makeSegments(sections: readonly ImageSection[]): ImageSegment[] {
  const end = (section: ImageSection): bigint => section.address + BigInt(section.size);
  const segments: ImageSegment[] = sections
    .filter(({ kind, size }) => (kind === 'text' || kind === 'rodata') && size > 0)
    .map(({ address, bytes, kind }) => ({
      address,
      bytes,
      memorySize: bytes.length,
      write: false,
      execute: kind === 'text',
    }));
  const imageEnd = end(sections.at(-1) as ImageSection);
  const data = sections.filter(({ kind, size }) => kind === 'data' && size > 0);
  const firstZeros = sections.find(({ kind }) => kind === 'bss') as ImageSection;
  // Where the writable parts begin that a segment starts at: at pages that nothing before them reaches into.
  const starts = (data.length > 0 ? data : [firstZeros])
    .map(({ address }) => address - (address % PAGE))
    .filter((start, index) => index === 0 || start >= end(data[index - 1] as ImageSection));
  for (const [index, start] of starts.entries()) {
    const next = starts[index + 1];
    const inside = data.filter(({ address }) => address >= start && (next === undefined || address < next));
    const last = inside.at(-1);
    const bytes = new Uint8Array(last ? Number(end(last) - start) : 0);
    for (const section of inside) bytes.set(section.bytes, Number(section.address - start));
    const memorySize = next === undefined ? Number(imageEnd - start) : bytes.length;
    if (memorySize > 0) segments.push({ address: start, bytes, memorySize, write: true, execute: false });
  }
  return segments;
}

/** A relocation in its place, for messages and for the pairs of upper and lower parts. */
interface Site {
  readonly relocation: Relocation;
  readonly placed: Placed;
  /** Address of the place. */
  readonly address: bigint;
}

function describeSite({ relocation, placed, address }: Site): string {
  const line = placed.section.lines.findLast(({ offset }) => offset <= relocation.offset);
  const where = line ? `${line.file}:${line.line}` : `${placed.object.name}: ${placed.section.name} at ${hex(address)}`;
  return `${where}: `;
}

function relocateAll(regions: readonly Region[], sections: readonly ImageSection[], symbols: LinkedSymbols): void {
  const problems = new Set<string>();
  for (const [index, region] of regions.entries()) {
    const { bytes, address: start } = sections[index] as ImageSection;
    const view = new DataView(bytes.buffer);
    for (const placed of region.placed) {
      const uppers = upperParts(placed, symbols);
      for (const relocation of placed.section.relocations) {
        const site = { relocation, placed, address: placed.address + BigInt(relocation.offset) };
        try {
          const value = relocationValue(site, symbols, uppers);
          applyRelocation(view, Number(site.address - start), relocation.type, value);
        } catch (error) {
          if (!(error instanceof RelocationError)) throw error;
          problems.add(describeSite(site) + error.message);
        }
      }
    }
  }
  if (problems.size > 0) throw new LinkError([...problems]);
}

function targetOf({ symbol, addend }: Relocation, { object }: Placed, symbols: LinkedSymbols): bigint | undefined {
  const target = symbols.find(symbol, object);
  return target === undefined ? undefined : target + addend;
}

/** The distance that each `auipc` of this section stands for, by its address. */
function upperParts(placed: Placed, symbols: LinkedSymbols): Map<bigint, bigint> {
  const uppers = new Map<bigint, bigint>();
  for (const relocation of placed.section.relocations) {
    if (relocation.type !== 'R_RISCV_PCREL_HI20') continue;
    const address = placed.address + BigInt(relocation.offset);
    const target = targetOf(relocation, placed, symbols);
    if (target !== undefined) uppers.set(address, target - address);
  }
  return uppers;
}

function relocationValue(site: Site, symbols: LinkedSymbols, uppers: ReadonlyMap<bigint, bigint>): bigint {
  const { relocation, placed, address } = site;
  const target = targetOf(relocation, placed, symbols);
  if (target === undefined) {
    throw new RelocationError(`'${relocation.symbol}' is not defined in any object (or not .globl there)`);
  }
  if (relocation.type === 'R_RISCV_PCREL_LO12_I' || relocation.type === 'R_RISCV_PCREL_LO12_S') {
    // The symbol is the label of the auipc whose lower part this is. Where that one's target is undefined, it says so
    // itself.
    const upper = uppers.get(target - relocation.addend);
    if (upper !== undefined) return upper + relocation.addend;
    const label = placed.section.relocations.some(
      ({ type, offset }) => type === 'R_RISCV_PCREL_HI20' && placed.address + BigInt(offset) === target,
    );
    if (label) return 0n;
    throw new RelocationError(
      `%pcrel_lo needs the label of an auipc with %pcrel_hi, which ${relocation.symbol} is not`,
    );
  }
  return isRelative(relocation.type) ? target - address : target;
}
