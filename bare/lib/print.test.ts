import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { compileAssemblyScript, START_FUNCTION } from '../../toolchain/assemblyscript.ts';

let exports: Record<string, (...args: (bigint | number)[]) => void>;
let memory: WebAssembly.Memory;
let written = '';

beforeAll(async () => {
  const { wasm } = await compileAssemblyScript({
    entry: 'bare/lib/print.ts',
    readFile: (path) => readFile(path, 'utf8').catch(() => null),
    target: 'wasm64',
    optimize: 'O3',
    flags: ['--exportRuntime'],
  });
  const console_write_byte = (byte: number) => {
    written += String.fromCharCode(byte);
  };
  const abort = () => {
    throw new Error('abort');
  };
  const imports = { env: { abort }, print: { console_write_byte } };
  const { instance } = await WebAssembly.instantiate(wasm as Uint8Array<ArrayBuffer>, imports);
  exports = instance.exports as never;
  memory = instance.exports.memory as WebAssembly.Memory;
  exports[START_FUNCTION]!();
});

function printed(name: string, ...args: (bigint | number)[]): string {
  written = '';
  exports[name]!(...args);
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
  const STRING_ID = 2;
  const text = 'Zürich\n';
  const at = exports.__new!(BigInt(2 * text.length), STRING_ID) as unknown as bigint;
  for (let index = 0; index < text.length; index++) {
    new DataView(memory.buffer).setUint16(Number(at) + 2 * index, text.charCodeAt(index), true);
  }
  expect(printed('print', at)).toBe('Z?rich\n');
});

test('C strings', () => {
  const at = exports.__new!(8n, 0) as unknown as bigint;
  new Uint8Array(memory.buffer).set(new TextEncoder().encode('cpu@0\0x'), Number(at));
  expect(printed('printCString', at)).toBe('cpu@0');
});
