/** RV64 code before registers are chosen: instructions over virtual registers, in blocks. No longer in SSA form. */

/** Physical registers are 0 to 31; virtual ones follow. */
export const ZERO = 0;
export const RA = 1;
export const SP = 2;
export const GP = 3;
export const TP = 4;
/** Not allocated: the emitter's own, for moves in a cycle, spilled values and far jumps. */
export const T0 = 5;
export const T1 = 6;
export const A0 = 10;
export const A1 = 11;
export const A6 = 16;
export const A7 = 17;
export const FIRST_VIRTUAL = 32;
/** Argument registers a0 to a7; more arguments are on the stack (psABI, Integer Calling Convention). */
export const ARGUMENT_REGISTERS = 8;
export const CALLER_SAVED: readonly number[] = [10, 11, 12, 13, 14, 15, 16, 17, 7, 28, 29, 30, 31];
export const CALLEE_SAVED: readonly number[] = [8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27];

export const maskOf = (registers: readonly number[]): number => registers.reduce((mask, r) => mask | (1 << r), 0);

/** A place that is no register: the k-th argument on the stack, of this function or of one that it calls. */
export const STACK_ARGUMENT = 1 << 24;
/** A move from or to the k-th slot for spilled registers. */
export const SPILL_SLOT = 1 << 25;
/** A move of `constant`. */
export const CONSTANT = -1;
export const NONE = -1;

export interface Move {
  to: number;
  from: number;
  constant: bigint | undefined;
}

export const move = (to: number, from: number): Move => ({ to, from, constant: undefined });
export const moveConstant = (to: number, constant: bigint): Move => ({ to, from: CONSTANT, constant });

export class MachineInstruction {
  /**
   * A name of the instruction table, or: `li`, `la`, `moves` (all at once), `parameters` (moves, first of all), `split`
   * (moves where the frame begins), `call`, `call.indirect`, `ecall`, `atomic.…`,
   * `reload`, `spill`, `frame.address`, and at a block's end `branch`, `jump`, `switch`, `return`, `unreachable`.
   */
  readonly operation: string;
  destination = NONE;
  sources: number[] = [];
  /** In the instruction; of `reload` and `spill` the number of the stack slot. */
  immediate = 0;
  /** Of `li`. */
  value = 0n;
  symbol: string | undefined;
  /** Before the operation: arguments of a call, result of a return. */
  moves: Move[] = [];
  /** After the operation: results of a call, from physical registers. */
  results: Move[] = [];
  /** Mask of physical registers that lose their value. */
  clobbers = 0;
  /** The destination is written before the sources are read for the last time. */
  earlyClobber = false;
  fields: { readonly csr?: number; readonly pred?: number; readonly succ?: number } | undefined;
  ordered = false;
  /** Reached through an intrinsic: stays even if nobody wants the result. */
  volatile = false;
  /** Of a `branch`: the instruction; `targets` has the block where it goes and the one where it does not. */
  comparison = 'bne';
  targets: MachineBlock[] = [];
  /** Byte offset in the wasm module. */
  position: number;

  constructor(operation: string, position: number) {
    this.operation = operation;
    this.position = position;
  }

  /** A copy for another place in the code. */
  clone(): MachineInstruction {
    const copy = new MachineInstruction(this.operation, this.position);
    Object.assign(copy, this);
    copy.sources = [...this.sources];
    copy.moves = this.moves.map((m) => ({ ...m }));
    copy.results = this.results.map((m) => ({ ...m }));
    copy.targets = [...this.targets];
    return copy;
  }
}

export class MachineBlock {
  readonly id: number;
  /** The last one is the only one with targets. */
  instructions: MachineInstruction[] = [];
  /** Of the loops around it. */
  loopDepth = 0;
  /** Ends in a call that does not return. */
  cold = false;
  liveIn = new Uint32Array(0);
  liveOut = new Uint32Array(0);

  constructor(id: number) {
    this.id = id;
  }

  get end(): MachineInstruction {
    return this.instructions[this.instructions.length - 1]!;
  }

  get successors(): readonly MachineBlock[] {
    return this.end.targets;
  }
}

export class MachineFunction {
  readonly name: string;
  /** The first is the entry. */
  blocks: MachineBlock[] = [];
  registerCount = FIRST_VIRTUAL;
  /** Bytes of arguments on the stack of what is called. */
  outgoingBytes = 0;
  /** Number of 8-byte slots for spilled registers. */
  spillSlots = 0;
  /** Virtual registers that stand for a spilled one around one instruction: spilling those gains nothing. */
  readonly shortLived = new Set<number>();
  private nextBlock = 0;

  constructor(name: string) {
    this.name = name;
  }

  newBlock(): MachineBlock {
    const block = new MachineBlock(this.nextBlock++);
    this.blocks.push(block);
    return block;
  }

  newRegister(): number {
    return this.registerCount++;
  }
}

/** Calls `visit` with every virtual register that the instruction reads. */
export function forEachUse(instruction: MachineInstruction, visit: (register: number) => void): void {
  for (const source of instruction.sources) if (isVirtual(source)) visit(source);
  for (const { from } of instruction.moves) if (isVirtual(from)) visit(from);
}

/** Calls `visit` with every virtual register that the instruction writes. */
export function forEachDefinition(instruction: MachineInstruction, visit: (register: number) => void): void {
  if (isVirtual(instruction.destination)) visit(instruction.destination);
  for (const { to } of instruction.moves) if (isVirtual(to)) visit(to);
  for (const { to } of instruction.results) if (isVirtual(to)) visit(to);
}

export function isVirtual(register: number): boolean {
  return register >= FIRST_VIRTUAL && register < STACK_ARGUMENT;
}

/** An instruction that only computes its destination. */
export function isRemovable(instruction: MachineInstruction): boolean {
  return instruction.destination !== NONE && !instruction.volatile && PURE.has(instruction.operation);
}

const PURE = new Set(
  [
    'li la add addi sub mul div divu rem remu and andi or ori xor xori sll slli srl srli sra srai slt slti sltu sltiu',
    'addw addiw subw mulw divw divuw remw remuw sllw slliw srlw srliw sraw sraiw lb lbu lh lhu lw lwu ld reload',
  ].flatMap((names) => names.split(' ')),
);
