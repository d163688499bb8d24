/** Removes what computes something that nobody wants: before instructions are chosen, and what choosing them left over. */
import type { IrFunction, Value } from './ir.ts';
import { CONSTANT, forEachUse, isRemovable as isMachineRemovable, isVirtual, type MachineFunction } from './machine.ts';
import { isRemovable } from './operations.ts';

export function removeDeadValues(ir: IrFunction): void {
  const wanted = new Set<Value>();
  const pending: Value[] = [];
  const want = (value: Value): void => {
    if (wanted.has(value)) return;
    wanted.add(value);
    pending.push(value);
  };
  for (const block of ir.blocks) {
    for (const value of block.body) if (!isRemovable(value.operation)) want(value);
    const { control } = block;
    if (control.kind === 'branch') want(control.condition);
    if (control.kind === 'switch') want(control.index);
    if (control.kind === 'return' && control.value !== undefined) want(control.value);
  }
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) value.arguments.forEach(want);
  for (const block of ir.blocks) {
    block.phis = block.phis.filter((phi) => wanted.has(phi));
    block.body = block.body.filter((value) => wanted.has(value));
  }
}

/** Virtual registers have one definition each here, or are phis, whose moves go with the last use. */
export function removeDeadInstructions(machine: MachineFunction): void {
  const uses = new Uint32Array(machine.registerCount);
  for (const block of machine.blocks) {
    for (const instruction of block.instructions) forEachUse(instruction, (register) => uses[register]!++);
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of machine.blocks) {
      for (let i = block.instructions.length - 1; i >= 0; i--) {
        const instruction = block.instructions[i]!;
        if (isMachineRemovable(instruction) && uses[instruction.destination] === 0) {
          forEachUse(instruction, (register) => uses[register]!--);
          block.instructions.splice(i, 1);
          changed = true;
        } else if (instruction.operation === 'moves' || instruction.operation === 'parameters') {
          instruction.moves = instruction.moves.filter(({ to, from }) => {
            if (!isVirtual(to) || uses[to]! > 0) return true;
            if (from !== CONSTANT && isVirtual(from)) uses[from]!--;
            changed = true;
            return false;
          });
        }
      }
    }
  }
}
