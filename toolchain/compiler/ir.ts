/**
 * The compiler's intermediate representation: a control-flow graph in static single assignment form. Operations are those of RV64
 * (`addw`, `sltu`, `lwu`), but any second operand may be a constant, and comparisons are all six.
 *
 * Every value is 64 bits wide. A wasm `i32` is held sign-extended, as the RISC-V calling convention wants it.
 */

/** Without result, or of one register. */
export type ValueType = 'i32' | 'i64' | 'none';

export type ArithmeticOperation =
  | ('add' | 'sub' | 'mul' | 'div' | 'divu' | 'rem' | 'remu' | 'and' | 'or' | 'xor' | 'sll' | 'srl' | 'sra')
  | ('addw' | 'subw' | 'mulw' | 'divw' | 'divuw' | 'remw' | 'remuw' | 'sllw' | 'srlw' | 'sraw');
/** 1 where the comparison holds, else 0. */
export type Comparison = 'eq' | 'ne' | 'lt' | 'ge' | 'ltu' | 'geu';
export type BinaryOperation = ArithmeticOperation | Comparison;
/** Sign extension from 8, 16 and 32 bits; zero extension is an `and`. */
export type UnaryOperation = 'sext.b' | 'sext.h' | 'sext.w';
export type LoadOperation = 'lb' | 'lbu' | 'lh' | 'lhu' | 'lw' | 'lwu' | 'ld';
export type StoreOperation = 'sb' | 'sh' | 'sw' | 'sd';
export type Operation =
  | BinaryOperation
  | UnaryOperation
  | LoadOperation
  | StoreOperation
  | ('constant' | 'parameter' | 'phi')
  /** Read and write a wasm global; `immediate` is the number of its slot. */
  | ('global.get' | 'global.set')
  /** The address of `symbol`. */
  | 'address'
  /** `call`: of `symbol`. `call.indirect`: of the address that is the first argument. */
  | ('call' | 'call.indirect')
  /** What `machine` describes: an instruction that the compiler itself has no use for. */
  | 'machine'
  /** Environment call to the SBI, whose result is a0, and a1 after it. */
  | ('sbi' | 'sbi.value')
  /** A register of fixed use, by its number in `immediate`. */
  | ('register.read' | 'register.write')
  /** The caller's stack pointer. */
  | 'frame.address'
  /** Sequences with a loop around lr and sc: see atomics.ts. */
  | ('atomic.cmpxchg' | 'atomic.rmw.masked' | 'atomic.cmpxchg.masked');

/** An instruction reached through an intrinsic, by its name in the instruction table. */
export interface MachineDetail {
  readonly instruction: string;
  /** Where the arguments go, in order. `csr`, `imm`, `pred`… are in `fields`. */
  readonly operands: readonly ('rs1' | 'rs2' | 'rs2-value')[];
  readonly fields: { readonly csr?: number; readonly imm?: number; readonly pred?: number; readonly succ?: number };
  readonly ordered: boolean;
}

export class Value {
  readonly id: number;
  readonly operation: Operation;
  readonly type: ValueType;
  readonly arguments: Value[];
  /** A constant's value; a load's or store's offset in bytes; a parameter's, global's or selector's number. */
  readonly immediate: bigint;
  /** Of a call or address. */
  symbol: string | undefined;
  /** Of a `machine` operation, and the instruction's name inside an atomic sequence. */
  machine: MachineDetail | undefined;
  block: Block | undefined;
  /** Byte offset in the wasm module of the instruction that this comes from. */
  position: number;
  /** Set when another value takes this one's place. */
  replacement: Value | undefined;
  /** The value as unsigned is below 2^unsignedBits. */
  unsignedBits = 64;
  /** The value as signed is in [-2^(signedBits-1), 2^(signedBits-1)). */
  signedBits = 64;

  constructor(id: number, operation: Operation, type: ValueType, args: Value[], immediate: bigint, position: number) {
    this.id = id;
    this.operation = operation;
    this.type = type;
    this.arguments = args;
    this.immediate = immediate;
    this.position = position;
  }

  get isConstant(): boolean {
    return this.operation === 'constant';
  }
}

/** The value that stands for this one after all replacements. */
export function resolve(value: Value): Value {
  let last = value;
  while (last.replacement !== undefined) last = last.replacement;
  if (value.replacement !== undefined && value.replacement !== last) value.replacement = last;
  return last;
}

export type Control =
  | { readonly kind: 'jump' }
  /** To the first successor when the condition is not 0, else to the second. */
  | { readonly kind: 'branch'; condition: Value }
  /** To the successor of that number; the index is below their count. */
  | { readonly kind: 'switch'; index: Value }
  | { readonly kind: 'return'; value: Value | undefined }
  /** After a call that does not return. */
  | { readonly kind: 'unreachable' };

export class Block {
  readonly id: number;
  phis: Value[] = [];
  body: Value[] = [];
  control: Control = { kind: 'unreachable' };
  controlPosition = 0;
  successors: Block[] = [];
  /** In the order of the phis' arguments. A block stands here once for each edge. */
  predecessors: Block[] = [];
  // Filled in by `analyseDominators`.
  order = -1;
  dominator: Block | undefined;
  dominatorDepth = 0;
  // Filled in by `analyseLoops`.
  loop: Loop | undefined;

  constructor(id: number) {
    this.id = id;
  }
}

export interface Loop {
  readonly header: Block;
  readonly blocks: Set<Block>;
  parent: Loop | undefined;
  depth: number;
  /** Contains a call that comes back. */
  calls: boolean;
  /** The only predecessor of the header from outside, ending in a jump. */
  preheader: Block | undefined;
}

export class IrFunction {
  readonly name: string;
  readonly parameters: Value[] = [];
  readonly resultType: ValueType;
  readonly entry: Block;
  /** In an order in which a block follows its dominators. */
  blocks: Block[] = [];
  /** Byte offset in the wasm module whose line is the function's own. */
  position = 0;
  private nextValue = 0;
  private nextBlock = 0;
  private readonly constants = new Map<bigint, Value>();

  constructor(name: string, parameterTypes: readonly ValueType[], resultType: ValueType) {
    this.name = name;
    this.resultType = resultType;
    this.entry = this.newBlock();
    parameterTypes.forEach((type, i) => {
      const parameter = this.newValue('parameter', type, [], BigInt(i), 0);
      if (type === 'i32') parameter.signedBits = 32;
      parameter.block = this.entry;
      this.parameters.push(parameter);
    });
  }

  get valueCount(): number {
    return this.nextValue;
  }

  newBlock(): Block {
    const block = new Block(this.nextBlock++);
    this.blocks.push(block);
    return block;
  }

  newValue(operation: Operation, type: ValueType, args: Value[], immediate: bigint, position: number): Value {
    return new Value(this.nextValue++, operation, type, args, immediate, position);
  }

  /** The one value of this constant, which is in no block. */
  constant(value: bigint): Value {
    const signed = BigInt.asIntN(64, value);
    let found = this.constants.get(signed);
    if (found === undefined) {
      found = this.newValue('constant', 'i64', [], signed, 0);
      found.unsignedBits = signed < 0n ? 64 : signed.toString(2).length;
      found.signedBits = (signed < 0n ? ~signed : signed).toString(2).length + 1;
      if (signed === 0n) found.unsignedBits = 0;
      this.constants.set(signed, found);
    }
    return found;
  }
}

/** Adds the edge and leaves the successor's phis to the caller. */
export function addEdge(from: Block, to: Block): void {
  from.successors.push(to);
  to.predecessors.push(from);
}

/** Takes away the edge that is the predecessor of that number, with the phis' arguments. */
export function removePredecessor(block: Block, index: number): void {
  block.predecessors.splice(index, 1);
  for (const phi of block.phis) phi.arguments.splice(index, 1);
}
