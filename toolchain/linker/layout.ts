import type { ObjectFile, Section, SectionKind } from '../object.ts';
import { hex, LinkError } from './link-error.ts';

/** Where a program lies and what memory it gets. */
export interface Layout {
  /** Physical address of the first byte. */
  readonly base: bigint;
  /**
   * Where AssemblyScript's static data begins, with the heap behind it; a multiple of 4 KiB. Other data lies below
   * it. Left out: behind the other data.
   */
  readonly dataBase?: bigint;
  /**
   * Bytes for `new`, rounded up so that the heap ends at a multiple of 64 KiB, the unit of `memory.size`. Left out:
   * none.
   */
  readonly heapSize?: number;
  /** Bytes of each stack, rounded up to pages. Left out: 64 KiB. */
  readonly stackSize?: number;
  /** How many stacks. Left out: 1. */
  readonly harts?: number;
  /** Where the program starts. Left out: `_start`, and where no object defines it, the base. */
  readonly entrySymbol?: string;
  /** Absolute symbols that no object defines. */
  readonly symbols?: Readonly<Record<string, bigint>>;
}

/** A section of an object, and where it goes. */
export interface Placed {
  readonly object: ObjectFile;
  readonly section: Section;
  readonly address: bigint;
}

/** The memory of one image section. */
export interface Region {
  readonly name: string;
  readonly kind: SectionKind;
  readonly start: bigint;
  readonly end: bigint;
  readonly placed: readonly Placed[];
}

export const PAGE = 4096n;
const DEFAULT_STACK = 65536;
/** `memory.size` of wasm counts in these. */
const WASM_PAGE = 65536n;
/** Boot code clears .bss in words. */
const BSS_ALIGN = 16n;

export const alignUp = (value: bigint, align: bigint): bigint => ((value + align - 1n) / align) * align;

interface Input {
  readonly object: ObjectFile;
  readonly section: Section;
}

/** Sections of a kind in their order: what is named `.text.boot` first, then as the objects come. */
function sectionsOf(objects: readonly ObjectFile[], kind: SectionKind, fixed = false): Input[] {
  const all = objects.flatMap((object) =>
    object.sections
      .filter((section) => section.kind === kind && (section.address !== undefined) === fixed)
      .map((section) => ({ object, section })),
  );
  const isBoot = ({ section }: Input): boolean => /^\.text\.boot(\.|$)/.test(section.name);
  return [...all.filter(isBoot), ...all.filter((input) => !isBoot(input))];
}

/** Puts sections one behind the other from `start` on. */
function place(inputs: readonly Input[], start: bigint, name: string, kind: SectionKind): Region {
  let end = start;
  const placed = inputs.map(({ object, section }) => {
    const address = alignUp(end, BigInt(section.align));
    end = address + BigInt(section.size);
    return { object, section, address };
  });
  return { name, kind, start, end, placed };
}

/** .text alone, which is laid out before .rodata is complete: the table for backtraces depends on it. */
export function placeText(objects: readonly ObjectFile[], { base }: Layout): Region {
  if (base % PAGE !== 0n) throw new LinkError([`the base ${hex(base)} is not a multiple of 4096`]);
  for (const { name, sections } of objects) {
    for (const section of sections) {
      if (section.address !== undefined && section.kind !== 'data') {
        throw new LinkError([`${name}: only data can have a fixed address, not ${section.name}`]);
      }
    }
  }
  return place(sectionsOf(objects, 'text'), base, '.text', 'text');
}

/** The data at fixed addresses, ascending, each behind `from` and the one before. */
function placeFixed(objects: readonly ObjectFile[], from: bigint, floating: bigint): Placed[] {
  const fixed = sectionsOf(objects, 'data', true)
    .map(({ object, section }) => ({ object, section, address: section.address as bigint }))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
  let end = floating > from ? floating : from;
  for (const { object, section, address } of fixed) {
    if (address < end) {
      const range = `${hex(address)} to ${hex(address + BigInt(section.size))}`;
      const limit = end === floating ? `the code and data before it end at ${hex(end)}` : `it may start at ${hex(end)}`;
      throw new LinkError([
        `${object.name}: ${section.name} is fixed at ${range}, but ${limit}; choose another data base`,
      ]);
    }
    end = address + BigInt(section.size);
  }
  return fixed;
}

/** The rest of the program behind its text. */
export function placeRest(objects: readonly ObjectFile[], layout: Layout, text: Region): Region[] {
  const rodata = place(sectionsOf(objects, 'rodata'), alignUp(text.end, PAGE), '.rodata', 'rodata');
  const floating = place(sectionsOf(objects, 'data'), alignUp(rodata.end, PAGE), '.data', 'data');
  const { dataBase } = layout;
  if (dataBase !== undefined && dataBase % PAGE !== 0n) {
    throw new LinkError([`the data base ${hex(dataBase)} is not a multiple of 4096`]);
  }
  if (dataBase !== undefined && floating.end > dataBase) {
    const advice = `choose one at or above ${hex(alignUp(floating.end, PAGE))}`;
    throw new LinkError([
      `the code and data end at ${hex(floating.end)}, above the data base ${hex(dataBase)}; ${advice}`,
    ]);
  }
  const fixed = placeFixed(objects, dataBase ?? floating.end, floating.end);
  const lastFixed = fixed.at(-1);
  const staticStart = fixed[0]?.address ?? dataBase ?? floating.end;
  const staticEnd = lastFixed ? lastFixed.address + BigInt(lastFixed.section.size) : staticStart;
  const statics: Region = { name: '.static', kind: 'data', start: staticStart, end: staticEnd, placed: fixed };

  const heapStart = alignUp(staticEnd, BSS_ALIGN);
  const heapSize = BigInt(layout.heapSize ?? 0);
  const heapEnd = heapSize === 0n ? heapStart : alignUp(heapStart + heapSize, WASM_PAGE);
  const heap: Region = { name: '.heap', kind: 'bss', start: heapStart, end: heapEnd, placed: [] };

  const bss = place(sectionsOf(objects, 'bss'), heapEnd, '.bss', 'bss');
  const bssEnd = alignUp(bss.end, BSS_ALIGN);
  const stacksStart = alignUp(bssEnd, PAGE);
  const stacksEnd = stacksStart + BigInt(layout.harts ?? 1) * stackStride(layout);
  const stacks: Region = { name: '.stacks', kind: 'bss', start: stacksStart, end: stacksEnd, placed: [] };
  return [rodata, floating, statics, heap, { ...bss, end: bssEnd }, stacks];
}

/** Bytes of a stack. */
export const stackSize = (layout: Layout): bigint => alignUp(BigInt(layout.stackSize ?? DEFAULT_STACK), PAGE);

/** From one hart's stack to the next: a stack and the guard page below it. */
export const stackStride = (layout: Layout): bigint => stackSize(layout) + PAGE;
