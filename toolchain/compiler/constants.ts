/** Where constants are loaded: in the block that needs them, or before the loops around it when nothing in those is called. */
import type { Block } from './ir.ts';
import { type MachineBlock, type MachineFunction, MachineInstruction } from './machine.ts';

export class ConstantPlacement {
  private readonly machine: MachineFunction;
  private readonly blocks: ReadonlyMap<Block, MachineBlock>;
  /** Registers that hold constants, by the block from whose place on they do. */
  private readonly known = new Map<MachineBlock, Map<bigint, number>>();

  constructor(machine: MachineFunction, blocks: ReadonlyMap<Block, MachineBlock>) {
    this.machine = machine;
    this.blocks = blocks;
  }

  /** A register with the constant at the end of `current`, the part of `source` that is being written. */
  register(constant: bigint, source: Block, current: MachineBlock, position: number): number {
    const outside = this.outsideLoops(source);
    const place = outside ?? current;
    let constants = this.known.get(place);
    if (constants === undefined) {
      constants = new Map();
      this.known.set(place, constants);
    }
    const register = constants.get(constant);
    if (register !== undefined) return register;
    const load = new MachineInstruction('li', position);
    load.destination = this.machine.newRegister();
    load.value = constant;
    if (outside === undefined) place.instructions.push(load);
    else place.instructions.splice(insertionPoint(place), 0, load);
    constants.set(constant, load.destination);
    return load.destination;
  }

  /** The block before the outermost loop that calls nothing; undefined where there is none. */
  private outsideLoops(source: Block): MachineBlock | undefined {
    let found: Block | undefined;
    for (let loop = source.loop; loop !== undefined && !loop.calls; loop = loop.parent) {
      if (loop.preheader !== undefined) found = loop.preheader;
    }
    return found === undefined ? undefined : this.blocks.get(found)!;
  }
}

/** Before the moves and the jump at a block's end. */
function insertionPoint(block: MachineBlock): number {
  const { instructions } = block;
  let at = instructions.length;
  while (at > 0 && (instructions[at - 1]!.targets.length > 0 || instructions[at - 1]!.operation === 'moves')) at--;
  return at;
}
