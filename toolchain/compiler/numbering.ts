/**
 * Global value numbering: what was computed on every way to here is not computed again, and neither is what is known to be in
 * memory. Simplifies once more on the way, with everything that is known by then.
 */
import { Builder, type Numbering } from './builder.ts';
import { dominates } from './dominators.ts';
import { type Block, type IrFunction, type Operation, resolve, type Value } from './ir.ts';
import { KnownMemory } from './known-memory.ts';
import { isBinary, isLoad, isStore, isUnary } from './operations.ts';

/** Needs dominators and loops. Afterwards arguments have to be resolved: `simplifyControl` does. */
export function numberValues(ir: IrFunction): void {
  const table = new ValueTable();
  const builder = new Builder(ir, ir.entry, table);
  const memories = new Map<Block, KnownMemory>();
  for (const block of ir.blocks) {
    const memory = memoryAtEntry(block, memories);
    memories.set(block, memory);
    table.block = block;
    builder.block = block;
    refinePhis(block);
    const values = block.body;
    block.body = [];
    for (const value of values) renumber(builder, memory, value);
  }
}

function renumber(builder: Builder, memory: KnownMemory, value: Value): void {
  const { operation } = value;
  builder.position = value.position;
  const args = value.arguments;
  for (let i = 0; i < args.length; i++) args[i] = resolve(args[i]!);
  let known: Value | undefined;
  if (isBinary(operation)) known = builder.binary(operation, args[0]!, args[1]!);
  else if (isUnary(operation)) known = builder.unary(operation, args[0]!);
  else if (operation === 'address') known = builder.address(value.symbol!);
  else if (isLoad(operation)) {
    known = memory.load(builder, operation, args[0]!, value.immediate);
    if (known === undefined) {
      known = builder.load(operation, args[0]!, value.immediate);
      memory.loaded(known);
    }
  } else if (isStore(operation)) {
    memory.store(builder.store(operation, args[0]!, value.immediate, args[1]!));
    return;
  } else if (operation === 'global.get') {
    known = memory.global(value.immediate);
    if (known === undefined) memory.setGlobal(value.immediate, value);
  } else if (operation === 'global.set') {
    memory.setGlobal(value.immediate, args[0]!);
  } else if (memory.clobberedBy(value)) memory.clear();
  if (known === undefined) builder.block.body.push(value);
  else if (known !== value) value.replacement = known;
}

/** A phi is in the range that all its arguments are in, once those are known. */
function refinePhis(block: Block): void {
  for (const phi of block.phis) {
    const args = phi.arguments.map(resolve);
    const later = args.some((argument) => argument.operation === 'phi' && argument.block!.order >= block.order);
    if (later || block.predecessors.some((predecessor) => predecessor.order >= block.order)) continue;
    phi.unsignedBits = Math.min(phi.unsignedBits, Math.max(...args.map((argument) => argument.unsignedBits)));
    phi.signedBits = Math.min(phi.signedBits, Math.max(...args.map((argument) => argument.signedBits)));
  }
}

function memoryAtEntry(block: Block, memories: ReadonlyMap<Block, KnownMemory>): KnownMemory {
  const before = block.predecessors.filter((predecessor) => memories.has(predecessor));
  const [first, ...rest] = before.map((predecessor) => memories.get(predecessor)!);
  if (first === undefined) return new KnownMemory();
  const memory = first.copy();
  for (const other of rest) memory.intersect(other);
  const { loop } = block;
  if (loop?.header === block) for (const inside of loop.blocks) memory.forgetStoresOf(inside);
  return memory;
}

class ValueTable implements Numbering {
  block!: Block;
  private readonly values = new Map<string, Value[]>();

  find(operation: Operation, args: readonly Value[], immediate: bigint, symbol: string | undefined): Value | undefined {
    const candidates = this.values.get(key(operation, args, immediate, symbol));
    return candidates?.find((value) => dominates(value.block!, this.block));
  }

  add(value: Value): void {
    const name = key(value.operation, value.arguments, value.immediate, value.symbol);
    const list = this.values.get(name);
    if (list === undefined) this.values.set(name, [value]);
    else list.push(value);
  }
}

function key(operation: Operation, args: readonly Value[], immediate: bigint, symbol: string | undefined): string {
  return `${operation} ${args.map(({ id }) => id).join()} ${immediate} ${symbol ?? ''}`;
}
