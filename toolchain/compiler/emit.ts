/** Writes a function whose registers are chosen: prologue and epilogue, moves, calls, jump tables. */
import { CodeBuffer, type Fields, type FunctionCode, Label } from './code.ts';
import { type Frame, planFrame, type SavedRegister } from './frame.ts';
import { loadImmediate } from './load-immediate.ts';
import {
  CONSTANT,
  type MachineBlock,
  type MachineFunction,
  type MachineInstruction,
  type Move,
  NONE,
  RA,
  SP,
  SPILL_SLOT,
  STACK_ARGUMENT,
  T0,
  T1,
  ZERO,
} from './machine.ts';
import { sequentialise } from './moves.ts';

/** Of a cold block: room for the return address. */
const COLD_FRAME = 16;

const STORE_OPERATIONS = new Set(['sb', 'sh', 'sw', 'sd']);

/** `order` has every block once, the entry first. */
export function emitFunction(machine: MachineFunction, order: readonly MachineBlock[]): FunctionCode {
  return new Emitter(machine, order).emit();
}

class Emitter {
  private readonly machine: MachineFunction;
  private readonly order: readonly MachineBlock[];
  private readonly code = new CodeBuffer();
  private readonly labels = new Map<MachineBlock, Label>();
  private readonly frame: Frame;
  private symbols = 0;

  constructor(machine: MachineFunction, order: readonly MachineBlock[]) {
    this.machine = machine;
    this.order = order;
    this.frame = planFrame(machine);
    for (const block of order) this.labels.set(block, new Label());
  }

  emit(): FunctionCode {
    this.order.forEach((block, i) => {
      this.block(block, this.order[i + 1]);
    });
    return this.code.finish();
  }

  private label(block: MachineBlock): Label {
    return this.labels.get(block)!;
  }

  private block(block: MachineBlock, next: MachineBlock | undefined): void {
    const { code, frame } = this;
    code.bind(this.label(block));
    code.position = block.instructions[0]!.position;
    const saved = frame.saved.get(block);
    if (saved !== undefined && frame.starts.has(block)) this.prologue(saved);
    else if (saved !== undefined) code.frame(frame.size, frame.returnAddress);
    else code.frame(0, 'ra');
    const ownFrame = block.cold && saved === undefined;
    for (const instruction of block.instructions) {
      code.position = instruction.position;
      const last = instruction === block.instructions[block.instructions.length - 2];
      if (ownFrame && last) this.coldFrame();
      this.instruction(instruction, saved, next);
    }
  }

  private prologue(saved: readonly SavedRegister[]): void {
    const { code, frame } = this;
    code.frame(0, 'ra');
    this.adjustStack(-frame.size);
    code.frame(frame.size, 'ra');
    this.storeToStack(RA, frame.returnAddress);
    code.frame(frame.size, frame.returnAddress);
    for (const { register, offset } of saved) this.storeToStack(register, offset);
  }

  private epilogue(saved: readonly SavedRegister[]): void {
    const { code, frame } = this;
    this.loadFromStack(RA, frame.returnAddress);
    code.frame(frame.size, 'ra');
    for (const { register, offset } of saved) this.loadFromStack(register, offset);
    this.adjustStack(frame.size);
    code.frame(0, 'ra');
  }

  /** A call that does not return, in code without a frame, still leaves its caller to be found. */
  private coldFrame(): void {
    const { code } = this;
    this.adjustStack(-COLD_FRAME);
    code.frame(COLD_FRAME, 'ra');
    code.emit('sd', { rs1: SP, rs2: RA, imm: COLD_FRAME - 8 });
    code.frame(COLD_FRAME, COLD_FRAME - 8);
  }

  // ---- The stack

  private adjustStack(bytes: number): void {
    if (bytes >= -2048 && bytes < 2048) {
      this.code.emit('addi', { rd: SP, rs1: SP, imm: bytes });
      return;
    }
    this.loadConstant(T0, BigInt(bytes));
    this.code.emit('add', { rd: SP, rs1: SP, rs2: T0 });
  }

  /** Base register and offset for a place in the frame, by way of `scratch` where it is far. */
  private stackPlace(offset: number, scratch: number): { rs1: number; imm: number } {
    if (offset < 2048) return { rs1: SP, imm: offset };
    this.loadConstant(scratch, BigInt(offset));
    this.code.emit('add', { rd: scratch, rs1: scratch, rs2: SP });
    return { rs1: scratch, imm: 0 };
  }

  private loadFromStack(register: number, offset: number): void {
    this.code.emit('ld', { rd: register, ...this.stackPlace(offset, register) });
  }

  private storeToStack(register: number, offset: number): void {
    this.code.emit('sd', { rs2: register, ...this.stackPlace(offset, register === T1 ? T0 : T1) });
  }

  private slotOffset(slot: number): number {
    return this.frame.spillOffset + 8 * slot;
  }

  private loadConstant(register: number, value: bigint): void {
    let source = ZERO;
    for (const { operation, immediate } of loadImmediate(value)) {
      this.code.emit(operation, { rd: register, rs1: source, imm: immediate });
      source = register;
    }
  }

  // ---- Moves

  /** `framed`: arguments on the stack are above this function's frame. */
  private moves(moves: readonly Move[], framed: boolean): void {
    for (const m of sequentialise(moves, T0)) this.move(m, framed);
  }

  private move({ to, from, constant }: Move, framed: boolean): void {
    if (to < STACK_ARGUMENT) {
      if (from === CONSTANT) this.loadConstant(to, constant!);
      else if (from < STACK_ARGUMENT) this.code.emit('addi', { rd: to, rs1: from, imm: 0 });
      else this.loadFromStack(to, this.incomingOffset(from, framed));
      return;
    }
    let register = from;
    if (from === CONSTANT && constant === 0n) register = ZERO;
    else if (from === CONSTANT || from >= STACK_ARGUMENT) {
      register = T1;
      this.move({ to: T1, from, constant }, framed);
    }
    this.storeToStack(register, to >= SPILL_SLOT ? this.slotOffset(to - SPILL_SLOT) : 8 * (to - STACK_ARGUMENT));
  }

  private incomingOffset(from: number, framed: boolean): number {
    if (from >= SPILL_SLOT) return this.slotOffset(from - SPILL_SLOT);
    return (framed ? this.frame.size : 0) + 8 * (from - STACK_ARGUMENT);
  }

  // ---- Instructions

  /** `saved`: the registers to restore before returning, where there is a frame. */
  private instruction(
    instruction: MachineInstruction,
    saved: readonly SavedRegister[] | undefined,
    next: MachineBlock | undefined,
  ): void {
    const { code } = this;
    const framed = saved !== undefined;
    const { operation, destination, sources, immediate, moves } = instruction;
    switch (operation) {
      case 'li':
        this.loadConstant(destination, instruction.value);
        return;
      case 'la':
        this.loadAddress(destination, instruction.symbol!);
        return;
      case 'moves':
      case 'parameters':
      case 'split':
        this.moves(moves, framed);
        return;
      case 'call':
        this.moves(moves, framed);
        code.emitRelocated('jal', { rd: RA }, 'R_RISCV_JAL', instruction.symbol!);
        this.moves(instruction.results, framed);
        return;
      case 'call.indirect':
        code.emit('addi', { rd: T1, rs1: sources[0]!, imm: 0 });
        this.moves(moves, framed);
        code.emit('jalr', { rd: RA, rs1: T1, imm: 0 });
        this.moves(instruction.results, framed);
        return;
      case 'ecall':
        this.moves(moves, framed);
        code.emit('ecall');
        this.moves(instruction.results, framed);
        return;
      case 'register.read':
      case 'register.write':
        code.emit('addi', { rd: destination, rs1: sources[0]!, imm: 0 });
        return;
      case 'frame.address':
        code.emit('addi', { rd: destination, rs1: SP, imm: framed ? this.frame.size : 0 });
        return;
      case 'reload':
        this.loadFromStack(destination, this.slotOffset(immediate));
        return;
      case 'spill':
        this.storeToStack(sources[0]!, this.slotOffset(immediate));
        return;
      case 'atomic.cmpxchg':
        this.compareExchange(instruction);
        return;
      case 'atomic.rmw.masked':
        this.maskedReadModifyWrite(instruction);
        return;
      case 'atomic.cmpxchg.masked':
        this.maskedCompareExchange(instruction);
        return;
      case 'jump':
        this.jump(instruction.targets[0]!, next);
        return;
      case 'branch':
        this.branch(instruction, next);
        return;
      case 'switch':
        this.switch(instruction);
        return;
      case 'return':
        this.moves(moves, framed);
        if (framed) this.epilogue(saved);
        code.emit('jalr', { rd: ZERO, rs1: RA, imm: 0 });
        return;
      case 'unreachable':
        return;
      default:
        this.plain(instruction);
        return;
    }
  }

  private plain(instruction: MachineInstruction): void {
    const { operation, destination, sources, immediate, fields, ordered } = instruction;
    const operands: Fields = { rs1: sources[0] ?? ZERO, rs2: sources[1] ?? ZERO, imm: immediate };
    if (!STORE_OPERATIONS.has(operation)) operands.rd = destination === NONE ? ZERO : destination;
    if (ordered) {
      operands.aq = true;
      operands.rl = true;
    }
    this.code.emit(operation, { ...operands, ...fields });
  }

  private loadAddress(register: number, symbol: string): void {
    const label = `.Lpcrel.${this.machine.name}.${this.symbols++}`;
    this.code.name(label);
    this.code.emitRelocated('auipc', { rd: register }, 'R_RISCV_PCREL_HI20', symbol);
    this.code.emitRelocated('addi', { rd: register, rs1: register }, 'R_RISCV_PCREL_LO12_I', label);
  }

  private jump(target: MachineBlock, next: MachineBlock | undefined): void {
    if (target !== next) this.code.jump(this.label(target));
  }

  private branch(instruction: MachineInstruction, next: MachineBlock | undefined): void {
    const { code } = this;
    const [a, b] = instruction.sources as [number, number];
    const [taken, otherwise] = instruction.targets as [MachineBlock, MachineBlock];
    if (taken === next) {
      code.branch(
        INVERSE[instruction.comparison]!,
        ...compressible(instruction.comparison, a, b),
        this.label(otherwise),
      );
      return;
    }
    code.branch(instruction.comparison, ...compressible(instruction.comparison, a, b), this.label(taken));
    this.jump(otherwise, next);
  }

  /** Through a table of distances from itself. */
  private switch(instruction: MachineInstruction): void {
    const { code } = this;
    const table = `.Ltable.${this.machine.name}.${this.symbols++}`;
    code.table(
      table,
      instruction.targets.map((target) => this.label(target)),
    );
    code.emit('slli', { rd: T1, rs1: instruction.sources[0]!, imm: 2 });
    this.loadAddress(T0, table);
    code.emit('add', { rd: T1, rs1: T1, rs2: T0 });
    code.emit('lw', { rd: T1, rs1: T1, imm: 0 });
    code.emit('add', { rd: T1, rs1: T1, rs2: T0 });
    code.emit('jalr', { rd: ZERO, rs1: T1, imm: 0 });
  }

  // ---- Atomics: between lr and sc only instructions that keep the loop "constrained" (Unpriv., "A", Eventual Success)

  private compareExchange(instruction: MachineInstruction): void {
    const { code } = this;
    const [address, expected, replacement] = instruction.sources as [number, number, number];
    const width = instruction.symbol!;
    const [again, done] = [new Label(), new Label()];
    code.bind(again);
    code.emit(`lr.${width}`, { rd: instruction.destination, rs1: address, aq: true, rl: true });
    code.branch('bne', instruction.destination, expected, done);
    code.emit(`sc.${width}`, { rd: T0, rs1: address, rs2: replacement, rl: true });
    code.branch('bne', T0, ZERO, again);
    code.bind(done);
  }

  private maskedReadModifyWrite(instruction: MachineInstruction): void {
    const { code } = this;
    const [address, operand, mask] = instruction.sources as [number, number, number];
    const old = instruction.destination;
    const operation = instruction.symbol!;
    const again = new Label();
    code.bind(again);
    code.emit('lr.w', { rd: old, rs1: address, aq: true, rl: true });
    if (operation === 'swap') code.emit('addi', { rd: T0, rs1: operand, imm: 0 });
    else code.emit(operation, { rd: T0, rs1: old, rs2: operand });
    this.storeMasked(old, mask, address, again);
  }

  private maskedCompareExchange(instruction: MachineInstruction): void {
    const { code } = this;
    const [address, expected, replacement, mask] = instruction.sources as [number, number, number, number];
    const old = instruction.destination;
    const [again, done] = [new Label(), new Label()];
    code.bind(again);
    code.emit('lr.w', { rd: old, rs1: address, aq: true, rl: true });
    code.emit('xor', { rd: T0, rs1: old, rs2: expected });
    code.emit('and', { rd: T0, rs1: T0, rs2: mask });
    code.branch('bne', T0, ZERO, done);
    code.emit('addi', { rd: T0, rs1: replacement, imm: 0 });
    this.storeMasked(old, mask, address, again);
    code.bind(done);
  }

  /** Stores t0 where the mask is 1 and `old` elsewhere. */
  private storeMasked(old: number, mask: number, address: number, again: Label): void {
    const { code } = this;
    code.emit('xor', { rd: T0, rs1: T0, rs2: old });
    code.emit('and', { rd: T0, rs1: T0, rs2: mask });
    code.emit('xor', { rd: T0, rs1: T0, rs2: old });
    code.emit('sc.w', { rd: T0, rs1: address, rs2: T0, rl: true });
    code.branch('bne', T0, ZERO, again);
  }
}

const INVERSE: Record<string, string> = { beq: 'bne', bne: 'beq', blt: 'bge', bge: 'blt', bltu: 'bgeu', bgeu: 'bltu' };

/** Equality with x0 is short with x0 on the right. */
function compressible(comparison: string, a: number, b: number): [number, number] {
  return a === ZERO && (comparison === 'beq' || comparison === 'bne') ? [b, a] : [a, b];
}
