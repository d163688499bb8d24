/**
 * The part of a function that needs a stack frame, for shrink-wrapping: entered at one block, left only by returning. What comes
 * before it, such as a check that returns early, neither saves registers nor touches the stack.
 */
import type { MachineBlock, MachineFunction, MachineInstruction } from './machine.ts';

export interface Region {
  readonly start: MachineBlock;
  readonly blocks: ReadonlySet<MachineBlock>;
}

/** A call that comes back; those that do not are in cold blocks, which make a frame of their own. */
export function isReturningCall(block: MachineBlock, instruction: MachineInstruction): boolean {
  if (instruction.operation !== 'call' && instruction.operation !== 'call.indirect') return false;
  return !(block.cold && instruction === block.instructions[block.instructions.length - 2]);
}

/** The smallest region with all blocks that `needs` names; undefined if there are none. */
export function findRegion(machine: MachineFunction, needs: (block: MachineBlock) => boolean): Region | undefined {
  const needing = machine.blocks.filter(needs);
  if (needing.length === 0) return undefined;
  const entry = machine.blocks[0]!;
  const predecessors = new Map<MachineBlock, MachineBlock[]>(machine.blocks.map((block) => [block, []]));
  for (const block of machine.blocks)
    for (const successor of block.successors) predecessors.get(successor)!.push(block);
  let best: Region = { start: entry, blocks: reachableFrom(entry) };
  // A region within the best one starts at one of its blocks.
  for (const start of best.blocks) {
    const blocks = reachableFrom(start);
    if (blocks.size >= best.blocks.size || !needing.every((block) => blocks.has(block))) continue;
    let single = true;
    for (const block of blocks) {
      const outside = predecessors.get(block)!.filter((predecessor) => !blocks.has(predecessor)).length;
      const inside = predecessors.get(block)!.length - outside;
      if (block === start ? inside > 0 : outside > 0) single = false;
    }
    if (single) best = { start, blocks };
  }
  return best;
}

function reachableFrom(start: MachineBlock): Set<MachineBlock> {
  const reached = new Set([start]);
  for (const block of reached) for (const successor of block.successors) reached.add(successor);
  return reached;
}
