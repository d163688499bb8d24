/** Moves what is the same in every turn of a loop in front of it. */
import { addEdge, type Block, type IrFunction, type Loop, type Value } from './ir.ts';
import { KnownMemory } from './known-memory.ts';
import { isLoad, isPure } from './operations.ts';

/** Gives every loop a block before it that does nothing but enter it. Analyses have to be made anew. */
export function addPreheaders(ir: IrFunction, loops: readonly Loop[]): void {
  for (const { header, blocks, preheader } of loops) {
    if (preheader !== undefined) continue;
    const fresh = ir.newBlock();
    fresh.control = { kind: 'jump' };
    fresh.controlPosition = header.controlPosition;
    const outside = header.predecessors.flatMap((predecessor, i) => (blocks.has(predecessor) ? [] : [i]));
    for (const phi of header.phis) {
      const args = outside.map((i) => phi.arguments[i]!);
      const joined = args.every((argument) => argument === args[0]) ? args[0]! : newPhi(ir, fresh, phi, args);
      phi.arguments.splice(0, phi.arguments.length, ...phi.arguments.filter((_, i) => !outside.includes(i)), joined);
    }
    for (const i of outside) {
      const predecessor = header.predecessors[i]!;
      predecessor.successors = predecessor.successors.map((successor) => (successor === header ? fresh : successor));
      fresh.predecessors.push(predecessor);
    }
    header.predecessors = header.predecessors.filter((_, i) => !outside.includes(i));
    addEdge(fresh, header);
  }
}

function newPhi(ir: IrFunction, block: Block, like: Value, args: Value[]): Value {
  const phi = ir.newValue('phi', like.type, args, 0n, like.position);
  phi.block = block;
  phi.signedBits = like.signedBits;
  phi.unsignedBits = like.unsignedBits;
  block.phis.push(phi);
  return phi;
}

/**
 * Needs loops and preheaders. Loops that call something are left alone: across calls a value costs a saved register.
 * A load moves only where it was certain to be made: in the header.
 */
export function hoistInvariants(ir: IrFunction, loops: readonly Loop[]): void {
  for (const loop of loops) {
    if (loop.calls || loop.preheader === undefined) continue;
    const changes = new Changes(loop);
    for (const block of ir.blocks) {
      if (!loop.blocks.has(block)) continue;
      block.body = block.body.filter((value) => {
        if (!isInvariant(value, block, loop, changes)) return true;
        loop.preheader!.body.push(value);
        value.block = loop.preheader;
        return false;
      });
    }
  }
}

function isInvariant(value: Value, block: Block, loop: Loop, changes: Changes): boolean {
  const { operation } = value;
  const free = isPure(operation) || (operation === 'global.get' && !changes.ofGlobal(value.immediate));
  const load = isLoad(operation) && block === loop.header && !changes.ofMemory;
  if (!free && !load) return false;
  return value.arguments.every((argument) => argument.isConstant || !loop.blocks.has(argument.block!));
}

/** What a loop changes. */
class Changes {
  ofMemory = false;
  private everything = false;
  private readonly globals = new Set<bigint>();

  constructor(loop: Loop) {
    const memory = new KnownMemory();
    for (const block of loop.blocks) {
      for (const value of block.body) {
        if (memory.clobberedBy(value)) this.everything = true;
        if (value.operation === 'global.set') this.globals.add(value.immediate);
        else if (value.type === 'none') this.ofMemory = true;
      }
    }
    if (this.everything) this.ofMemory = true;
  }

  ofGlobal(index: bigint): boolean {
    return this.everything || this.globals.has(index);
  }
}
