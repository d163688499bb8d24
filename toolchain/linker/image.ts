import type { FrameRow, LineRow, SectionKind } from '../object.ts';

/** A section of the linked program: what the objects' sections of one kind became. */
export interface ImageSection {
  readonly name: string;
  readonly kind: SectionKind;
  readonly address: bigint;
  /** In bytes, in memory. */
  readonly size: number;
  /** Empty for `bss`. */
  readonly bytes: Uint8Array;
}

/** What a loader copies to `address` and gives these rights; starts at a page. */
export interface ImageSegment {
  readonly address: bigint;
  /** The rest up to `memorySize` is zero. */
  readonly bytes: Uint8Array;
  readonly memorySize: number;
  readonly write: boolean;
  readonly execute: boolean;
}

export interface ImageSymbol {
  readonly name: string;
  readonly value: bigint;
  readonly size: number;
  readonly type: 'function' | 'object' | 'none';
  readonly global: boolean;
  /** Name of its section; undefined for an absolute symbol. */
  readonly section: string | undefined;
}

/** Code that came from one section of one object. */
export interface CodeRange {
  /** Name of the object file. */
  readonly object: string;
  readonly start: bigint;
  readonly size: number;
  /** Offsets from `start`, ascending. */
  readonly lines: readonly LineRow[];
  /** Offsets from `start`, ascending. */
  readonly frames: readonly FrameRow[];
}

/** A linked program. */
export interface Image {
  /** The lowest address. */
  readonly base: bigint;
  readonly entry: bigint;
  /** Behind the last byte in memory, stacks included. */
  readonly end: bigint;
  /** By ascending address. */
  readonly sections: readonly ImageSection[];
  /** By ascending address. */
  readonly segments: readonly ImageSegment[];
  /** Without the objects' private labels (`.L…` and numeric ones). */
  readonly symbols: readonly ImageSymbol[];
  /** By ascending address. */
  readonly code: readonly CodeRange[];
}
