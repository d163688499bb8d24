/**
 * The table by which a running program says where it is: it names function, file and line of an address, and finds
 * the caller's. bare/lib/backtrace.ts reads it. All fields are little-endian; places are offsets from the table's
 * start unless said otherwise.
 *
 * Header, 40 bytes:
 *   0  u64  base: the address that every `pc` counts from
 *   8  u32  size of the code from there in bytes
 *  12  u32  number of rows
 *  16  u32  place of the rows
 *  20  u32  number of functions
 *  24  u32  place of the functions
 *  28  u32  number of files
 *  32  u32  place of the files
 *  36  u32  0
 *
 * Row, 12 bytes, by ascending pc; it holds up to the next row's pc:
 *   0  u32  pc
 *   4  u32  line in bits 19:0, 0 where it is not known; file in bits 31:20, counted from 0
 *   8  u16  frame size in units of 8 bytes: the caller's sp is sp plus that; 0xffff where it is not known
 *  10  u16  slot of the return address, in units of 8 bytes from sp; 0xffff where it is in ra
 *
 * Function, 8 bytes, by ascending pc:
 *   0  u32  pc
 *   4  u32  place of its name, UTF-8 with a zero at the end
 *
 * File, 4 bytes:
 *   0  u32  place of its name, UTF-8 with a zero at the end
 */
import type { FrameRow, LineRow, ObjectFile } from '../object.ts';
import type { Placed, Region } from './layout.ts';
import { lineRowsOf } from './line-rows.ts';
import { shortName } from './short-name.ts';

export const BACKTRACE_SYMBOL = '__backtrace_table';

const HEADER_SIZE = 40;
const ROW_SIZE = 12;
const FUNCTION_SIZE = 8;
const FILE_SIZE = 4;
const UNKNOWN = 0xffff;
const MAX_LINE = 0xfffff;
const MAX_FILES = 0x1000;

interface Row {
  readonly pc: number;
  readonly file: string;
  readonly line: number;
  readonly frame: FrameRow | undefined;
}

const sameFrame = (a: FrameRow | undefined, b: FrameRow | undefined): boolean =>
  a?.frameSize === b?.frameSize && a?.returnAddress === b?.returnAddress;

/** Line and frame rows of one section as one list, without rows that repeat the one before. */
function rowsOf({ object, section, address }: Placed, base: bigint): Row[] {
  const lines = lineRowsOf(object, section);
  const start = Number(address - base);
  const rows: Row[] = [];
  const offsets = new Set([0, ...lines.map(({ offset }) => offset), ...section.frames.map(({ offset }) => offset)]);
  let lineIndex = 0;
  let frameIndex = 0;
  let line: LineRow | undefined;
  let frame: FrameRow | undefined;
  for (const offset of [...offsets].sort((a, b) => a - b)) {
    for (let next = lines[lineIndex]; next && next.offset <= offset; next = lines[++lineIndex]) line = next;
    for (let next = section.frames[frameIndex]; next && next.offset <= offset; next = section.frames[++frameIndex]) {
      frame = next;
    }
    const row = { pc: start + offset, file: line?.file ?? '', line: line?.line ?? 0, frame };
    const last = rows.at(-1);
    if (!last || last.line !== row.line || last.file !== row.file || !sameFrame(last.frame, frame)) rows.push(row);
  }
  return rows;
}

/** The code's functions, and the labels of assembly that says no more of them. */
function functionsOf(text: Region, base: bigint): { pc: number; name: string }[] {
  const names = new Map<number, string>();
  for (const { object, section, address } of text.placed) {
    const symbols = object.symbols.filter((symbol) => symbol.section === section.name && !/^[.\d]/.test(symbol.name));
    const functions = symbols.filter(({ type }) => type === 'function');
    const isInside = (value: bigint): boolean =>
      functions.some((one) => value >= one.value && value < one.value + BigInt(one.size));
    const labels = symbols.filter(({ type, value }) => type === 'none' && !isInside(value));
    for (const { name, value } of [...labels, ...functions]) names.set(Number(address - base + value), shortName(name));
  }
  return [...names].map(([pc, name]) => ({ pc, name })).sort((a, b) => a.pc - b.pc);
}

/** A frame's size or slot in units of 8 bytes, where it can be told so. */
function units(value: number | 'ra' | undefined): number {
  if (typeof value !== 'number' || value % 8 !== 0 || value < 0 || value / 8 >= UNKNOWN) return UNKNOWN;
  return value / 8;
}

/** Strings with a zero at the end, each once. */
class Strings {
  readonly #places = new Map<string, number>();
  readonly bytes: number[] = [];

  add(text: string): number {
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.bytes.length;
      this.#places.set(text, place);
      this.bytes.push(...new TextEncoder().encode(text), 0);
    }
    return place;
  }
}

/** The table of the code that is laid out in `text`, as an object to link. */
export function backtraceObject(text: Region, base: bigint): ObjectFile {
  const rows = text.placed.flatMap((placed) => rowsOf(placed, base));
  const functions = functionsOf(text, base);
  const files = [...new Set(rows.map(({ file }) => file))].slice(0, MAX_FILES);
  const strings = new Strings();
  const rowsAt = HEADER_SIZE;
  const functionsAt = rowsAt + rows.length * ROW_SIZE;
  const filesAt = functionsAt + functions.length * FUNCTION_SIZE;
  const stringsAt = filesAt + files.length * FILE_SIZE;
  const fixed = new DataView(new ArrayBuffer(stringsAt));
  fixed.setBigUint64(0, base, true);
  [Number(text.end - text.start), rows.length, rowsAt, functions.length, functionsAt, files.length, filesAt].forEach(
    (value, index) => {
      fixed.setUint32(8 + 4 * index, value, true);
    },
  );
  for (const [index, { pc, file, line, frame }] of rows.entries()) {
    const at = rowsAt + index * ROW_SIZE;
    const fileIndex = files.indexOf(file);
    const known = fileIndex >= 0 && line <= MAX_LINE;
    fixed.setUint32(at, pc, true);
    fixed.setUint32(at + 4, known ? ((fileIndex << 20) | line) >>> 0 : 0, true);
    fixed.setUint16(at + 8, units(frame?.frameSize), true);
    fixed.setUint16(at + 10, units(frame?.returnAddress), true);
  }
  for (const [index, { pc, name }] of functions.entries()) {
    fixed.setUint32(functionsAt + index * FUNCTION_SIZE, pc, true);
    fixed.setUint32(functionsAt + index * FUNCTION_SIZE + 4, stringsAt + strings.add(name), true);
  }
  for (const [index, file] of files.entries()) {
    fixed.setUint32(filesAt + index * FILE_SIZE, stringsAt + strings.add(file), true);
  }
  const bytes = new Uint8Array([...new Uint8Array(fixed.buffer), ...strings.bytes]);
  return {
    name: 'backtrace table',
    sections: [
      {
        name: '.rodata.backtrace',
        kind: 'rodata',
        align: 8,
        bytes,
        size: bytes.length,
        relocations: [],
        lines: [],
        frames: [],
      },
    ],
    symbols: [
      {
        name: BACKTRACE_SYMBOL,
        section: '.rodata.backtrace',
        value: 0n,
        size: bytes.length,
        type: 'object',
        global: true,
      },
    ],
  };
}
