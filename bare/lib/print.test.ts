import { beforeAll, expect, test } from 'vitest';
import { type InV8, loadInV8 } from '../../test/in-v8.ts';

let v8: InV8;
let written = '';

beforeAll(async () => {
  const console_write_byte = (byte: number): undefined => {
    written += String.fromCharCode(byte);
  };
  v8 = await loadInV8('bare/lib/print.ts', { imports: { 'print.console_write_byte': console_write_byte } });
});

function printed(name: string, ...args: (bigint | number | string)[]): string {
  written = '';
  v8.call(name, ...args);
  return written;
}

test('decimal numbers', () => {
  for (const value of [0n, 9n, 10n, 4_096n, 2n ** 64n - 1n]) expect(printed('printDecimal', value)).toBe(`${value}`);
});

test('hexadecimal numbers have no leading zeros', () => {
  for (const value of [0n, 1n, 0xfn, 0x10n, 0xabcdefn, 0x8020_0000n, 1n << 60n, 2n ** 64n - 1n]) {
    expect(printed('printHex', value)).toBe(`0x${value.toString(16)}`);
  }
});

test('hexadecimal digits have a width', () => {
  expect(printed('printHexDigits', 0xabcn, 8)).toBe('00000abc');
  expect(printed('printHexDigits', 0xabcn, 2)).toBe('bc');
});

test('strings: characters beyond ASCII become question marks', () => {
  expect(printed('print', 'Zürich\n')).toBe('Z?rich\n');
});

test('C strings', () => {
  expect(printed('printCString', v8.placeCString('cpu@0'))).toBe('cpu@0');
});
