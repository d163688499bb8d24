import { describe, expect, test } from 'vitest';
import { LineTableError, readLineTable } from './line-table.ts';

const ADDRESS = [0x00, 0x10, 0x20, 0x80, 0, 0, 0, 0];
/** DW_LNE_set_address and DW_LNE_end_sequence. */
const SET_ADDRESS = [0, 9, 2, ...ADDRESS];
const END = [0, 1, 1];

function u32(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24];
}

function text(...strings: readonly string[]): number[] {
  return strings.flatMap((each) => [...new TextEncoder().encode(each), 0]);
}

/** Line base -3, line range 12, opcode base 13: what GNU as writes. */
const PARAMETERS = [0xfd, 12, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];

function unit(version: number, files: readonly number[], program: readonly number[]): number[] {
  const operations = version >= 4 ? [1] : [];
  const header = [1, ...operations, 1, ...PARAMETERS, ...files];
  const sizes = version === 5 ? [8, 0] : [];
  const body = [version, 0, ...sizes, ...u32(header.length), ...header, ...program];
  return [...u32(body.length), ...body];
}

/** Directory 1 `lib`, files 1 `main.S` and 2 `lib/print.S`. */
const FILES_4 = [...text('lib'), 0, ...text('main.S'), 0, 0, 0, ...text('print.S'), 1, 0, 0, 0];
/** The same in version 5: path as line_strp, directory as udata. */
const FILES_5 = [
  ...[1, 1, 0x1f, 2, ...u32(0), ...u32(5)],
  ...[2, 1, 0x1f, 2, 0x0b, 3, ...u32(9), 0, ...u32(9), 0, ...u32(16), 1],
];
const STRINGS_5 = text('/src', 'lib', 'main.S', 'print.S');

function rowsOf(line: readonly number[], strings?: readonly number[]): string[] {
  const sections: Record<string, Uint8Array> = { '.debug_line': Uint8Array.from(line) };
  if (strings !== undefined) sections['.debug_line_str'] = Uint8Array.from(strings);
  return readLineTable((name) => sections[name]).map(({ address, place }) => {
    const where = place === undefined ? '-' : `${place.file}:${place.line}:${place.column}`;
    return `${address.toString(16)} ${where}`;
  });
}

const PROGRAM = [
  ...SET_ADDRESS,
  ...[3, 9], // advance_line 9
  1, // copy
  ...[5, 4], // set_column 4
  13 + 4 * 12 + 5, // special: address + 4, line + 2
  ...[4, 2, 3, 0x7b], // set_file 2, advance_line -5
  8, // const_add_pc: address + 20
  ...[9, 0x00, 0x01], // fixed_advance_pc 0x100
  6, // negate_stmt
  ...[12, 5], // set_isa 5
  ...[0, 2, 4, 1], // an extended opcode that does not matter
  1,
  ...[2, 2], // advance_pc 2
  ...END,
];
const ROWS = ['80201000 main.S:10:0', '80201004 main.S:12:4', '80201118 lib/print.S:7:4', '8020111a -'];

describe('reads', () => {
  test.each([2, 3, 4])('version %i', (version) => {
    expect(rowsOf(unit(version, FILES_4, PROGRAM))).toEqual(ROWS);
  });

  test('version 5', () => {
    expect(rowsOf(unit(5, FILES_5, PROGRAM), STRINGS_5)).toEqual(ROWS);
  });

  test('several units, each from the start of the state machine', () => {
    const other = unit(4, FILES_4, [...SET_ADDRESS, 1, ...END]);
    expect(rowsOf([...unit(4, FILES_4, PROGRAM), ...other])).toEqual([...ROWS, '80201000 main.S:1:0', '80201000 -']);
  });

  test('nothing where there is no section', () => {
    expect(readLineTable(() => undefined)).toEqual([]);
  });
});

describe('refuses', () => {
  const good = unit(4, FILES_4, PROGRAM);

  test.each<[string, readonly number[], string]>([
    ['a truncated unit', good.slice(0, -1), 'are left'],
    ['another version', unit(6, FILES_4, PROGRAM), 'version 6'],
    ['64-bit DWARF', [0xff, 0xff, 0xff, 0xff, 0], '64-bit DWARF is not supported'],
    ['an endless file name', unit(4, text('lib').slice(0, -1), []), 'a string does not end'],
    ['a program cut short', unit(4, FILES_4, [0, 9, 2, 1]), '9 bytes are wanted and 2 are left'],
    ['a version 5 without its strings', unit(5, FILES_5, PROGRAM), 'a file name is not in the string section'],
    ['an unknown form', unit(5, [1, 1, 0x70, 1], []), 'form 0x70'],
  ])('%s', (_, line, message) => {
    expect(() => rowsOf(line)).toThrow(message);
    expect(() => rowsOf(line)).toThrow(LineTableError);
  });

  test('a flipped bit never ends in another error', () => {
    const blob = unit(5, FILES_5, PROGRAM);
    let refused = 0;
    for (let bit = 0; bit < 8 * blob.length; bit++) {
      const flipped = blob.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      try {
        rowsOf(flipped, STRINGS_5);
      } catch (error) {
        expect(error).toBeInstanceOf(LineTableError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(50);
  });
});
