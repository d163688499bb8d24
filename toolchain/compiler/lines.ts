/** Source lines of wasm instructions, from the source map that AssemblyScript writes. */
import { decodedMappings, TraceMap } from '@jridgewell/trace-mapping';

export interface SourceLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

export class SourceLines {
  /** Byte offsets in the module, rising; `lines` has the place of each. */
  private readonly offsets: number[] = [];
  private readonly lines: (SourceLine | undefined)[] = [];

  /** `sourceMap` is JSON whose generated columns are byte offsets; without one, no line is known. */
  constructor(sourceMap: string | undefined) {
    if (sourceMap === undefined) return;
    const map = new TraceMap(sourceMap);
    for (const segments of decodedMappings(map)) {
      for (const segment of segments) {
        this.offsets.push(segment[0]);
        if (segment.length === 1) this.lines.push(undefined);
        else this.lines.push({ file: map.sources[segment[1]] ?? '', line: segment[2] + 1, column: segment[3] + 1 });
      }
    }
  }

  /** The first byte offset from `start` on, and before `end`, that has a place; `start` if none has. */
  first(start: number, end: number): number {
    const offset = this.offsets[this.countUpTo(start - 1)];
    return offset !== undefined && offset < end ? offset : start;
  }

  /** The place of the instruction at a byte offset of the module. */
  find(position: number): SourceLine | undefined {
    return this.lines[this.countUpTo(position) - 1];
  }

  /** How many offsets are not above the position. */
  private countUpTo(position: number): number {
    let low = 0;
    let high = this.offsets.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.offsets[middle]! <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
