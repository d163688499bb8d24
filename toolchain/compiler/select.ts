/** Chooses RV64 instructions for SSA values: immediates, addressing, fused branches; phis become moves at the ends of blocks. */
import { ConstantPlacement } from './constants.ts';
import { GLOBAL_BYTES } from './context.ts';
import { edgeIndex } from './control.ts';
import type { BinaryOperation, Block, Comparison, IrFunction, Value } from './ir.ts';
import {
  A0,
  A1,
  A6,
  A7,
  ARGUMENT_REGISTERS,
  CALLER_SAVED,
  GP,
  isVirtual,
  type MachineBlock,
  MachineFunction,
  MachineInstruction,
  type Move,
  maskOf,
  move,
  moveConstant,
  NONE,
  STACK_ARGUMENT,
  TP,
  ZERO,
} from './machine.ts';
import { isBinary, isComparison, isLoad, isStore, isUnary } from './operations.ts';

const IMMEDIATE_FORMS: Partial<Record<BinaryOperation, string>> = {
  add: 'addi',
  addw: 'addiw',
  and: 'andi',
  or: 'ori',
  xor: 'xori',
  sll: 'slli',
  srl: 'srli',
  sra: 'srai',
  sllw: 'slliw',
  srlw: 'srliw',
  sraw: 'sraiw',
};
const BRANCHES: Record<Comparison, string> = { eq: 'beq', ne: 'bne', lt: 'blt', ge: 'bge', ltu: 'bltu', geu: 'bgeu' };
const LOW_WORD = 0xffff_ffffn;

/** The value fits the 12-bit immediate of an I-type instruction. */
export const isImmediate = (value: bigint): boolean => value >= -2048n && value < 2048n;

export function selectInstructions(ir: IrFunction): MachineFunction {
  return new Selector(ir).select();
}

class Selector {
  private readonly ir: IrFunction;
  private readonly machine: MachineFunction;
  private readonly blocks = new Map<Block, MachineBlock>();
  private readonly registers: number[] = [];
  private readonly users = new Map<Value, Value[]>();
  private readonly usedByControl = new Set<Value>();
  private readonly constants: ConstantPlacement;
  private readonly writesTp: boolean;
  private source!: Block;
  private block!: MachineBlock;
  private position = 0;

  constructor(ir: IrFunction) {
    this.ir = ir;
    this.machine = new MachineFunction(ir.name);
    for (const block of ir.blocks) {
      const machineBlock = this.machine.newBlock();
      machineBlock.loopDepth = block.loop?.depth ?? 0;
      machineBlock.cold = block.control.kind === 'unreachable';
      this.blocks.set(block, machineBlock);
    }
    this.constants = new ConstantPlacement(this.machine, this.blocks);
    this.writesTp = ir.blocks.some((block) => block.body.some((value) => value.operation === 'register.write'));
    this.countUses();
  }

  select(): MachineFunction {
    for (const block of this.ir.blocks) {
      this.source = block;
      this.block = this.blocks.get(block)!;
      if (block === this.ir.entry) this.parameters();
      for (const value of block.body) {
        this.position = value.position;
        this.value(value);
      }
      this.position = block.controlPosition;
      this.control(block);
    }
    return this.machine;
  }

  private countUses(): void {
    const use = (value: Value, user: Value): void => {
      const users = this.users.get(value);
      if (users === undefined) this.users.set(value, [user]);
      else users.push(user);
    };
    for (const block of this.ir.blocks) {
      for (const value of block.phis) for (const argument of value.arguments) use(argument, value);
      for (const value of block.body) for (const argument of value.arguments) use(argument, value);
      const { control } = block;
      if (control.kind === 'branch') this.usedByControl.add(control.condition);
      if (control.kind === 'switch') this.usedByControl.add(control.index);
      if (control.kind === 'return' && control.value !== undefined) this.usedByControl.add(control.value);
    }
  }

  private usedOnce(value: Value): boolean {
    return !this.usedByControl.has(value) && this.users.get(value)?.length === 1;
  }

  /** All that is ever asked of this sign-extending load is its zero extension. */
  private onlyZeroExtended(load: Value): boolean {
    if (this.usedByControl.has(load)) return false;
    return this.users.get(load)?.every((user) => isZeroExtension(user)) === true;
  }

  // ---- Registers

  private registerOf(value: Value): number {
    if (value.isConstant) return this.constantRegister(value.immediate);
    if (value.operation === 'register.read' && value.immediate === BigInt(TP) && !this.writesTp) return TP;
    const known = this.registers[value.id];
    if (known !== undefined) return known;
    const fresh = this.machine.newRegister();
    this.registers[value.id] = fresh;
    return fresh;
  }

  private constantRegister(constant: bigint): number {
    if (constant === 0n) return ZERO;
    return this.constants.register(constant, this.source, this.block, this.position);
  }

  // ---- Appending

  private add(operation: string): MachineInstruction {
    const instruction = new MachineInstruction(operation, this.position);
    this.block.instructions.push(instruction);
    return instruction;
  }

  private emit(operation: string, destination: number, sources: number[], immediate = 0): number {
    const instruction = this.add(operation);
    instruction.destination = destination;
    instruction.sources = sources;
    instruction.immediate = immediate;
    return destination;
  }

  private temporary(operation: string, sources: number[], immediate = 0): number {
    return this.emit(operation, this.machine.newRegister(), sources, immediate);
  }

  private parameters(): void {
    const { parameters, position } = this.ir;
    this.position = position;
    if (parameters.length === 0) return;
    const instruction = this.add('parameters');
    instruction.moves = parameters.map((parameter, i) => move(this.registerOf(parameter), argumentPlace(i)));
  }

  private moveTo(place: number, value: Value): Move {
    return value.isConstant ? moveConstant(place, value.immediate) : move(place, this.registerOf(value));
  }

  // ---- Values

  private value(value: Value): void {
    const { operation } = value;
    if (isBinary(operation)) {
      this.binary(value, operation, value.arguments[0]!, value.arguments[1]!);
      return;
    }
    if (isUnary(operation)) {
      this.unary(value);
      return;
    }
    if (isLoad(operation)) {
      const [base, offset] = this.address(value);
      const unsigned = operation === 'lw' && this.onlyZeroExtended(value);
      this.emit(unsigned ? 'lwu' : operation, this.registerOf(value), [base], offset);
      return;
    }
    if (isStore(operation)) {
      const stored = this.registerOf(value.arguments[1]!);
      const [base, offset] = this.address(value);
      this.emit(operation, NONE, [base, stored], offset);
      return;
    }
    switch (operation) {
      case 'global.get':
        this.emit('ld', this.registerOf(value), [GP], Number(value.immediate) * GLOBAL_BYTES);
        return;
      case 'global.set':
        this.emit('sd', NONE, [GP, this.registerOf(value.arguments[0]!)], Number(value.immediate) * GLOBAL_BYTES);
        return;
      case 'address': {
        this.emit('la', this.registerOf(value), []);
        this.block.end.symbol = value.symbol;
        return;
      }
      case 'call':
      case 'call.indirect':
        this.call(value);
        return;
      case 'sbi':
        this.sbi(value);
        return;
      case 'sbi.value':
        // A result of the instruction before.
        this.block.end.results.push(move(this.registerOf(value), A1));
        return;
      case 'register.read': {
        const register = this.registerOf(value);
        if (isVirtual(register)) this.emit('register.read', register, [Number(value.immediate)]);
        return;
      }
      case 'register.write':
        this.emit('register.write', Number(value.immediate), [this.registerOf(value.arguments[0]!)]);
        return;
      case 'frame.address':
        this.emit('frame.address', this.registerOf(value), []);
        return;
      case 'machine':
        this.machineInstruction(value);
        return;
      case 'atomic.cmpxchg':
      case 'atomic.rmw.masked':
      case 'atomic.cmpxchg.masked': {
        const sources = value.arguments.map((argument) => this.registerOf(argument));
        this.emit(operation, this.registerOf(value), sources);
        this.block.end.earlyClobber = true;
        this.block.end.symbol = value.machine?.instruction;
        return;
      }
      default:
        throw new Error(`no instruction for ${operation}`);
    }
  }

  /** Base register and 12-bit offset of a load or store. */
  private address(value: Value): [base: number, offset: number] {
    const base = value.arguments[0]!;
    const low = BigInt.asIntN(12, value.immediate);
    const high = value.immediate - low;
    if (high === 0n) return [this.registerOf(base), Number(low)];
    const upper = this.constantRegister(BigInt.asIntN(64, high));
    if (base.isConstant && base.immediate === 0n) return [upper, Number(low)];
    return [this.temporary('add', [this.registerOf(base), upper]), Number(low)];
  }

  private unary(value: Value): void {
    const operand = this.registerOf(value.arguments[0]!);
    const register = this.registerOf(value);
    if (value.operation === 'sext.w') {
      this.emit('addiw', register, [operand], 0);
      return;
    }
    const distance = value.operation === 'sext.b' ? 56 : 48;
    this.emit('srai', register, [this.temporary('slli', [operand], distance)], distance);
  }

  private binary(value: Value, operation: BinaryOperation, a: Value, b: Value): void {
    if (isComparison(operation)) {
      this.comparison(value, operation, a, b);
      return;
    }
    const constant = b.isConstant ? b.immediate : undefined;
    if (constant !== undefined) {
      if (operation === 'and' && this.mask(value, a, constant)) return;
      if (operation === 'sll' && this.shiftedField(value, a, Number(constant))) return;
      const immediateForm = IMMEDIATE_FORMS[operation];
      if (immediateForm !== undefined && isImmediate(constant)) {
        this.emit(immediateForm, this.registerOf(value), [this.registerOf(a)], Number(constant));
        return;
      }
      if (operation === 'add' && isImmediate(constant / 2n) && isImmediate(constant - constant / 2n)) {
        const half = this.temporary('addi', [this.registerOf(a)], Number(constant / 2n));
        this.emit('addi', this.registerOf(value), [half], Number(constant - constant / 2n));
        return;
      }
    }
    this.emit(operation, this.registerOf(value), [this.registerOf(a), this.registerOf(b)]);
  }

  /** Masks that two shifts do better than a constant. */
  private mask(value: Value, a: Value, mask: bigint): boolean {
    if (mask === LOW_WORD && a.operation === 'lw' && this.onlyZeroExtended(a)) {
      this.registers[value.id] = this.registerOf(a);
      return true;
    }
    if (isImmediate(mask)) return false;
    const lowBits = trailingOnes(mask);
    if (lowBits !== undefined) {
      const [x, y] = a.arguments;
      const skipped = a.operation === 'srl' && y!.isConstant ? Number(y!.immediate) : 0;
      const from = skipped > 0 && skipped + lowBits < 64 ? x! : a;
      const up = 64 - lowBits - (from === a ? 0 : skipped);
      const shifted = this.temporary('slli', [this.registerOf(from)], up);
      this.emit('srli', this.registerOf(value), [shifted], 64 - lowBits);
      return true;
    }
    const zeros = trailingOnes(~mask);
    if (zeros === undefined) return false;
    this.emit('slli', this.registerOf(value), [this.temporary('srli', [this.registerOf(a)], zeros)], zeros);
    return true;
  }

  /** A masked value shifted left: one shift less than mask and shift. */
  private shiftedField(value: Value, a: Value, distance: number): boolean {
    if (a.operation !== 'and' || !a.arguments[1]!.isConstant || !this.usedOnce(a)) return false;
    const mask = a.arguments[1]!.immediate;
    const lowBits = trailingOnes(mask);
    if (isImmediate(mask) || lowBits === undefined || lowBits + distance >= 64) return false;
    const up = this.temporary('slli', [this.registerOf(a.arguments[0]!)], 64 - lowBits);
    this.emit('srli', this.registerOf(value), [up], 64 - lowBits - distance);
    return true;
  }

  private comparison(value: Value, comparison: Comparison, a: Value, b: Value): void {
    const register = this.registerOf(value);
    if (comparison === 'eq' || comparison === 'ne') {
      const difference = this.difference(a, b);
      if (comparison === 'eq') this.emit('sltiu', register, [difference], 1);
      else this.emit('sltu', register, [ZERO, difference]);
      return;
    }
    const operation = comparison === 'lt' || comparison === 'ge' ? 'slt' : 'sltu';
    const negated = comparison === 'ge' || comparison === 'geu';
    const target = negated ? this.machine.newRegister() : register;
    if (b.isConstant && isImmediate(b.immediate)) {
      this.emit(operation === 'slt' ? 'slti' : 'sltiu', target, [this.registerOf(a)], Number(b.immediate));
    } else {
      this.emit(operation, target, [this.registerOf(a), this.registerOf(b)]);
    }
    if (negated) this.emit('xori', register, [target], 1);
  }

  /** 0 exactly when the values are equal. */
  private difference(a: Value, b: Value): number {
    if (!b.isConstant) return this.temporary('xor', [this.registerOf(a), this.registerOf(b)]);
    if (b.immediate === 0n) return this.registerOf(a);
    if (isImmediate(-b.immediate)) return this.temporary('addi', [this.registerOf(a)], Number(-b.immediate));
    return this.temporary('xor', [this.registerOf(a), this.registerOf(b)]);
  }

  private call(value: Value): void {
    const indirect = value.operation === 'call.indirect';
    const args = indirect ? value.arguments.slice(1) : value.arguments;
    const moves = args.map((argument, i) => this.moveTo(argumentPlace(i), argument));
    const target = indirect ? [this.registerOf(value.arguments[0]!)] : [];
    const call = this.add(value.operation);
    call.symbol = value.symbol;
    call.sources = target;
    call.moves = moves;
    call.clobbers = maskOf(CALLER_SAVED);
    if (value.type !== 'none') call.results = [move(this.registerOf(value), A0)];
    const stacked = Math.max(0, args.length - ARGUMENT_REGISTERS);
    this.machine.outgoingBytes = Math.max(this.machine.outgoingBytes, stacked * 8);
  }

  /** SBI 3.0, Binary Encoding: a7 the extension, a6 the function; all registers but a0 and a1 are preserved. */
  private sbi(value: Value): void {
    const places = [A0, A1, A0 + 2, A0 + 3, A0 + 4, A0 + 5, A6, A7];
    const moves = value.arguments.map((argument, i) => this.moveTo(places[i]!, argument));
    const call = this.add('ecall');
    call.moves = moves;
    call.clobbers = maskOf(moves.map(({ to }) => to)) | maskOf([A0, A1]);
    call.results = [move(this.registerOf(value), A0)];
  }

  private machineInstruction(value: Value): void {
    const { instruction, operands, fields, ordered } = value.machine!;
    const sources = [ZERO, ZERO];
    operands.forEach((operand, i) => {
      sources[operand === 'rs1' ? 0 : 1] = this.registerOf(value.arguments[i]!);
    });
    const destination = value.type === 'none' ? NONE : this.registerOf(value);
    this.emit(instruction, destination, sources, fields.imm ?? 0);
    this.block.end.fields = fields;
    this.block.end.ordered = ordered;
    this.block.end.volatile = true;
  }

  // ---- Ends of blocks

  private control(block: Block): void {
    const { control } = block;
    switch (control.kind) {
      case 'jump': {
        this.phiMoves(block, 0);
        this.add('jump').targets = [this.blocks.get(block.successors[0]!)!];
        return;
      }
      case 'branch':
        this.branch(block, control.condition);
        return;
      case 'switch': {
        const index = this.registerOf(control.index);
        const targets = block.successors.map((_, i) => this.edge(block, i));
        const instruction = this.add('switch');
        instruction.sources = [index];
        instruction.targets = targets;
        return;
      }
      case 'return': {
        const moves = control.value === undefined ? [] : [this.moveTo(A0, control.value)];
        this.add('return').moves = moves;
        return;
      }
      case 'unreachable':
        this.add('unreachable');
    }
  }

  private branch(block: Block, condition: Value): void {
    const [comparison, a, b] = this.fuse(condition);
    const targets = [this.edge(block, 0), this.edge(block, 1)];
    const instruction = this.add('branch');
    instruction.comparison = comparison;
    instruction.sources = [a, b];
    instruction.targets = targets;
  }

  /** The branch instruction for a condition, with its operands. */
  private fuse(condition: Value): [comparison: string, a: number, b: number] {
    const [a, b] = condition.arguments;
    if (!isComparison(condition.operation))
      return this.bitTest(condition, 'ne') ?? ['bne', this.registerOf(condition), ZERO];
    const { operation } = condition;
    if ((operation === 'eq' || operation === 'ne') && b!.isConstant && b!.immediate === 0n) {
      const bit = this.bitTest(a!, operation);
      if (bit !== undefined) return bit;
    }
    return [BRANCHES[operation], this.registerOf(a!), this.registerOf(b!)];
  }

  /** A test of one bit that no immediate reaches: as the sign after a shift. */
  private bitTest(value: Value, comparison: 'eq' | 'ne'): [string, number, number] | undefined {
    const mask = value.operation === 'and' && value.arguments[1]!.isConstant ? value.arguments[1]!.immediate : 0n;
    const bits = BigInt.asUintN(64, mask);
    if (isImmediate(mask) || (bits & (bits - 1n)) !== 0n) return undefined;
    const shift = 64 - bits.toString(2).length;
    const operand = this.registerOf(value.arguments[0]!);
    const sign = shift === 0 ? operand : this.temporary('slli', [operand], shift);
    return [comparison === 'ne' ? 'blt' : 'bge', sign, ZERO];
  }

  /** The block that an edge leads to: one of its own, with the moves, where the successor has phis. */
  private edge(block: Block, index: number): MachineBlock {
    const successor = block.successors[index]!;
    const target = this.blocks.get(successor)!;
    if (successor.phis.length === 0) return target;
    const outer = this.block;
    this.block = this.machine.newBlock();
    this.block.loopDepth = Math.min(outer.loopDepth, target.loopDepth);
    this.phiMoves(block, index);
    this.add('jump').targets = [target];
    const edge = this.block;
    this.block = outer;
    return edge;
  }

  private phiMoves(block: Block, index: number): void {
    const successor = block.successors[index]!;
    if (successor.phis.length === 0) return;
    const from = edgeIndex(block, index);
    const moves = successor.phis.map((phi) => this.moveTo(this.registerOf(phi), phi.arguments[from]!));
    this.add('moves').moves = moves.filter(({ to, from }) => to !== from);
  }
}

function argumentPlace(index: number): number {
  return index < ARGUMENT_REGISTERS ? A0 + index : STACK_ARGUMENT + index - ARGUMENT_REGISTERS;
}

function isZeroExtension(value: Value): boolean {
  const [, mask] = value.arguments;
  return value.operation === 'and' && mask!.isConstant && mask!.immediate === LOW_WORD;
}

/** How many ones the value is made of, all at its lower end and not all 64. */
function trailingOnes(value: bigint): number | undefined {
  const bits = BigInt.asUintN(64, value);
  return bits !== 0n && (bits & (bits + 1n)) === 0n && bits !== 0xffff_ffff_ffff_ffffn
    ? bits.toString(2).length
    : undefined;
}
