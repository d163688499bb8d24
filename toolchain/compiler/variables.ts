/**
 * wasm locals as SSA values, by the on-demand construction of Braun et al. (Simple and Efficient Construction of Static Single
 * Assignment Form, 2013): a read asks the predecessors, and a phi appears only where they may disagree.
 */
import type { Builder } from './builder.ts';
import { type Block, resolve, type Value, type ValueType } from './ir.ts';

export class Variables {
  private readonly builder: Builder;
  private readonly types: readonly ValueType[];
  private readonly definitions = new Map<Block, (Value | undefined)[]>();
  /** Phis of blocks whose predecessors are not all known yet, by local. */
  private readonly incomplete = new Map<Block, Map<number, Value>>();

  constructor(builder: Builder, types: readonly ValueType[]) {
    this.builder = builder;
    this.types = types;
  }

  write(local: number, block: Block, value: Value): void {
    let values = this.definitions.get(block);
    if (values === undefined) {
      values = [];
      this.definitions.set(block, values);
    }
    values[local] = value;
  }

  read(local: number, block: Block): Value {
    // Blocks passed on the way to the definition; they remember it.
    const passed: Block[] = [];
    let at = block;
    let value = this.definitions.get(at)?.[local];
    while (value === undefined && !this.incomplete.has(at) && at.predecessors.length === 1) {
      passed.push(at);
      at = at.predecessors[0]!;
      value = this.definitions.get(at)?.[local];
    }
    value = value === undefined ? this.join(local, at) : resolve(value);
    for (const block of passed) this.write(local, block, value);
    return value;
  }

  /** More predecessors will come. */
  open(block: Block): void {
    this.incomplete.set(block, new Map());
  }

  /** All predecessors of the block are known. */
  seal(block: Block): void {
    const phis = this.incomplete.get(block)!;
    this.incomplete.delete(block);
    for (const [local, phi] of phis) this.fill(local, phi, block);
  }

  private join(local: number, block: Block): Value {
    const waiting = this.incomplete.get(block);
    if (waiting === undefined && block.predecessors.length === 0) return this.builder.constant(0n);
    const phi = this.builder.phi(block, this.types[local]!);
    // Before its arguments are known: a loop asks for itself.
    this.write(local, block, phi);
    if (waiting !== undefined) waiting.set(local, phi);
    else this.fill(local, phi, block);
    return resolve(phi);
  }

  private fill(local: number, phi: Value, block: Block): void {
    for (const predecessor of block.predecessors) phi.arguments.push(this.read(local, predecessor));
    let same: Value | undefined;
    for (const argument of phi.arguments.map(resolve)) {
      if (argument === phi || argument === same) continue;
      if (same !== undefined) return;
      same = argument;
    }
    phi.replacement = same ?? this.builder.constant(0n);
  }
}
