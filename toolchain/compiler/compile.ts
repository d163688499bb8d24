/** A wasm module to an object file of RV64IMAC code: see docs/architecture.md, "From TypeScript to an ELF". */
import type { LineRow, ObjectFile, ObjectSymbol, Relocation, Section } from '../object.ts';
import { readModule, type WasmModule } from '../wasm/reader.ts';
import type { FunctionCode } from './code.ts';
import { ModuleContext } from './context.ts';
import { simplifyControl } from './control.ts';
import { removeRepeatedMoves } from './copies.ts';
import { dataSections } from './data.ts';
import { removeDeadInstructions, removeDeadValues } from './dead.ts';
import { analyseDominators, analyseLoops } from './dominators.ts';
import { emitFunction } from './emit.ts';
import { CompileError } from './errors.ts';
import { addPreheaders, hoistInvariants } from './hoist.ts';
import { invertLoops } from './invert.ts';
import type { IrFunction, Loop } from './ir.ts';
import { layOutBlocks } from './layout.ts';
import { SourceLines } from './lines.ts';
import { numberValues } from './numbering.ts';
import { allocateRegisters } from './registers.ts';
import { duplicateReturns } from './returns.ts';
import { buildRoutine, routineSymbol } from './runtime.ts';
import { selectInstructions } from './select.ts';
import { splitAtCalls } from './split.ts';
import { functionSymbols } from './symbols.ts';
import { threadJumps } from './thread.ts';
import { Translator } from './translate.ts';
import { unrollLoops } from './unroll.ts';

export interface CompileOptions {
  /** Of the object file. */
  readonly name: string;
  /** AssemblyScript's, for line numbers. */
  readonly sourceMap?: string;
}

/**
 * Compiles a module with 64-bit memory. What the program itself has to define is listed in context.ts.
 * @throws CompileError naming function and line of what bare-metal code cannot have; WasmError for what is no wasm module
 */
export function compile(wasm: Uint8Array, options: CompileOptions): ObjectFile {
  const module = readModule(wasm);
  if (!module.memory64) throw new CompileError(`${options.name}: compiled for wasm32; bare-metal code needs wasm64`);
  const lines = new SourceLines(options.sourceMap);
  const context = new ModuleContext(module, lines, functionSymbols(module));
  const text = new TextSection(lines);
  module.functions.forEach((_, i) => {
    const index = module.imports.length + i;
    const translator = new Translator(context, index);
    text.add(context.symbols[index]!, generate(translator.translate()), isExported(module, index));
  });
  for (const routine of context.runtime) text.add(routineSymbol(routine), generate(buildRoutine(routine)), false);
  const data = dataSections(context, text.tables);
  return {
    name: options.name,
    sections: [text.section(), ...data.sections],
    symbols: [...text.symbols, ...data.symbols],
  };
}

/** The passes, in order. */
export function generate(ir: IrFunction): FunctionCode {
  optimise(ir);
  const machine = selectInstructions(ir);
  removeDeadInstructions(machine);
  splitAtCalls(machine);
  allocateRegisters(machine);
  removeRepeatedMoves(machine);
  return emitFunction(machine, layOutBlocks(machine));
}

/** Leaves dominators and loops known. */
export function optimise(ir: IrFunction): void {
  const analyse = (): Loop[] => {
    simplifyControl(ir);
    analyseDominators(ir);
    return analyseLoops(ir);
  };
  analyse();
  numberValues(ir);
  analyse();
  threadJumps(ir);
  addPreheaders(ir, analyse());
  if (unrollLoops(ir, analyse())) {
    analyse();
    numberValues(ir);
  }
  invertLoops(ir, analyse());
  analyse();
  numberValues(ir);
  addPreheaders(ir, analyse());
  simplifyControl(ir);
  removeDeadValues(ir);
  analyseDominators(ir);
  hoistInvariants(ir, analyseLoops(ir));
  duplicateReturns(ir);
}

function isExported(module: WasmModule, index: number): boolean {
  return module.exports.some((entry) => entry.kind === 'function' && entry.index === index);
}

/** Functions one after the other. */
class TextSection {
  readonly symbols: ObjectSymbol[] = [];
  /** Jump tables, whose entries are distances from the table to places in this section. */
  readonly tables: { symbol: string; function: string; targets: readonly number[] }[] = [];
  private readonly sourceLines: SourceLines;
  private readonly chunks: { offset: number; bytes: Uint8Array }[] = [];
  private readonly relocations: Relocation[] = [];
  private readonly lines: LineRow[] = [];
  private readonly frames: Section['frames'][number][] = [];
  private size = 0;

  constructor(sourceLines: SourceLines) {
    this.sourceLines = sourceLines;
  }

  add(name: string, code: FunctionCode, global: boolean): void {
    const start = this.size;
    const symbol = (symbolName: string, offset: number, size: number, type: ObjectSymbol['type']): ObjectSymbol => ({
      name: symbolName,
      section: '.text',
      value: BigInt(start + offset),
      size,
      type,
      global: global && type === 'function',
    });
    this.symbols.push(symbol(name, 0, code.bytes.length, 'function'));
    for (const [label, offset] of code.labels) this.symbols.push(symbol(label, offset, 0, 'none'));
    this.chunks.push({ offset: start, bytes: code.bytes });
    for (const relocation of code.relocations)
      this.relocations.push({ ...relocation, offset: start + relocation.offset });
    for (const row of code.frames) this.frames.push({ ...row, offset: start + row.offset });
    for (const table of code.tables) this.tables.push({ ...table, function: name });
    this.addLines(start, code);
    this.size += code.bytes.length;
  }

  section(): Section {
    const bytes = new Uint8Array(this.size);
    for (const { offset, bytes: chunk } of this.chunks) bytes.set(chunk, offset);
    return {
      name: '.text',
      kind: 'text',
      align: 4,
      bytes,
      size: this.size,
      relocations: this.relocations,
      lines: this.lines,
      frames: this.frames,
    };
  }

  private addLines(start: number, code: FunctionCode): void {
    let last: LineRow | undefined;
    for (const { offset, position } of code.positions) {
      const found = this.sourceLines.find(position);
      if (found === undefined) continue;
      if (last?.file === found.file && last.line === found.line && last.column === found.column) continue;
      last = { offset: start + offset, ...found };
      this.lines.push(last);
    }
  }
}
