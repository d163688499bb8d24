/**
 * Where a program is, and who called: from the table that the linker puts into its rodata. The layout of the table is
 * described in toolchain/linker/backtrace-table.ts. Nothing here allocates, so a panic can use it.
 *
 * A program that uses this has bare/lib/backtrace.S among its files.
 */
import { print, printCString, printDecimal, printHex } from './print.ts';

/** The address of the table: backtrace.S. */
declare function backtrace_table(): usize;

/**
 * The address behind this call, and the stack pointer. A function that calls both, and stays on the stack, is the
 * frame with these as `pc` and `sp`, and with `called` set.
 */
export declare function code_address(): u64;
export declare function stack_pointer(): usize;

const ROW_SIZE: usize = 12;
const FUNCTION_SIZE: usize = 8;
const FILE_SIZE: usize = 4;
const LINE_MASK: u32 = 0xfffff;
const FILE_SHIFT: u32 = 20;
/** Frame size or slot that the table does not tell. */
const UNKNOWN: u32 = 0xffff;
/** Sizes and slots count in these. */
const UNIT_SHIFT: u32 = 3;

class Table {
  base: u64;
  codeSize: u32;
  rowCount: u32;
  rows: u32;
  functionCount: u32;
  functions: u32;
  fileCount: u32;
  files: u32;
}

class Row {
  pc: u32;
  place: u32;
  frameSize: u16;
  returnAddress: u16;
}

/** A function that has not returned. */
export class Frame {
  /** The instruction that runs, or the one that will when the function called returns. */
  pc: u64;
  sp: usize;
  /** The register ra, where it counts: in the innermost frame. */
  ra: u64;
  /** Whether `pc` is behind a call. The line is that of the call then. */
  called: bool;
}

/**
 * The last of `count` entries of `size` bytes, each beginning with a pc, that is not behind `pc`; 0 where there is
 * none.
 */
function lastNotAfter(entries: usize, count: u32, size: usize, pc: u32): usize {
  let low: u32 = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(entries + <usize>middle * size) <= pc) low = middle + 1;
    else high = middle;
  }
  return low == 0 ? 0 : entries + <usize>(low - 1) * size;
}

function isCode(table: Table, pc: u64): bool {
  return pc >= table.base && pc - table.base < <u64>table.codeSize;
}

/** The table's row for the instruction at `pc`, or 0. */
function rowOf(table: Table, pc: u64): usize {
  if (!isCode(table, pc)) return 0;
  return lastNotAfter(changetype<usize>(table) + table.rows, table.rowCount, ROW_SIZE, <u32>(pc - table.base));
}

/** The function that the instruction at `pc` belongs to, as an entry of the table, or 0. */
function functionOf(table: Table, pc: u64): usize {
  if (!isCode(table, pc)) return 0;
  const functions = changetype<usize>(table) + table.functions;
  return lastNotAfter(functions, table.functionCount, FUNCTION_SIZE, <u32>(pc - table.base));
}

/** Address of the C string that the table's `offset` points to. */
function stringAt(table: Table, offset: usize): usize {
  return changetype<usize>(table) + load<u32>(offset);
}

/** Prints ` (file:line)`, or nothing where the table does not know. */
function printLine(table: Table, pc: u64): void {
  const found = rowOf(table, pc);
  if (found == 0) return;
  const place = changetype<Row>(found).place;
  const line = place & LINE_MASK;
  const file = place >> FILE_SHIFT;
  if (line == 0 || file >= table.fileCount) return;
  print(' (');
  printCString(stringAt(table, changetype<usize>(table) + table.files + <usize>file * FILE_SIZE));
  print(':');
  printDecimal(line);
  print(')');
}

/** Prints `function+0x12 (file:line)`, or the address alone where it is no code of this program. */
export function printPlace(pc: u64, called: bool): void {
  const table = changetype<Table>(backtrace_table());
  const instruction = called ? pc - 1 : pc;
  const found = functionOf(table, instruction);
  if (found == 0) {
    printHex(pc);
    return;
  }
  printCString(stringAt(table, found + 4));
  print('+');
  printHex(pc - table.base - load<u32>(found));
  printLine(table, instruction);
}

/**
 * Moves `frame` to its caller. The stack is only read from `stackBottom` up to `stackTop`. False where there is no
 * caller, or where the table or the stack does not tell who it is; a frame is never visited twice, so a damaged stack
 * ends the walk too.
 */
export function toCaller(frame: Frame, stackBottom: usize, stackTop: usize): bool {
  const table = changetype<Table>(backtrace_table());
  const found = rowOf(table, frame.called ? frame.pc - 1 : frame.pc);
  if (found == 0) return false;
  const row = changetype<Row>(found);
  const frameSize = <u32>row.frameSize;
  if (frameSize == UNKNOWN) return false;
  let pc = frame.ra;
  if (<u32>row.returnAddress != UNKNOWN) {
    const slot = frame.sp + ((<usize>row.returnAddress) << UNIT_SHIFT);
    if ((slot & 7) != 0 || slot < stackBottom || slot >= stackTop || stackTop - slot < 8) return false;
    pc = load<u64>(slot);
  } else if (frame.called) {
    // A function that has called has ra on its stack, unless it never returns.
    return false;
  }
  const sp = frame.sp + ((<usize>frameSize) << UNIT_SHIFT);
  if (sp > stackTop || (frame.called && sp == frame.sp) || !isCode(table, pc - 1)) return false;
  frame.pc = pc;
  frame.sp = sp;
  frame.called = true;
  return true;
}
