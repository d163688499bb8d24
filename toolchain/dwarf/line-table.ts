/** Reads `.debug_line` of versions 2 to 4: what our linker and compilers up to a few years ago write. DWARF 4, 6.2. */
import type { Elf } from '../elf/read.ts';
import {
  DW_LNE_end_sequence,
  DW_LNE_set_address,
  DW_LNS_advance_line,
  DW_LNS_advance_pc,
  DW_LNS_const_add_pc,
  DW_LNS_copy,
  DW_LNS_fixed_advance_pc,
  DW_LNS_set_column,
  DW_LNS_set_file,
} from './numbers.ts';

export interface SourcePlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1; 0 where it is not known. */
  readonly column: number;
}

interface Row extends SourcePlace {
  readonly address: bigint;
  /** No code from here on. */
  readonly end: boolean;
}

/** Source lines by address. */
export class LineTable {
  readonly #rows: readonly Row[];

  constructor(rows: readonly Row[]) {
    // Where one sequence ends and the next starts at the same address, the start counts.
    this.#rows = [...rows].sort((a, b) =>
      a.address === b.address ? Number(b.end) - Number(a.end) : a.address < b.address ? -1 : 1,
    );
  }

  get isEmpty(): boolean {
    return this.#rows.length === 0;
  }

  /** The source of the code at an address. */
  find(address: bigint): SourcePlace | undefined {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#rows[middle] as Row).address <= address) low = middle + 1;
      else high = middle;
    }
    const row = this.#rows[low - 1];
    return row && !row.end && row.line > 0 ? { file: row.file, line: row.line, column: row.column } : undefined;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  u8(): number {
    return this.#view.getUint8(this.at++);
  }
  i8(): number {
    return this.#view.getInt8(this.at++);
  }
  u16(): number {
    this.at += 2;
    return this.#view.getUint16(this.at - 2, true);
  }
  u32(): number {
    this.at += 4;
    return this.#view.getUint32(this.at - 4, true);
  }
  u64(): bigint {
    this.at += 8;
    return this.#view.getBigUint64(this.at - 8, true);
  }
  uleb(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }
  sleb(): number {
    let value = 0;
    let shift = 0;
    for (;;) {
      const byte = this.u8();
      value |= (byte & 127) << shift;
      shift += 7;
      if (byte < 128) return byte & 64 && shift < 32 ? value | (-1 << shift) : value;
    }
  }
  string(): string {
    const end = this.#bytes.indexOf(0, this.at);
    const text = new TextDecoder().decode(this.#bytes.subarray(this.at, end));
    this.at = end + 1;
    return text;
  }
}

interface Header {
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  readonly operandCounts: readonly number[];
  readonly minimumLength: number;
  readonly files: readonly string[];
}

function readHeader(reader: Reader, version: number): Header {
  const minimumLength = reader.u8();
  if (version >= 4) reader.u8(); // maximum_operations_per_instruction
  reader.u8(); // default_is_stmt
  const lineBase = reader.i8();
  const lineRange = reader.u8();
  const opcodeBase = reader.u8();
  const operandCounts = Array.from({ length: opcodeBase - 1 }, () => reader.u8());
  const directories = [''];
  for (let name = reader.string(); name !== ''; name = reader.string()) directories.push(`${name}/`);
  const files = [''];
  for (let name = reader.string(); name !== ''; name = reader.string()) {
    const directory = reader.uleb();
    reader.uleb();
    reader.uleb();
    files.push(name.startsWith('/') ? name : (directories[directory] ?? '') + name);
  }
  return { lineBase, lineRange, opcodeBase, operandCounts, minimumLength, files };
}

/** Runs the line program of a unit up to `end`. */
function readProgram(reader: Reader, end: number, header: Header, rows: Row[]): void {
  let address = 0n;
  let file = 1;
  let line = 1;
  let column = 0;
  const advance = (steps: number): void => {
    address += BigInt(steps * header.minimumLength);
  };
  const addRow = (isEnd = false): void => {
    rows.push({ address, file: header.files[file] ?? '', line, column, end: isEnd });
  };
  while (reader.at < end) {
    const opcode = reader.u8();
    if (opcode >= header.opcodeBase) {
      const adjusted = opcode - header.opcodeBase;
      advance(Math.floor(adjusted / header.lineRange));
      line += header.lineBase + (adjusted % header.lineRange);
      addRow();
      continue;
    }
    switch (opcode) {
      case 0: {
        const length = reader.uleb();
        const next = reader.at + length;
        const extended = reader.u8();
        if (extended === DW_LNE_set_address) address = reader.u64();
        else if (extended === DW_LNE_end_sequence) {
          addRow(true);
          address = 0n;
          file = 1;
          line = 1;
          column = 0;
        }
        reader.at = next;
        break;
      }
      case DW_LNS_copy:
        addRow();
        break;
      case DW_LNS_advance_pc:
        advance(reader.uleb());
        break;
      case DW_LNS_advance_line:
        line += reader.sleb();
        break;
      case DW_LNS_set_file:
        file = reader.uleb();
        break;
      case DW_LNS_set_column:
        column = reader.uleb();
        break;
      case DW_LNS_const_add_pc:
        advance(Math.floor((255 - header.opcodeBase) / header.lineRange));
        break;
      case DW_LNS_fixed_advance_pc:
        address += BigInt(reader.u16());
        break;
      default:
        for (let operand = header.operandCounts[opcode - 1] ?? 0; operand > 0; operand--) reader.uleb();
    }
  }
}

/** The source lines that an ELF tells; of a damaged table what can be read. */
export function readLineTable(elf: Elf): LineTable {
  const bytes = elf.sections.find(({ name }) => name === '.debug_line')?.bytes;
  const rows: Row[] = [];
  if (!bytes) return new LineTable(rows);
  const reader = new Reader(bytes);
  try {
    while (reader.at + 4 <= bytes.length) {
      const length = reader.u32();
      const end = reader.at + length;
      const version = reader.u16();
      if (version >= 2 && version <= 4 && end <= bytes.length) {
        const headerLength = reader.u32();
        const program = reader.at + headerLength;
        const header = readHeader(reader, version);
        reader.at = program;
        readProgram(reader, end, header, rows);
      }
      reader.at = end;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return new LineTable(rows);
}
