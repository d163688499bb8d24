import { describe, expect, it } from 'vitest';
import { wasmOf } from '../compiler/testing/text.ts';
import { Cursor, WasmError } from './cursor.ts';
import { readModule } from './reader.ts';

describe('Cursor', () => {
  it('reads LEB128 numbers of either sign up to 64 bits', () => {
    expect(new Cursor(Uint8Array.of(0xe5, 0x8e, 0x26)).unsigned()).toBe(624485);
    expect(new Cursor(Uint8Array.of(0x7f)).signed()).toBe(-1n);
    const minimum = [...new Array(9).fill(0x80), 0x7f];
    expect(new Cursor(Uint8Array.from(minimum)).signed()).toBe(-(1n << 63n));
    const maximum = [...new Array(9).fill(0xff), 0x01];
    expect(new Cursor(Uint8Array.from(maximum)).unsignedBig()).toBe((1n << 64n) - 1n);
  });

  it('refuses to read behind its end', () => {
    const cursor = new Cursor(Uint8Array.of(1, 2, 3), 0, 2);
    cursor.take(2);
    expect(() => cursor.byte()).toThrow(WasmError);
    expect(() => new Cursor(Uint8Array.of(1)).take(2)).toThrow('unexpected end at byte 0');
  });
});

describe('readModule', () => {
  const module = readModule(
    wasmOf(`
      (import "env" "abort" (func $abort (param i64 i64 i32 i32)))
      (table 3 funcref)
      (elem (i32.const 1) $f)
      (global $counter (mut i64) (i64.const -5))
      (export "answer" (global 1))
      (global i32 (i32.const 42))
      (data (i64.const 0x80400000) "abc")
      (data $passive "xyz")
      (func $f (export "f") (param i32) (result i64) (local i64 i32 i32) (i64.const 7))`),
  );

  it('has the sections as data', () => {
    expect(module.memory64).toBe(true);
    expect(module.imports).toEqual([
      { module: 'env', name: 'abort', type: { parameters: ['i64', 'i64', 'i32', 'i32'], results: [] } },
    ]);
    expect(module.tableSize).toBe(3);
    expect(module.elements).toEqual([{ offset: 1, functions: [1] }]);
    expect(module.globals).toEqual([
      { type: 'i64', mutable: true, initial: -5n },
      { type: 'i32', mutable: false, initial: 42n },
    ]);
    expect(module.exports).toContainEqual({ name: 'answer', kind: 'global', index: 1 });
    expect(module.data.map(({ offset }) => offset)).toEqual([0x8040_0000n, undefined]);
    expect(Buffer.from(module.data[1]!.bytes).toString()).toBe('xyz');
    expect(module.functions[0]!.locals).toEqual(['i64', 'i32', 'i32']);
  });

  it('refuses what is no module, and one that is cut off', () => {
    expect(() => readModule(Uint8Array.of(1, 2, 3))).toThrow('wasm module: no wasm header at byte 0');
    expect(() => readModule(module.bytes.slice(0, -3))).toThrow(WasmError);
  });
});
