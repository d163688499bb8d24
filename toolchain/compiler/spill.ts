/** Moves virtual registers to the stack: each use gets a short-lived copy. Constants are made anew instead. */
import {
  CONSTANT,
  isVirtual,
  type MachineBlock,
  type MachineFunction,
  MachineInstruction,
  SPILL_SLOT,
} from './machine.ts';

export function spill(machine: MachineFunction, registers: ReadonlySet<number>): void {
  const constants = loadedConstants(machine, registers);
  const slots = new Map<number, number>();
  const slotOf = (register: number): number => {
    const known = slots.get(register) ?? machine.spillSlots++;
    slots.set(register, known);
    return known;
  };
  for (const block of machine.blocks) spillBlock(machine, block, registers, constants, slotOf);
}

/** Those of the registers whose only definition is the load of a constant or address. */
function loadedConstants(
  machine: MachineFunction,
  registers: ReadonlySet<number>,
): ReadonlyMap<number, MachineInstruction> {
  const found = new Map<number, MachineInstruction>();
  const defined = new Set<number>();
  for (const block of machine.blocks) {
    for (const instruction of block.instructions) {
      for (const register of [instruction.destination, ...instruction.moves.map((m) => m.to)]) {
        if (!registers.has(register)) continue;
        if (defined.has(register)) found.delete(register);
        else if (instruction.operation === 'li' || instruction.operation === 'la') found.set(register, instruction);
        defined.add(register);
      }
    }
  }
  return found;
}

function spillBlock(
  machine: MachineFunction,
  block: MachineBlock,
  registers: ReadonlySet<number>,
  constants: ReadonlyMap<number, MachineInstruction>,
  slotOf: (register: number) => number,
): void {
  const rewritten: MachineInstruction[] = [];
  const shortLived = (): number => {
    const register = machine.newRegister();
    machine.shortLived.add(register);
    return register;
  };
  for (const instruction of block.instructions) {
    const after: MachineInstruction[] = [];
    const copies = new Map<number, number>();
    const read = (register: number): number => {
      if (!isVirtual(register) || !registers.has(register)) return register;
      let copy = copies.get(register);
      if (copy === undefined) {
        copy = shortLived();
        copies.set(register, copy);
        const constant = constants.get(register);
        const load = constant?.clone() ?? new MachineInstruction('reload', instruction.position);
        load.destination = copy;
        load.position = instruction.position;
        if (constant === undefined) load.immediate = slotOf(register);
        rewritten.push(load);
      }
      return copy;
    };
    const write = (register: number): number => {
      if (!isVirtual(register) || !registers.has(register)) return register;
      const copy = shortLived();
      const store = new MachineInstruction('spill', instruction.position);
      store.sources = [copy];
      store.immediate = slotOf(register);
      after.push(store);
      return copy;
    };
    if (registers.has(instruction.destination) && constants.has(instruction.destination)) continue;
    instruction.sources = instruction.sources.map(read);
    // Moves reach the stack themselves.
    for (const m of [...instruction.moves, ...instruction.results]) {
      if (registers.has(m.to)) m.to = SPILL_SLOT + slotOf(m.to);
      if (!registers.has(m.from)) continue;
      const constant = constants.get(m.from);
      if (constant?.operation === 'li') [m.from, m.constant] = [CONSTANT, constant.value];
      else if (constant !== undefined) m.from = read(m.from);
      else m.from = SPILL_SLOT + slotOf(m.from);
    }
    instruction.destination = write(instruction.destination);
    rewritten.push(instruction, ...after);
  }
  block.instructions = rewritten;
}
