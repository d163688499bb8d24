/** Which virtual registers cannot share a physical one, and which physical ones each cannot have. */
import { forEachMember, has, insert, remove } from './liveness.ts';
import { forEachDefinition, forEachUse, isVirtual, type MachineFunction, type MachineInstruction } from './machine.ts';

export class Interference {
  private readonly neighbours: Set<number>[] = [];
  /** Mask of physical registers, by virtual register. */
  readonly forbidden: Int32Array;
  /** Uses and definitions, weighted by the depth of their loops. */
  readonly weight: Float64Array;

  /** Needs liveness. */
  constructor(machine: MachineFunction) {
    this.forbidden = new Int32Array(machine.registerCount);
    this.weight = new Float64Array(machine.registerCount);
    for (const register of machine.shortLived) this.weight[register] = Number.POSITIVE_INFINITY;
    for (const block of machine.blocks) {
      const live = block.liveOut.slice();
      const cost = block.cold ? 0.1 : 10 ** Math.min(block.loopDepth, 6);
      for (let i = block.instructions.length - 1; i >= 0; i--) this.instruction(block.instructions[i]!, live, cost);
    }
  }

  of(register: number): Set<number> {
    let set = this.neighbours[register];
    if (set === undefined) {
      set = new Set();
      this.neighbours[register] = set;
    }
    return set;
  }

  between(a: number, b: number): boolean {
    return this.neighbours[a]?.has(b) === true;
  }

  /** `b` becomes another name of `a`. */
  merge(a: number, b: number): void {
    for (const neighbour of this.of(b)) {
      this.of(neighbour).delete(b);
      this.join(a, neighbour);
    }
    this.neighbours[b] = new Set();
    this.forbidden[a]! |= this.forbidden[b]!;
    this.weight[a]! += this.weight[b]!;
  }

  private join(a: number, b: number): void {
    if (a === b) return;
    this.of(a).add(b);
    this.of(b).add(a);
  }

  /** `live` is what is live after the instruction, and before it on return. */
  private instruction(instruction: MachineInstruction, live: Uint32Array, cost: number): void {
    const sources = new Map<number, number>();
    for (const { to, from } of instruction.moves) if (isVirtual(from) && isVirtual(to)) sources.set(to, from);
    if (instruction.operation === 'addi' && instruction.immediate === 0) {
      sources.set(instruction.destination, instruction.sources[0]!);
    }
    const defined: number[] = [];
    forEachDefinition(instruction, (register) => defined.push(register));
    for (const register of defined) {
      this.weight[register]! += cost;
      // A move's source and destination have the same value.
      forEachMember(live, (other) => {
        if (sources.get(register) !== other) this.join(register, other);
      });
      for (const other of defined) this.join(register, other);
    }
    for (const register of defined) remove(live, register);
    if (instruction.clobbers !== 0) {
      forEachMember(live, (register) => {
        this.forbidden[register]! |= instruction.clobbers;
      });
    }
    forEachUse(instruction, (register) => {
      this.weight[register]! += cost;
      if (!has(live, register)) insert(live, register);
      if (instruction.earlyClobber) for (const other of defined) this.join(register, other);
    });
  }
}
