/**
 * Live-range splitting for shrink-wrapping: in the region that calls, registers that were set before it get new names, so that
 * only there they need a place that calls leave alone.
 */
import { analyseLiveness, forEachMember } from './liveness.ts';
import { isVirtual, type MachineFunction, MachineInstruction, move } from './machine.ts';
import { findRegion, isReturningCall } from './region.ts';

/** Before registers are allocated. */
export function splitAtCalls(machine: MachineFunction): void {
  const region = findRegion(machine, (block) => block.instructions.some((i) => isReturningCall(block, i)));
  if (region.starts.size === 0 || region.starts.has(machine.blocks[0]!)) return;
  analyseLiveness(machine);
  const names = new Map<number, number>();
  for (const start of region.starts) {
    forEachMember(start.liveIn, (register) => {
      if (!names.has(register)) names.set(register, machine.newRegister());
    });
  }
  const rename = (register: number): number => (isVirtual(register) ? (names.get(register) ?? register) : register);
  for (const block of region.blocks) {
    for (const instruction of block.instructions) {
      instruction.destination = rename(instruction.destination);
      instruction.sources = instruction.sources.map(rename);
      for (const m of [...instruction.moves, ...instruction.results]) {
        m.to = rename(m.to);
        m.from = rename(m.from);
      }
    }
  }
  for (const start of region.starts) {
    const split = new MachineInstruction('split', start.instructions[0]!.position);
    forEachMember(start.liveIn, (register) => split.moves.push(move(names.get(register)!, register)));
    start.instructions.unshift(split);
  }
}
