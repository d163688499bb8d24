import type { RelocationType, SectionKind } from '../object.ts';
import type { Expression } from './expressions.ts';
import type { Location } from './source-error.ts';
import type { AssemblySymbol } from './symbols.ts';

/** A value that goes into bytes once addresses are known. */
export interface Fixup {
  /** In the fragment. */
  readonly offset: number;
  /**
   * `data1` to `data8`: that many bytes. `imm` and `store`: a signed 12-bit immediate whose value must be a number;
   * `li` likewise.
   */
  readonly type: RelocationType | 'data1' | 'data2' | 'data4' | 'data8' | 'imm' | 'store' | 'li';
  readonly expression: Expression;
  readonly location: Location;
}

interface Positioned {
  /** Offset in the section; right after the section is laid out. */
  address: number;
  size: number;
}

/** Bytes whose number is known. */
export interface BytesFragment extends Positioned {
  readonly kind: 'bytes';
  readonly bytes: number[];
  readonly fixups: Fixup[];
}

/** A branch or jump whose size depends on how far its target is. */
export interface BranchFragment extends Positioned {
  readonly kind: 'branch';
  /** The 32-bit instruction, its immediate 0. */
  readonly word: number;
  readonly conditional: boolean;
  /** Whether a compressed form may stand for it. */
  readonly compressible: boolean;
  readonly target: Expression;
  readonly location: Location;
}

/** Padding up to a multiple of `align`. */
export interface AlignFragment extends Positioned {
  readonly kind: 'align';
  readonly align: number;
  /** Undefined: nops in code, zeros elsewhere. */
  readonly fill: number | undefined;
  readonly fillSize: number;
  /** No padding where more than this would be needed. */
  readonly most: number;
  readonly code: boolean;
}

/** `count` copies of a value; the number may depend on distances. */
export interface FillFragment extends Positioned {
  readonly kind: 'fill';
  readonly count: Expression;
  readonly valueSize: number;
  readonly value: bigint;
  readonly location: Location;
}

/** Padding up to an offset in the section (`.org`). */
export interface OriginFragment extends Positioned {
  readonly kind: 'origin';
  readonly target: Expression;
  readonly fill: number;
  readonly location: Location;
}

export type Fragment = BytesFragment | BranchFragment | AlignFragment | FillFragment | OriginFragment;

/** A place in the code that a table about the code (lines, frames) refers to. */
export interface CodePlace {
  readonly fragment: Fragment;
  readonly delta: number;
}

export interface LineMark extends CodePlace {
  readonly location: Location;
}

export interface FrameMark extends CodePlace {
  readonly frameSize: number;
  readonly returnAddress: number | 'ra';
}

/** A section while it is being assembled. */
export class SectionBuilder {
  readonly name: string;
  readonly kind: SectionKind;
  /** False for sections such as `.comment` and `.note`, which are no part of the program. */
  readonly loaded: boolean;
  align: number;
  readonly fragments: Fragment[] = [];
  readonly lines: LineMark[] = [];
  readonly frames: FrameMark[] = [];

  constructor(name: string, kind: SectionKind, loaded: boolean) {
    this.name = name;
    this.kind = kind;
    this.loaded = loaded;
    this.align = kind === 'text' ? 2 : 1;
  }

  /** The fragment that bytes go to now. */
  get current(): BytesFragment {
    const last = this.fragments.at(-1);
    if (last?.kind === 'bytes') return last;
    const fragment: BytesFragment = { kind: 'bytes', address: 0, size: 0, bytes: [], fixups: [] };
    this.fragments.push(fragment);
    return fragment;
  }

  /** The next byte's place. */
  here(): CodePlace {
    const fragment = this.current;
    return { fragment, delta: fragment.size };
  }

  add(fragment: Fragment): void {
    this.fragments.push(fragment);
  }

  append(bytes: Iterable<number>): void {
    const fragment = this.current;
    for (const byte of bytes) fragment.bytes.push(byte);
    fragment.size = fragment.bytes.length;
  }

  /** `size` bytes, little-endian. */
  appendValue(value: bigint, size: number): void {
    const fragment = this.current;
    for (let index = 0; index < size; index++) fragment.bytes.push(Number((value >> BigInt(8 * index)) & 255n));
    fragment.size = fragment.bytes.length;
  }

  /** A fixup of what is appended next. */
  fix(type: Fixup['type'], expression: Expression, location: Location): void {
    const fragment = this.current;
    fragment.fixups.push({ offset: fragment.size, type, expression, location });
  }
}

/**
 * The distance from `b` to `a` while sections are not laid out: known where only bytes lie between, or where both
 * stand in the same place.
 */
export function distanceBeforeLayout(a: AssemblySymbol, b: AssemblySymbol): bigint | undefined {
  if (!a.place || !b.place || a.place.section !== b.place.section) return undefined;
  const { fragments } = a.place.section;
  const first = fragments.indexOf(a.place.fragment);
  const second = fragments.indexOf(b.place.fragment);
  let distance = a.place.delta - b.place.delta;
  const [from, to, sign] = first < second ? [first, second, -1] : [second, first, 1];
  for (let index = from; index < to; index++) {
    const fragment = fragments[index] as Fragment;
    if (fragment.kind !== 'bytes') return undefined;
    distance += sign * fragment.size;
  }
  return BigInt(distance);
}

/** The same once they are. */
export function distanceAfterLayout(a: AssemblySymbol, b: AssemblySymbol): bigint | undefined {
  if (!a.place || !b.place || a.place.section !== b.place.section) return undefined;
  return BigInt(offsetOf(a.place) - offsetOf(b.place));
}

/** Offset in its section of a place in a section that is laid out. */
export const offsetOf = ({ fragment, delta }: CodePlace): number => fragment.address + delta;
