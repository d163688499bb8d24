/** Reads `.debug_line`: DWARF 5, 6.2 "Line Number Information", and versions 2 to 4 of it. */

import { ByteReader } from './byte-reader.ts';
import type { AddressRow } from './symbols.ts';

export class LineTableError extends Error {
  override readonly name = 'LineTableError';
}

type SectionLookup = (name: string) => Uint8Array | undefined;

// Standard opcodes (7.22).
const DW_LNS_copy = 1;
const DW_LNS_advance_pc = 2;
const DW_LNS_advance_line = 3;
const DW_LNS_set_file = 4;
const DW_LNS_set_column = 5;
const DW_LNS_const_add_pc = 8;
const DW_LNS_fixed_advance_pc = 9;
const DW_LNE_end_sequence = 1;
const DW_LNE_set_address = 2;
// Contents of file and directory entries (7.22) and their forms (7.5.6).
const DW_LNCT_path = 1;
const DW_LNCT_directory_index = 2;
const DW_FORM_data2 = 0x05;
const DW_FORM_data4 = 0x06;
const DW_FORM_data8 = 0x07;
const DW_FORM_string = 0x08;
const DW_FORM_block = 0x09;
const DW_FORM_data1 = 0x0b;
const DW_FORM_strp = 0x0e;
const DW_FORM_udata = 0x0f;
const DW_FORM_data16 = 0x1e;
const DW_FORM_line_strp = 0x1f;

interface Header {
  readonly minimumInstructionLength: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** Number of operands of each standard opcode, from opcode 1. */
  readonly operands: readonly number[];
  /** By the number that the program uses; 0 is no file before version 5. */
  readonly files: readonly (string | undefined)[];
}

/**
 * All rows, in the order of the section: each sequence ends with a row without a place. Empty without such a section.
 * @throws LineTableError for a section that ends early or has contents that DWARF does not define.
 */
export function readLineTable(section: SectionLookup): AddressRow[] {
  const bytes = section('.debug_line');
  const rows: AddressRow[] = [];
  if (bytes === undefined) return rows;
  const units = new ByteReader(bytes, fail);
  while (!units.atEnd) {
    const length = units.u32();
    if (length >= 0xffff_fff0) throw fail('64-bit DWARF is not supported');
    const start = units.skip(length);
    const unit = new ByteReader(bytes, fail, start, start + length);
    runProgram(unit, readHeader(unit, section), rows);
  }
  return rows;
}

function fail(message: string): LineTableError {
  return new LineTableError(`damaged .debug_line section: ${message}`);
}

/** 6.2.4 "The Line Number Program Header". */
function readHeader(unit: ByteReader, section: SectionLookup): Header {
  const version = unit.u16();
  if (version < 2 || version > 5) throw fail(`version ${version}`);
  if (version === 5) unit.skip(2); // address_size, segment_selector_size
  const headerLength = unit.u32();
  const program = unit.position + headerLength;
  const minimumInstructionLength = unit.u8();
  if (version >= 4) unit.skip(1); // maximum_operations_per_instruction
  unit.skip(1); // default_is_stmt
  const lineBase = unit.i8();
  const lineRange = unit.u8();
  const opcodeBase = unit.u8();
  if (lineRange === 0 || opcodeBase === 0) throw fail('line_range or opcode_base is 0');
  const operands = Array.from({ length: opcodeBase - 1 }, () => unit.u8());
  const files = version === 5 ? readFiles5(unit, section) : readFiles(unit);
  if (program > unit.end) throw fail('the header is longer than its unit');
  unit.position = program;
  return { minimumInstructionLength, lineBase, lineRange, opcodeBase, operands, files };
}

/** Versions 2 to 4: directories from 1, then files from 1; directory 0 is that of the compilation, which is left out. */
function readFiles(unit: ByteReader): (string | undefined)[] {
  const directories = [''];
  for (let name = unit.string(); name !== ''; name = unit.string()) directories.push(name);
  const files: (string | undefined)[] = [undefined];
  for (let name = unit.string(); name !== ''; name = unit.string()) {
    files.push(join(directories[unit.uleb()], name));
    unit.uleb(); // time of the last change
    unit.uleb(); // length
  }
  return files;
}

/** Version 5: both tables from 0, with a description of their fields. Directory 0 is that of the compilation. */
function readFiles5(unit: ByteReader, section: SectionLookup): (string | undefined)[] {
  const directories = readEntries(unit, section).map(({ path }, index) => (index === 0 ? '' : path));
  return readEntries(unit, section).map(({ path, directory }) => join(directories[directory], path));
}

function readEntries(unit: ByteReader, section: SectionLookup): { path: string; directory: number }[] {
  const fields = Array.from({ length: unit.u8() }, () => ({ content: unit.uleb(), form: unit.uleb() }));
  const count = unit.uleb();
  const entries: { path: string; directory: number }[] = [];
  // Without fields an entry would take no bytes, and a damaged count no end.
  for (let index = 0; index < count && fields.length > 0; index++) {
    const entry = { path: '', directory: 0 };
    for (const { content, form } of fields) {
      const value = readForm(unit, form, section);
      if (content === DW_LNCT_path) entry.path = String(value);
      else if (content === DW_LNCT_directory_index) entry.directory = Number(value);
    }
    entries.push(entry);
  }
  return entries;
}

function readForm(unit: ByteReader, form: number, section: SectionLookup): string | number {
  switch (form) {
    case DW_FORM_string:
      return unit.string();
    case DW_FORM_line_strp:
      return stringAt(section('.debug_line_str'), unit.u32());
    case DW_FORM_strp:
      return stringAt(section('.debug_str'), unit.u32());
    case DW_FORM_data1:
      return unit.u8();
    case DW_FORM_data2:
      return unit.u16();
    case DW_FORM_data4:
      return unit.u32();
    case DW_FORM_data8:
      return Number(unit.u64());
    case DW_FORM_udata:
      return unit.uleb();
    case DW_FORM_data16:
      return unit.skip(16);
    case DW_FORM_block:
      return unit.skip(unit.uleb());
    default:
      throw fail(`form 0x${form.toString(16)} in its header`);
  }
}

function stringAt(strings: Uint8Array | undefined, offset: number): string {
  if (strings === undefined || offset >= strings.length) throw fail('a file name is not in the string section');
  return new ByteReader(strings, fail, offset).string();
}

function join(directory: string | undefined, name: string): string {
  return directory === undefined || directory === '' || name.startsWith('/') ? name : `${directory}/${name}`;
}

/** 6.2.5 "The Line Number Program". */
function runProgram(unit: ByteReader, header: Header, rows: AddressRow[]): void {
  let address = 0n;
  let file = 1;
  let line = 1;
  let column = 0;
  const advance = (operations: number) => {
    address += BigInt(operations * header.minimumInstructionLength);
  };
  const row = () => {
    const name = header.files[file];
    rows.push({ address, place: name === undefined || line === 0 ? undefined : { file: name, line, column } });
  };
  while (!unit.atEnd) {
    const opcode = unit.u8();
    if (opcode >= header.opcodeBase) {
      const special = opcode - header.opcodeBase;
      advance(Math.floor(special / header.lineRange));
      line += header.lineBase + (special % header.lineRange);
      row();
    } else if (opcode === 0) {
      const length = unit.uleb();
      const start = unit.skip(length);
      const next = unit.position;
      unit.position = start;
      const extended = length === 0 ? 0 : unit.u8();
      if (extended === DW_LNE_set_address) address = unit.u64();
      else if (extended === DW_LNE_end_sequence) {
        rows.push({ address, place: undefined });
        [address, file, line, column] = [0n, 1, 1, 0];
      }
      unit.position = next;
    } else if (opcode === DW_LNS_copy) row();
    else if (opcode === DW_LNS_advance_pc) advance(unit.uleb());
    else if (opcode === DW_LNS_advance_line) line += unit.sleb();
    else if (opcode === DW_LNS_set_file) file = unit.uleb();
    else if (opcode === DW_LNS_set_column) column = unit.uleb();
    else if (opcode === DW_LNS_const_add_pc) advance(Math.floor((255 - header.opcodeBase) / header.lineRange));
    else if (opcode === DW_LNS_fixed_advance_pc) address += BigInt(unit.u16());
    else for (let operand = 0; operand < header.operands[opcode - 1]!; operand++) unit.uleb();
  }
}
