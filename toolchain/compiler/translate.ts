/** One wasm function to SSA: the control instructions. Everything else is in numeric.ts, memory.ts, atomics.ts and calls.ts. */
import { Cursor, WasmError } from '../wasm/cursor.ts';
import { type FunctionBody, valueType, type ValueType as WasmType } from '../wasm/reader.ts';
import { atomicInstruction } from './atomics.ts';
import { Builder } from './builder.ts';
import { call, callIndirect } from './calls.ts';
import { GLOBAL_BYTES, GLOBALS_SYMBOL, type ModuleContext, TRAP, TRAP_SYMBOL } from './context.ts';
import { addEdge, type Block, IrFunction, resolve, type Value, type ValueType } from './ir.ts';
import { bulkInstruction, load, memorySize, store } from './memory.ts';
import {
  binaryOperation,
  COUNTS,
  DIVISIONS,
  type Division,
  isFloatOpcode,
  LOADS,
  STORES,
  unaryOperation,
} from './numeric.ts';
import { callRuntime } from './runtime.ts';
import { Variables } from './variables.ts';

/** A block, loop or if that is open, or the function itself. */
interface Frame {
  /** Where a branch to it goes; undefined for the function, where a branch returns. */
  readonly target: Block | undefined;
  /** Where control goes on after its `end`. */
  readonly next: Block | undefined;
  readonly loop: boolean;
  /** Of the operand stack outside. */
  readonly height: number;
  /** One for each value that a branch carries. */
  readonly branchPhis: Value[];
  /** One for each result. */
  readonly resultPhis: Value[];
  readonly results: readonly ValueType[];
  /** Of an `if` before its `else`: the block for a false condition and the parameters. */
  otherwise: { block: Block; parameters: Value[] } | undefined;
}

/** Up to this many cases, comparisons in a row are shorter than a jump table. */
const COMPARED_CASES = 3;
/** Slots that an offset of 12 bits from gp reaches. */
const GLOBALS_NEAR_GP = 256n;
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
  private readonly body: FunctionBody;
  /** Byte offset of the first instruction with a source line. */
  private readonly start: number;
  private readonly stack: Value[] = [];
  private readonly frames: Frame[] = [];
  private readonly variables: Variables;
  private readonly localTypes: readonly ValueType[];

  constructor(context: ModuleContext, index: number) {
    this.context = context;
    this.body = context.module.functions[index - context.module.imports.length]!;
    this.symbol = context.symbols[index]!;
    this.cursor = new Cursor(context.module.bytes, this.body.start, this.body.end);
    this.start = context.lines.first(this.body.start, this.body.end);
    const { parameters, results } = this.body.type;
    const integer = (type: WasmType): ValueType => this.integer(type);
    if (results.length > 1) this.fail('several results', 'return a struct by its address instead');
    this.localTypes = [...parameters, ...this.body.locals].map(integer);
    const resultType = results[0] === undefined ? 'none' : integer(results[0]);
    this.ir = new IrFunction(this.symbol, parameters.map(integer), resultType);
    this.ir.position = this.start;
    this.builder = new Builder(this.ir, this.ir.entry);
    this.builder.position = this.start;
    this.variables = new Variables(this.builder, this.localTypes);
  }

  /** @throws CompileError naming the function and line of what cannot be compiled */
  translate(): IrFunction {
    const zero = this.builder.constant(0n);
    this.localTypes.forEach((_, i) => {
      this.variables.write(i, this.ir.entry, this.ir.parameters[i] ?? zero);
    });
    const results = this.ir.resultType === 'none' ? [] : [this.ir.resultType];
    this.frames.push(this.frame({ target: undefined, next: undefined, loop: false, results, height: 0 }));
    while (this.frames.length > 0) {
      this.builder.position = this.cursor.position;
      this.instruction(this.cursor.byte());
    }
    return this.ir;
  }

  // ---- For the instructions in other files

  push(value: Value): void {
    this.stack.push(value);
  }

  /** In code that is never reached the stack may be empty: any value does. */
  pop(): Value {
    const frame = this.frames[this.frames.length - 1]!;
    if (this.stack.length <= frame.height) return this.builder.constant(0n);
    return resolve(this.stack.pop()!);
  }

  /** The arguments of a call, the last of which is on top. */
  popMany(count: number): Value[] {
    const values: Value[] = [];
    for (let i = count - 1; i >= 0; i--) values[i] = this.pop();
    return values;
  }

  integer(type: WasmType): ValueType {
    if (type === 'i32' || type === 'i64') return type;
    if (type === 'f32' || type === 'f64') return this.fail('float', 'bare-metal code has no floating point');
    return this.fail(`a value of type ${type}`, 'bare-metal code has integers only');
  }

  fail(what: string, advice: string): never {
    return this.context.fail(what, this.symbol, this.builder?.position ?? this.start, advice);
  }

  /** Goes on where the condition does not hold; where it does, `wasm_trap` is called with the reason. */
  trapIf(condition: Value, reason: number): void {
    if (condition.isConstant && condition.immediate === 0n) return;
    const trap = this.ir.newBlock();
    const rest = this.ir.newBlock();
    this.branch(condition, trap, rest);
    this.continueIn(trap);
    this.trap(reason);
    this.continueIn(rest);
  }

  // ---- Blocks

  private continueIn(block: Block): void {
    this.builder.block = block;
  }

  /** What follows is reached only by other branches. */
  private continueUnreachable(): void {
    this.stack.length = this.frames[this.frames.length - 1]!.height;
    this.continueIn(this.ir.newBlock());
  }

  private jump(to: Block): void {
    const from = this.builder.block;
    from.control = { kind: 'jump' };
    from.controlPosition = this.builder.position;
    addEdge(from, to);
  }

  private branch(condition: Value, yes: Block, no: Block): void {
    const from = this.builder.block;
    from.control = { kind: 'branch', condition };
    from.controlPosition = this.builder.position;
    addEdge(from, yes);
    addEdge(from, no);
  }

  private trap(reason: number): void {
    this.builder.append('call', 'none', [this.builder.constant(BigInt(reason))], 0n, TRAP_SYMBOL);
    this.builder.block.control = { kind: 'unreachable' };
  }

  private frame(options: {
    target: Block | undefined;
    next: Block | undefined;
    loop: boolean;
    results: readonly ValueType[];
    height: number;
  }): Frame {
    const { next, results } = options;
    const resultPhis = next === undefined ? [] : results.map((type) => this.builder.phi(next, type));
    return { ...options, resultPhis, branchPhis: options.loop ? [] : resultPhis, otherwise: undefined };
  }

  private blockType(): { parameters: ValueType[]; results: ValueType[] } {
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

  private openBlock(): void {
    const { parameters, results } = this.blockType();
    const next = this.ir.newBlock();
    const height = this.stack.length - parameters.length;
    this.frames.push(this.frame({ target: next, next, loop: false, results, height }));
  }

  private openLoop(): void {
    const { parameters, results } = this.blockType();
    const header = this.ir.newBlock();
    const next = this.ir.newBlock();
    const values = this.popMany(parameters.length);
    const height = this.stack.length;
    this.jump(header);
    this.variables.open(header);
    this.continueIn(header);
    const frame = this.frame({ target: header, next, loop: true, results, height });
    parameters.forEach((type, i) => {
      const phi = this.builder.phi(header, type);
      phi.arguments.push(values[i]!);
      frame.branchPhis.push(phi);
      this.push(phi);
    });
    this.frames.push(frame);
  }

  private openIf(): void {
    const { parameters, results } = this.blockType();
    const condition = this.pop();
    const yes = this.ir.newBlock();
    const no = this.ir.newBlock();
    const next = this.ir.newBlock();
    const values = this.popMany(parameters.length);
    const height = this.stack.length;
    this.branch(condition, yes, no);
    this.continueIn(yes);
    for (const value of values) this.push(value);
    const frame = this.frame({ target: next, next, loop: false, results, height });
    frame.otherwise = { block: no, parameters: values };
    this.frames.push(frame);
  }

  private else(): void {
    const frame = this.frames[this.frames.length - 1]!;
    const { block, parameters } = frame.otherwise!;
    this.fallOut(frame);
    frame.otherwise = undefined;
    this.stack.length = frame.height;
    this.continueIn(block);
    for (const value of parameters) this.push(value);
  }

  private end(): void {
    const frame = this.frames[this.frames.length - 1]!;
    if (frame.otherwise !== undefined) this.else();
    this.fallOut(frame);
    this.frames.pop();
    this.stack.length = frame.height;
    if (frame.next === undefined) return;
    if (frame.loop) this.variables.seal(frame.target!);
    this.continueIn(frame.next);
    for (const phi of frame.resultPhis) this.push(phi);
  }

  /** Control reaches the end of a frame. */
  private fallOut(frame: Frame): void {
    const values = this.popMany(frame.results.length);
    if (frame.next === undefined) {
      this.return(values[0]);
      return;
    }
    this.jump(frame.next);
    frame.resultPhis.forEach((phi, i) => {
      phi.arguments.push(values[i]!);
    });
  }

  private return(value: Value | undefined): void {
    this.builder.block.control = { kind: 'return', value };
    this.builder.block.controlPosition = this.builder.position;
  }

  /** A jump to the frame of that depth with the values on top of the stack, which stay there. */
  private jumpToFrame(depth: number): void {
    const frame = this.frames[this.frames.length - 1 - depth]!;
    const count = frame.target === undefined ? frame.results.length : frame.branchPhis.length;
    const values = this.popMany(count);
    for (const value of values) this.push(value);
    if (frame.target === undefined) {
      this.return(values[0]);
      return;
    }
    this.jump(frame.target);
    frame.branchPhis.forEach((phi, i) => {
      phi.arguments.push(values[i]!);
    });
  }

  /** A block that does nothing but branch to the frame. */
  private edgeToFrame(depth: number): Block {
    const here = this.builder.block;
    const edge = this.ir.newBlock();
    this.continueIn(edge);
    this.jumpToFrame(depth);
    this.continueIn(here);
    return edge;
  }

  private branchIf(): void {
    const depth = this.cursor.unsigned();
    const condition = this.pop();
    const rest = this.ir.newBlock();
    this.branch(condition, this.edgeToFrame(depth), rest);
    this.continueIn(rest);
  }

  private branchTable(): void {
    const depths = this.cursor.vector(() => this.cursor.unsigned());
    const otherwise = this.cursor.unsigned();
    const index = this.pop();
    const edges = new Map<number, Block>();
    const edge = (depth: number): Block => {
      const known = edges.get(depth) ?? this.edgeToFrame(depth);
      edges.set(depth, known);
      return known;
    };
    const { builder } = this;
    if (depths.length <= COMPARED_CASES) {
      depths.forEach((depth, i) => {
        const rest = this.ir.newBlock();
        this.branch(builder.compare('eq', index, builder.constant(BigInt(i))), edge(depth), rest);
        this.continueIn(rest);
      });
      this.jump(edge(otherwise));
    } else {
      const inside = this.ir.newBlock();
      const below = builder.compare('ltu', index, builder.constant(BigInt(depths.length)));
      this.branch(below, inside, edge(otherwise));
      this.continueIn(inside);
      inside.control = { kind: 'switch', index };
      inside.controlPosition = builder.position;
      for (const depth of depths) addEdge(inside, edge(depth));
    }
  }

  private select(): void {
    const condition = this.pop();
    const [a, b] = this.popMany(2) as [Value, Value];
    const { builder } = this;
    const truth = builder.compare('ne', condition, builder.constant(0n));
    if (truth.isConstant || a === b) {
      this.push(truth.isConstant && truth.immediate === 0n ? b : a);
      return;
    }
    if (a.isConstant && b.isConstant && a.immediate + b.immediate === 1n && a.immediate * b.immediate === 0n) {
      this.push(a.immediate === 1n ? truth : builder.compare('eq', condition, builder.constant(0n)));
      return;
    }
    const yes = this.ir.newBlock();
    const no = this.ir.newBlock();
    const next = this.ir.newBlock();
    this.branch(condition, yes, no);
    const bothWords = a.signedBits <= 32 && b.signedBits <= 32;
    const phi = builder.phi(next, bothWords ? 'i32' : 'i64');
    for (const [block, value] of [
      [yes, a],
      [no, b],
    ] as const) {
      this.continueIn(block);
      this.jump(next);
      phi.arguments.push(value);
    }
    this.continueIn(next);
    this.push(phi);
  }

  // ---- Instructions ("Binary Format, Instructions")

  private instruction(opcode: number): void {
    switch (opcode) {
      case 0x00:
        this.trap(TRAP.unreachable);
        this.continueUnreachable();
        return;
      case 0x01:
        return;
      case 0x02:
        this.openBlock();
        return;
      case 0x03:
        this.openLoop();
        return;
      case 0x04:
        this.openIf();
        return;
      case 0x05:
        this.else();
        return;
      case 0x0b:
        this.end();
        return;
      case 0x0c:
        this.jumpToFrame(this.cursor.unsigned());
        this.continueUnreachable();
        return;
      case 0x0d:
        this.branchIf();
        return;
      case 0x0e:
        this.branchTable();
        this.continueUnreachable();
        return;
      case 0x0f:
        this.jumpToFrame(this.frames.length - 1);
        this.continueUnreachable();
        return;
      case 0x10:
        if (call(this, this.cursor.unsigned()) === 'noreturn') this.continueUnreachable();
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
        this.select();
        return;
      case 0x1c:
        this.cursor.vector(() => this.integer(valueType(this.cursor)));
        this.select();
        return;
      case 0x20:
        this.push(this.variables.read(this.cursor.unsigned(), this.builder.block));
        return;
      case 0x21:
        this.variables.write(this.cursor.unsigned(), this.builder.block, this.pop());
        return;
      case 0x22: {
        const value = this.pop();
        this.variables.write(this.cursor.unsigned(), this.builder.block, value);
        this.push(value);
        return;
      }
      case 0x23:
        this.globalGet(this.cursor.unsigned());
        return;
      case 0x24:
        this.globalSet(this.cursor.unsigned());
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
        this.numeric(opcode);
        return;
    }
  }

  private globalGet(index: number): void {
    const { builder, context } = this;
    const global = context.module.globals[index]!;
    const type = this.integer(global.type);
    if (!global.mutable) {
      this.push(builder.constant(global.initial));
      return;
    }
    const slot = BigInt(context.globalSlot(index));
    if (slot < GLOBALS_NEAR_GP) this.push(builder.append('global.get', type, [], slot));
    else
      this.push(
        builder.load(type === 'i32' ? 'lw' : 'ld', builder.address(GLOBALS_SYMBOL), slot * BigInt(GLOBAL_BYTES)),
      );
  }

  private globalSet(index: number): void {
    const { builder, context } = this;
    const slot = BigInt(context.globalSlot(index));
    const value = this.pop();
    if (slot < GLOBALS_NEAR_GP) builder.append('global.set', 'none', [value], slot);
    else builder.store('sd', builder.address(GLOBALS_SYMBOL), slot * BigInt(GLOBAL_BYTES), value);
  }

  private numeric(opcode: number): void {
    if (isFloatOpcode(opcode)) this.fail('float', 'bare-metal code has no floating point');
    const loaded = LOADS[opcode];
    if (loaded !== undefined) {
      load(this, loaded);
      return;
    }
    const stored = STORES[opcode];
    if (stored !== undefined) {
      store(this, stored);
      return;
    }
    const division = DIVISIONS[opcode];
    if (division !== undefined) {
      this.divide(division);
      return;
    }
    const count = COUNTS[opcode];
    if (count !== undefined) {
      this.push(callRuntime(this, count, [this.pop()]));
      return;
    }
    const last = this.pop();
    const one = unaryOperation(this.builder, opcode, last);
    if (one !== undefined) {
      this.push(one);
      return;
    }
    const two = binaryOperation(this.builder, opcode, this.pop(), last);
    if (two === undefined) this.fail(`the instruction 0x${opcode.toString(16)}`, 'the compiler does not know it');
    this.push(two);
  }

  /** RV64 divides by zero without a trap, and so does the overflowing quotient; wasm traps ("Numerics, idiv_s"). */
  private divide({ operation, minimum }: Division): void {
    const { builder } = this;
    const divisor = this.pop();
    const dividend = this.pop();
    this.trapIf(builder.compare('eq', divisor, builder.constant(0n)), TRAP.divisionByZero);
    if (minimum !== undefined && !(divisor.isConstant && divisor.immediate !== -1n)) {
      const atMinimum = builder.compare('eq', dividend, builder.constant(minimum));
      const byMinusOne = builder.compare('eq', divisor, builder.constant(-1n));
      this.trapIf(builder.binary('and', atMinimum, byMinusOne), TRAP.integerOverflow);
    }
    this.push(builder.binary(operation, dividend, divisor));
  }
}
