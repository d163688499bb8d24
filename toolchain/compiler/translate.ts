/** One wasm function to SSA: what each instruction is. Control is in structure.ts, the rest in the files of its kind. */
import { Cursor, WasmError } from '../wasm/cursor.ts';
import { valueType, type ValueType as WasmType } from '../wasm/reader.ts';
import { atomicInstruction } from './atomics.ts';
import type { Builder } from './builder.ts';
import { call, callIndirect } from './calls.ts';
import { type ModuleContext, TRAP } from './context.ts';
import { globalGet, globalSet } from './globals.ts';
import { IrFunction, type Value, type ValueType } from './ir.ts';
import { bulkInstruction, memorySize } from './memory.ts';
import { numericInstruction } from './numeric.ts';
import { type BlockType, Structure } from './structure.ts';

/** Prefixes of the two-byte opcodes. */
const PREFIX_BULK = 0xfc;
const PREFIX_SIMD = 0xfd;
const PREFIX_ATOMIC = 0xfe;

export class Translator {
  readonly context: ModuleContext;
  readonly symbol: string;
  readonly builder: Builder;
  readonly cursor: Cursor;
  private readonly ir: IrFunction;
  private readonly structure: Structure;

  constructor(context: ModuleContext, index: number) {
    const body = context.module.functions[index - context.module.imports.length]!;
    const { parameters, results } = body.type;
    this.context = context;
    this.symbol = context.symbols[index]!;
    this.cursor = new Cursor(context.module.bytes, body.start, body.end);
    // Of the first instruction with a source line.
    const position = context.lines.first(body.start, body.end);
    const integer = (type: WasmType): ValueType => this.integer(type, position);
    if (results.length > 1) this.fail('several results', 'return a struct by its address instead', position);
    const resultType = results[0] === undefined ? 'none' : integer(results[0]);
    this.ir = new IrFunction(this.symbol, parameters.map(integer), resultType);
    this.ir.position = position;
    this.structure = new Structure(this.ir, [...parameters, ...body.locals].map(integer));
    this.builder = this.structure.builder;
  }

  /** @throws CompileError naming the function and line of what cannot be compiled */
  translate(): IrFunction {
    while (this.structure.depth > 0) {
      this.builder.position = this.cursor.position;
      this.instruction(this.cursor.byte());
    }
    return this.ir;
  }

  // ---- For the instructions in other files

  push(value: Value): void {
    this.structure.push(value);
  }

  pop(): Value {
    return this.structure.pop();
  }

  popMany(count: number): Value[] {
    return this.structure.popMany(count);
  }

  trapIf(condition: Value, reason: number): void {
    this.structure.trapIf(condition, reason);
  }

  integer(type: WasmType, position?: number): ValueType {
    if (type === 'i32' || type === 'i64') return type;
    if (type === 'f32' || type === 'f64') this.failAsFloat(position);
    return this.fail(`a value of type ${type}`, 'bare-metal code has integers only', position);
  }

  failAsFloat(position?: number): never {
    return this.fail('float', 'bare-metal code has no floating point', position);
  }

  /** @param position the present instruction's if left out */
  fail(what: string, advice: string, position = this.builder.position): never {
    return this.context.fail(what, this.symbol, position, advice);
  }

  // ---- Instructions ("Binary Format, Instructions")

  private instruction(opcode: number): void {
    const { structure } = this;
    switch (opcode) {
      case 0x00:
        structure.trap(TRAP.unreachable);
        structure.continueUnreachable();
        return;
      case 0x01:
        return;
      case 0x02:
        structure.openBlock(this.blockType());
        return;
      case 0x03:
        structure.openLoop(this.blockType());
        return;
      case 0x04:
        structure.openIf(this.blockType());
        return;
      case 0x05:
        structure.else();
        return;
      case 0x0b:
        structure.end();
        return;
      case 0x0c:
        structure.jumpToFrame(this.cursor.unsigned());
        structure.continueUnreachable();
        return;
      case 0x0d:
        structure.branchIf(this.cursor.unsigned());
        return;
      case 0x0e:
        structure.branchTable(
          this.cursor.vector(() => this.cursor.unsigned()),
          this.cursor.unsigned(),
        );
        structure.continueUnreachable();
        return;
      case 0x0f:
        structure.jumpToFrame(structure.depth - 1);
        structure.continueUnreachable();
        return;
      case 0x10:
        if (call(this, this.cursor.unsigned()) === 'noreturn') structure.continueUnreachable();
        return;
      case 0x11: {
        const type = this.context.module.types[this.cursor.unsigned()]!;
        this.cursor.unsigned();
        callIndirect(this, type);
        return;
      }
      case 0x1a:
        this.pop();
        return;
      case 0x1b:
        structure.select();
        return;
      case 0x1c:
        this.cursor.vector(() => this.integer(valueType(this.cursor)));
        structure.select();
        return;
      case 0x20:
        this.push(structure.variables.read(this.cursor.unsigned(), this.builder.block));
        return;
      case 0x21:
        structure.variables.write(this.cursor.unsigned(), this.builder.block, this.pop());
        return;
      case 0x22: {
        const value = this.pop();
        structure.variables.write(this.cursor.unsigned(), this.builder.block, value);
        this.push(value);
        return;
      }
      case 0x23:
        globalGet(this, this.cursor.unsigned());
        return;
      case 0x24:
        globalSet(this, this.cursor.unsigned());
        return;
      case 0x3f:
        this.cursor.unsigned();
        this.push(memorySize(this));
        return;
      case 0x40:
        // Memory is what the linker gave: growing it always fails.
        this.cursor.unsigned();
        this.pop();
        this.push(this.builder.constant(-1n));
        return;
      case 0x41:
      case 0x42:
        this.push(this.builder.constant(this.cursor.signed()));
        return;
      case PREFIX_BULK:
        bulkInstruction(this, this.cursor.unsigned());
        return;
      case PREFIX_SIMD:
        this.fail('a vector instruction', 'bare-metal code has integers only');
        return;
      case PREFIX_ATOMIC:
        atomicInstruction(this, this.cursor.unsigned());
        return;
      default:
        numericInstruction(this, opcode);
        return;
    }
  }
  private blockType(): BlockType {
    const byte = this.cursor.bytes[this.cursor.position]!;
    if (byte === 0x40) {
      this.cursor.position++;
      return { parameters: [], results: [] };
    }
    if (byte >= 0x60 && byte < 0x80) return { parameters: [], results: [this.integer(valueType(this.cursor))] };
    const type = this.context.module.types[Number(this.cursor.signed())];
    if (type === undefined) throw new WasmError('block of an unknown type', this.cursor.position);
    const integers = (types: readonly WasmType[]): ValueType[] => types.map((t) => this.integer(t));
    return { parameters: integers(type.parameters), results: integers(type.results) };
  }
}
