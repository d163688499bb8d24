/** Drops moves to a register that holds the same value already, such as an argument that was just saved and is passed on. */
import { writtenRegisters } from './frame.ts';
import { CONSTANT, type MachineFunction, type MachineInstruction, RA, STACK_ARGUMENT, T0, T1 } from './machine.ts';

const REGISTERS = 32;

/** After registers are allocated. */
export function removeRepeatedMoves(machine: MachineFunction): void {
  for (const block of machine.blocks) {
    const copies = new Copies();
    for (const instruction of block.instructions) {
      instruction.moves = instruction.moves.filter(({ to, from }) => !copies.same(to, from));
      copies.run(instruction);
    }
  }
}

/** Registers with equal numbers hold equal values. */
class Copies {
  private readonly values = Array.from({ length: REGISTERS }, (_, i) => i);
  private next = REGISTERS;

  same(to: number, from: number): boolean {
    if (from === CONSTANT || to >= STACK_ARGUMENT || from >= STACK_ARGUMENT) return false;
    return this.values[to] === this.values[from];
  }

  run(instruction: MachineInstruction): void {
    const incoming = instruction.moves.map(({ to, from }) => ({ to, value: this.valueOf(from) }));
    for (const register of writtenRegisters(instruction)) this.forget(register);
    // The emitter's own.
    this.forget(T0);
    this.forget(T1);
    for (const { to, value } of incoming) if (to < STACK_ARGUMENT) this.values[to] = value;
    if (instruction.clobbers === 0) return;
    for (let register = 0; register < REGISTERS; register++) {
      if ((instruction.clobbers >>> register) & 1) this.forget(register);
    }
    this.forget(RA);
  }

  private valueOf(register: number): number {
    return register === CONSTANT || register >= STACK_ARGUMENT ? this.next++ : this.values[register]!;
  }

  private forget(register: number): void {
    if (register < REGISTERS) this.values[register] = this.next++;
  }
}
