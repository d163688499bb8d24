/** The structured control of wasm as a graph of blocks: the operand stack, what is open, and branches to it. */
import { Builder } from './builder.ts';
import { TRAP_SYMBOL } from './context.ts';
import { addEdge, type Block, type IrFunction, resolve, type Value, type ValueType } from './ir.ts';
import { Variables } from './variables.ts';

export interface BlockType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

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

export class Structure {
  readonly builder: Builder;
  readonly variables: Variables;
  private readonly ir: IrFunction;
  private readonly stack: Value[] = [];
  private readonly frames: Frame[] = [];

  /** @param localTypes those of the parameters first */
  constructor(ir: IrFunction, localTypes: readonly ValueType[]) {
    this.ir = ir;
    this.builder = new Builder(ir, ir.entry);
    this.builder.position = ir.position;
    this.variables = new Variables(this.builder, localTypes);
    const zero = this.builder.constant(0n);
    localTypes.forEach((_, i) => {
      this.variables.write(i, ir.entry, ir.parameters[i] ?? zero);
    });
    const results = ir.resultType === 'none' ? [] : [ir.resultType];
    this.frames.push(this.frame({ target: undefined, next: undefined, loop: false, results, height: 0 }));
  }

  /** How many frames are open: 0 behind the function's `end`. */
  get depth(): number {
    return this.frames.length;
  }

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

  private continueIn(block: Block): void {
    this.builder.block = block;
  }

  /** What follows is reached only by other branches. */
  continueUnreachable(): void {
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

  trap(reason: number): void {
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

  openBlock({ parameters, results }: BlockType): void {
    const next = this.ir.newBlock();
    const height = this.stack.length - parameters.length;
    this.frames.push(this.frame({ target: next, next, loop: false, results, height }));
  }

  openLoop({ parameters, results }: BlockType): void {
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

  openIf({ parameters, results }: BlockType): void {
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

  else(): void {
    const frame = this.frames[this.frames.length - 1]!;
    const { block, parameters } = frame.otherwise!;
    this.fallOut(frame);
    frame.otherwise = undefined;
    this.stack.length = frame.height;
    this.continueIn(block);
    for (const value of parameters) this.push(value);
  }

  end(): void {
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
  jumpToFrame(depth: number): void {
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

  branchIf(depth: number): void {
    const condition = this.pop();
    const rest = this.ir.newBlock();
    this.branch(condition, this.edgeToFrame(depth), rest);
    this.continueIn(rest);
  }

  branchTable(depths: readonly number[], otherwise: number): void {
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

  select(): void {
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
}
