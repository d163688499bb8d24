/** Modules written by hand, in WebAssembly's text format, and what becomes of their first function. */
import binaryen from 'assemblyscript/binaryen';
import { disassemble } from '../../../isa/disassemble.ts';
import { readModule } from '../../wasm/reader.ts';
import { compile, optimise } from '../compile.ts';
import { ModuleContext } from '../context.ts';
import type { IrFunction } from '../ir.ts';
import { SourceLines } from '../lines.ts';
import { functionSymbols } from '../symbols.ts';
import { Translator } from '../translate.ts';

/** The fields of a module with 64-bit memory. */
export function wasmOf(fields: string): Uint8Array {
  const module = binaryen.parseText(`(module ${fields} (memory i64 1))`);
  try {
    binaryen.setDebugInfo(true);
    module.setFeatures(binaryen.Features.All);
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

/** The module's first function, optimised. */
export function optimisedFunction(fields: string): IrFunction {
  const module = readModule(wasmOf(fields));
  const context = new ModuleContext(module, new SourceLines(undefined), functionSymbols(module));
  const ir = new Translator(context, module.imports.length).translate();
  optimise(ir);
  return ir;
}

/** What is computed, block by block. */
export function operationsOf(ir: IrFunction): string[][] {
  return ir.blocks.map(({ body }) => body.map(({ operation }) => operation));
}

/** The code of the module's first function, as GNU objdump shows it. */
export function assemblyOf(fields: string): string[] {
  const { sections, symbols } = compile(wasmOf(fields), { name: 'test' });
  const text = sections.find(({ name }) => name === '.text')!;
  const size = symbols.find(({ section, type }) => section === '.text' && type === 'function')!.size;
  const view = new DataView(text.bytes.buffer, text.bytes.byteOffset);
  const lines: string[] = [];
  for (let offset = 0; offset < size; ) {
    const half = view.getUint16(offset, true);
    const parcel = (half & 3) === 3 ? view.getUint32(offset, true) : half;
    const { text: line, length } = disassemble(parcel, BigInt(offset));
    lines.push(line.replace('\t', ' '));
    offset += length;
  }
  return lines;
}

/** A function `f` of i64 parameters `$a`, `$b`, … with an i64 result. */
export function functionOf(parameters: number, body: string): string {
  const list = Array.from({ length: parameters }, (_, i) => `(param $${'abcdefgh'[i]} i64)`).join(' ');
  return `(func (export "f") ${list} (result i64) ${body})`;
}
