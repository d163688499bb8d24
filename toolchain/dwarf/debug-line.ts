/** `.debug_line`: which source line each address comes from. DWARF 4, 6.2. */
import type { CodeRange } from '../linker/image.ts';
import { ByteWriter } from './byte-writer.ts';
import {
  DW_LNE_end_sequence,
  DW_LNE_set_address,
  DW_LNS_advance_line,
  DW_LNS_advance_pc,
  DW_LNS_copy,
  DW_LNS_set_column,
  DW_LNS_set_file,
  DWARF_VERSION,
} from './numbers.ts';

const LINE_BASE = -5;
const LINE_RANGE = 14;
const OPCODE_BASE = 13;
/** How many operands each standard opcode has, from 1 on. */
const OPERAND_COUNTS = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];

/** The line program of one range, and the numbers that it gives to files, from 1. */
export interface LineProgram {
  /** In `.debug_line`. */
  readonly offset: number;
  readonly files: readonly string[];
}

/** Advances address and line in one opcode where both are small, and adds a row. */
function addRow(out: ByteWriter, addressAdvance: number, lineAdvance: number): void {
  const lineStep = lineAdvance - LINE_BASE;
  const special = lineStep + LINE_RANGE * addressAdvance + OPCODE_BASE;
  if (lineStep >= 0 && lineStep < LINE_RANGE && special <= 255) {
    out.u8(special);
    return;
  }
  if (addressAdvance > 0) {
    out.u8(DW_LNS_advance_pc);
    out.uleb(addressAdvance);
  }
  if (lineAdvance !== 0) {
    out.u8(DW_LNS_advance_line);
    out.sleb(lineAdvance);
  }
  out.u8(DW_LNS_copy);
}

function writeSequence(out: ByteWriter, { start, size, lines }: CodeRange, files: readonly string[]): void {
  const numbers = new Map(files.map((file, index) => [file, index + 1]));
  out.u8(0);
  out.uleb(9);
  out.u8(DW_LNE_set_address);
  out.u64(start);
  let address = 0;
  let file = 1;
  let line = 1;
  let column = 0;
  for (const row of lines) {
    // Line 0, which stands for no line, needs no file.
    const number = numbers.get(row.file) ?? file;
    if (number !== file) {
      out.u8(DW_LNS_set_file);
      out.uleb(number);
      file = number;
    }
    if (row.column !== column) {
      out.u8(DW_LNS_set_column);
      out.uleb(row.column);
      column = row.column;
    }
    addRow(out, row.offset - address, row.line - line);
    address = row.offset;
    line = row.line;
  }
  out.u8(DW_LNS_advance_pc);
  out.uleb(size - address);
  out.u8(0);
  out.uleb(1);
  out.u8(DW_LNE_end_sequence);
}

/** Adds the line program of a range that has lines. */
export function writeLineProgram(out: ByteWriter, range: CodeRange): LineProgram {
  const offset = out.length;
  const files = [...new Set(range.lines.filter(({ line }) => line > 0).map(({ file }) => file))];
  out.unit((unit) => {
    const rest = new ByteWriter();
    rest.u8(1); // minimum_instruction_length: addresses advance in bytes
    rest.u8(1); // maximum_operations_per_instruction
    rest.u8(1); // default_is_stmt
    rest.u8(LINE_BASE);
    rest.u8(LINE_RANGE);
    rest.u8(OPCODE_BASE);
    rest.append(OPERAND_COUNTS);
    rest.u8(0); // no include_directories: names are paths
    for (const file of files) {
      rest.string(file);
      rest.append([0, 0, 0]); // directory, time and size
    }
    rest.u8(0);
    unit.u16(DWARF_VERSION);
    unit.u32(rest.length);
    unit.append(rest.bytes);
    writeSequence(unit, range, files);
  });
  return { offset, files };
}
