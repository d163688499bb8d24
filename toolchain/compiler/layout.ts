/** The order of blocks in memory: loops together, code that does not return at the end, as few jumps as that allows. */
import type { MachineBlock, MachineFunction } from './machine.ts';

export function layOutBlocks(machine: MachineFunction): MachineBlock[] {
  skipEmptyBlocks(machine);
  const entry = machine.blocks[0]!;
  const seen = new Set<MachineBlock>([entry]);
  const order: MachineBlock[] = [];
  // Postorder from the entry, in which what is visited first comes last.
  const visit = (start: MachineBlock): void => {
    const pending: { block: MachineBlock; successors: MachineBlock[] }[] = [
      { block: start, successors: byDistance(start) },
    ];
    while (pending.length > 0) {
      const top = pending[pending.length - 1]!;
      const next = top.successors.shift();
      if (next === undefined) {
        order.push(top.block);
        pending.pop();
      } else if (!seen.has(next)) {
        seen.add(next);
        pending.push({ block: next, successors: byDistance(next) });
      }
    }
  };
  visit(entry);
  order.reverse();
  return [
    ...order.filter((block) => !block.cold || block === entry),
    ...order.filter((block) => block.cold && block !== entry),
  ];
}

/** Those that are to be far from the block first: cold ones, then ways out of the loop, then the branch's target. */
function byDistance(block: MachineBlock): MachineBlock[] {
  const rank = (successor: MachineBlock): number => (successor.cold ? -1 : successor.loopDepth);
  return [...block.successors].sort((a, b) => rank(a) - rank(b));
}

/** Edges go past blocks that do nothing but jump. */
function skipEmptyBlocks(machine: MachineFunction): void {
  for (const block of machine.blocks) {
    block.instructions = block.instructions.filter(({ operation, moves }) => operation !== 'moves' || moves.length > 0);
  }
  const destination = (block: MachineBlock): MachineBlock => {
    let at = block;
    for (let steps = 0; steps < machine.blocks.length; steps++) {
      if (at.instructions.length !== 1 || at.end.operation !== 'jump' || at.end.targets[0] === at) break;
      at = at.end.targets[0]!;
    }
    return at;
  };
  for (const block of machine.blocks) block.end.targets = block.end.targets.map(destination);
}
