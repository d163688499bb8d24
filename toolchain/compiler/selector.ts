/** The state of the selection of instructions (select.ts). */
import { ConstantPlacement } from './constants.ts';
import type { Block, IrFunction, Value } from './ir.ts';
import {
  type MachineBlock,
  MachineFunction,
  MachineInstruction,
  type Move,
  move,
  moveConstant,
  TP,
  ZERO,
} from './machine.ts';
import { Uses } from './uses.ts';

/** The value fits the 12-bit immediate of an I-type instruction. */
export const isImmediate = (value: bigint): boolean => value >= -2048n && value < 2048n;

/** The function so far, the registers of values, and where instructions are appended. */
export class Selector {
  readonly ir: IrFunction;
  readonly machine: MachineFunction;
  readonly blocks = new Map<Block, MachineBlock>();
  readonly uses: Uses;
  private readonly registers: number[] = [];
  private readonly constants: ConstantPlacement;
  private readonly writesTp: boolean;
  /** The block that is being selected, and the one that instructions are appended to, with their position. */
  source!: Block;
  block!: MachineBlock;
  position = 0;

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
    this.uses = new Uses(ir);
  }

  registerOf(value: Value): number {
    if (value.isConstant) return this.constantRegister(value.immediate);
    if (value.operation === 'register.read' && value.immediate === BigInt(TP) && !this.writesTp) return TP;
    const known = this.registers[value.id];
    if (known !== undefined) return known;
    const fresh = this.machine.newRegister();
    this.registers[value.id] = fresh;
    return fresh;
  }

  /** The value is what this register has already. */
  setRegister(value: Value, register: number): void {
    this.registers[value.id] = register;
  }

  constantRegister(constant: bigint): number {
    if (constant === 0n) return ZERO;
    return this.constants.register(constant, this.source, this.block, this.position);
  }

  add(operation: string): MachineInstruction {
    const instruction = new MachineInstruction(operation, this.position);
    this.block.instructions.push(instruction);
    return instruction;
  }

  emit(operation: string, destination: number, sources: number[], immediate = 0): number {
    const instruction = this.add(operation);
    instruction.destination = destination;
    instruction.sources = sources;
    instruction.immediate = immediate;
    return destination;
  }

  temporary(operation: string, sources: number[], immediate = 0): number {
    return this.emit(operation, this.machine.newRegister(), sources, immediate);
  }

  moveTo(place: number, value: Value): Move {
    return value.isConstant ? moveConstant(place, value.immediate) : move(place, this.registerOf(value));
  }

  /** Base register and 12-bit offset of a load or store. */
  address(value: Value): [base: number, offset: number] {
    const base = value.arguments[0]!;
    const low = BigInt.asIntN(12, value.immediate);
    const high = value.immediate - low;
    if (high === 0n) return [this.registerOf(base), Number(low)];
    const upper = this.constantRegister(BigInt.asIntN(64, high));
    if (base.isConstant && base.immediate === 0n) return [upper, Number(low)];
    return [this.temporary('add', [this.registerOf(base), upper]), Number(low)];
  }
}
