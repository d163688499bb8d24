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
  if (region === undefined || region.start === machine.blocks[0]) return;
  analyseLiveness(machine);
  const names = new Map<number, number>();
  forEachMember(region.start.liveIn, (register) => names.set(register, machine.newRegister()));
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
  const split = new MachineInstruction('split', region.start.instructions[0]!.position);
  split.moves = [...names].map(([from, to]) => move(to, from));
  region.start.instructions.unshift(split);
}
