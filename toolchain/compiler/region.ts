/**
 * The parts of a function that need a stack frame, for shrink-wrapping. A part, once entered, is left only by returning; what comes
 * before it, such as a check that returns early, neither saves registers nor touches the stack.
 */
import type { MachineBlock, MachineFunction, MachineInstruction } from './machine.ts';

export interface Region {
  readonly blocks: ReadonlySet<MachineBlock>;
  /** Where the region is entered: no block of it leads there. */
  readonly starts: ReadonlySet<MachineBlock>;
}

/** A call that comes back; those that do not are in cold blocks, which make a frame of their own. */
export function isReturningCall(block: MachineBlock, instruction: MachineInstruction): boolean {
  if (instruction.operation !== 'call' && instruction.operation !== 'call.indirect') return false;
  return !(block.cold && instruction === block.instructions[block.instructions.length - 2]);
}

/** The smallest region with all blocks that `needs` names. */
export function findRegion(machine: MachineFunction, needs: (block: MachineBlock) => boolean): Region {
  const predecessors = new Map<MachineBlock, MachineBlock[]>(machine.blocks.map((block) => [block, []]));
  for (const block of machine.blocks) {
    for (const successor of block.successors) predecessors.get(successor)!.push(block);
  }
  const blocks = new Set<MachineBlock>();
  const add = (block: MachineBlock): void => {
    const pending = [block];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (blocks.has(next)) continue;
      blocks.add(next);
      pending.push(...next.successors);
    }
  };
  for (const block of machine.blocks) if (needs(block)) add(block);
  // A block that is reached with a frame on one way has to be on all.
  for (let size = -1; size !== blocks.size; ) {
    size = blocks.size;
    for (const block of blocks) {
      const before = predecessors.get(block)!;
      if (before.some((predecessor) => blocks.has(predecessor))) before.forEach(add);
    }
  }
  const starts = [...blocks].filter((block) => !predecessors.get(block)!.some((before) => blocks.has(before)));
  return { blocks, starts: new Set(starts) };
}

/** The region's blocks in parts between which nothing leads: each saves what it uses itself. */
export function partsOf({ blocks, starts }: Region): MachineBlock[][] {
  const partOf = new Map<MachineBlock, MachineBlock[]>();
  for (const start of starts) {
    const part: MachineBlock[] = [];
    const pending = [start];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const other = partOf.get(next);
      if (other === part) continue;
      if (other !== undefined) {
        // Two ways in that meet.
        part.push(...other);
        for (const block of other) partOf.set(block, part);
        continue;
      }
      part.push(next);
      partOf.set(next, part);
      pending.push(...next.successors.filter((successor) => blocks.has(successor)));
    }
  }
  return [...new Set(partOf.values())];
}
