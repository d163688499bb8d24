/** Which virtual registers hold a value that is still wanted, at the borders of blocks. */
import { forEachDefinition, forEachUse, type MachineBlock, type MachineFunction } from './machine.ts';

export const has = (set: Uint32Array, register: number): boolean =>
  ((set[register >> 5]! >>> (register & 31)) & 1) === 1;
export const insert = (set: Uint32Array, register: number): void => {
  set[register >> 5]! |= 1 << (register & 31);
};
export const remove = (set: Uint32Array, register: number): void => {
  set[register >> 5]! &= ~(1 << (register & 31));
};

export function forEachMember(set: Uint32Array, visit: (register: number) => void): void {
  for (let word = 0; word < set.length; word++) {
    for (let bits = set[word]!; bits !== 0; bits &= bits - 1) visit(word * 32 + 31 - Math.clz32(bits & -bits));
  }
}

/** Sets `liveIn` and `liveOut` of each block. */
export function analyseLiveness(machine: MachineFunction): void {
  const words = (machine.registerCount >> 5) + 1;
  const used = new Map<MachineBlock, Uint32Array>();
  const defined = new Map<MachineBlock, Uint32Array>();
  for (const block of machine.blocks) {
    const [uses, definitions] = [new Uint32Array(words), new Uint32Array(words)];
    for (const instruction of block.instructions) {
      forEachUse(instruction, (register) => {
        if (!has(definitions, register)) insert(uses, register);
      });
      forEachDefinition(instruction, (register) => insert(definitions, register));
    }
    used.set(block, uses);
    defined.set(block, definitions);
    block.liveIn = uses.slice();
    block.liveOut = new Uint32Array(words);
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = machine.blocks.length - 1; i >= 0; i--) {
      if (update(machine.blocks[i]!, used, defined)) changed = true;
    }
  }
}

function update(
  block: MachineBlock,
  used: ReadonlyMap<MachineBlock, Uint32Array>,
  defined: ReadonlyMap<MachineBlock, Uint32Array>,
): boolean {
  const { liveIn, liveOut } = block;
  const [uses, definitions] = [used.get(block)!, defined.get(block)!];
  for (const successor of block.successors) {
    for (let word = 0; word < liveOut.length; word++) liveOut[word]! |= successor.liveIn[word]!;
  }
  let changed = false;
  for (let word = 0; word < liveIn.length; word++) {
    const live = (uses[word]! | (liveOut[word]! & ~definitions[word]!)) >>> 0;
    if (live !== liveIn[word]) {
      liveIn[word] = live;
      changed = true;
    }
  }
  return changed;
}
