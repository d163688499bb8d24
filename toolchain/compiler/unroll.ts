/**
 * Short loops of a number of turns that is known, such as the levels of a page table, become that many copies of their body, in
 * which the counter is a constant.
 */
import { Builder } from './builder.ts';
import { edgeIndex } from './control.ts';
import { evaluateBinary, evaluateUnary } from './evaluate.ts';
import { addEdge, type Block, type IrFunction, type Loop, removePredecessor, resolve, type Value } from './ir.ts';
import { isBinary, isLoad, isStore, isUnary } from './operations.ts';
import { type Definition, repairUses } from './repair.ts';

const MAX_TURNS = 8;
/** Of all copies together, in values. */
const MAX_VALUES = 160;

/** Needs loops with preheaders. Returns whether the graph has changed: analyses then have to be made anew. */
export function unrollLoops(ir: IrFunction, loops: readonly Loop[]): boolean {
  let changed = false;
  for (const loop of loops) {
    const { header, blocks } = loop;
    if (loops.some((inner) => inner !== loop && blocks.has(inner.header) && inner.blocks.size < blocks.size)) continue;
    const latches = header.predecessors.filter((predecessor) => blocks.has(predecessor));
    const [latch] = latches;
    if (loop.preheader === undefined || latches.length !== 1 || latch === undefined) continue;
    const turns = countTurns(loop, loop.preheader, latch);
    let size = 0;
    for (const block of blocks) size += block.phis.length + block.body.length + 1;
    if (turns === undefined || turns * size > MAX_VALUES) continue;
    let before = loop.preheader;
    for (let i = 0; i < turns; i++) before = peel(ir, loop, before, latch);
    changed = true;
  }
  return changed;
}

/** How often the header is entered, if constants tell. */
function countTurns(loop: Loop, preheader: Block, latch: Block): number | undefined {
  const { header } = loop;
  const entryEdge = header.predecessors.indexOf(preheader);
  const latchEdge = header.predecessors.indexOf(latch);
  const exits = [...loop.blocks].filter(({ successors }) =>
    successors.some((successor) => !loop.blocks.has(successor)),
  );
  let counters = new Map<Value, bigint | undefined>();
  for (const phi of header.phis) counters.set(phi, constantOf(resolve(phi.arguments[entryEdge]!)));
  if (![...counters.values()].some((value) => value !== undefined)) return undefined;
  for (let turn = 1; turn <= MAX_TURNS; turn++) {
    const known = new Map(counters);
    for (const { control, successors } of exits) {
      if (control.kind !== 'branch') continue;
      const condition = evaluate(resolve(control.condition), known);
      if (condition !== undefined && !loop.blocks.has(successors[condition !== 0n ? 0 : 1]!)) return turn;
    }
    counters = new Map(header.phis.map((phi) => [phi, evaluate(resolve(phi.arguments[latchEdge]!), known)]));
  }
  return undefined;
}

const constantOf = (value: Value): bigint | undefined => (value.isConstant ? value.immediate : undefined);

/** The value in a turn in which those in `known` are so; remembers what it finds. */
function evaluate(value: Value, known: Map<Value, bigint | undefined>): bigint | undefined {
  if (value.isConstant) return value.immediate;
  if (known.has(value)) return known.get(value);
  let result: bigint | undefined;
  if (isBinary(value.operation)) {
    const [a, b] = value.arguments.map((argument) => evaluate(resolve(argument), known));
    if (a !== undefined && b !== undefined) result = evaluateBinary(value.operation, a, b);
  } else if (isUnary(value.operation)) {
    const a = evaluate(resolve(value.arguments[0]!), known);
    if (a !== undefined) result = evaluateUnary(value.operation, a);
  }
  known.set(value, result);
  return result;
}

/** Puts a copy of the loop's body between `before` and the loop; returns the block between copy and loop. */
function peel(ir: IrFunction, loop: Loop, before: Block, latch: Block): Block {
  const { header, blocks } = loop;
  const entryEdge = header.predecessors.indexOf(before);
  const latchEdge = header.predecessors.indexOf(latch);
  const clones = new Map<Block, Block>([...blocks].map((block) => [block, ir.newBlock()]));
  const copies = new Map<Value, Value>();
  const copyOf = (value: Value): Value => copies.get(resolve(value)) ?? resolve(value);
  for (const phi of header.phis) copies.set(phi, resolve(phi.arguments[entryEdge]!));
  const next = ir.newBlock();
  next.control = { kind: 'jump' };
  // In the order of the function, so arguments are copied before they are used; phis are filled in afterwards.
  const inOrder = ir.blocks.filter((block) => blocks.has(block));
  const builder = new Builder(ir, before);
  for (const block of inOrder) {
    const clone = clones.get(block)!;
    builder.block = clone;
    if (block !== header) for (const phi of block.phis) copies.set(phi, clonePhi(builder, clone, phi));
    for (const value of block.body) copies.set(value, cloneValue(builder, value, copyOf));
  }
  for (const block of inOrder) cloneControl(block, clones, header, next, copyOf);
  for (const block of inOrder) {
    if (block === header) continue;
    const clone = clones.get(block)!;
    // All predecessors are in the loop, and so are copied.
    for (const phi of block.phis) copies.get(phi)!.arguments.push(...phi.arguments.map(copyOf));
    clone.predecessors = block.predecessors.map((predecessor) => clones.get(predecessor)!);
  }
  // The way in: before -> header's copy, next -> header.
  const first = clones.get(header)!;
  before.successors = before.successors.map((successor) => (successor === header ? first : successor));
  first.predecessors = [before];
  const nextArguments = header.phis.map((phi) => copyOf(phi.arguments[latchEdge]!));
  removePredecessor(header, entryEdge);
  addEdge(next, header);
  header.phis.forEach((phi, i) => {
    phi.arguments.push(nextArguments[i]!);
  });
  const definitions = new Map<Value, Definition[]>();
  for (const [value, copy] of copies) {
    const block = value.block!;
    definitions.set(value, [
      { block, value },
      { block: clones.get(block)!, value: copy },
    ]);
  }
  repairUses(ir, definitions, new Set([...blocks, ...clones.values(), next, before]));
  return next;
}

function clonePhi(builder: Builder, block: Block, phi: Value): Value {
  const copy = builder.phi(block, phi.type);
  copy.signedBits = phi.signedBits;
  copy.unsignedBits = phi.unsignedBits;
  return copy;
}

function cloneValue(builder: Builder, value: Value, copyOf: (value: Value) => Value): Value {
  const { operation, immediate } = value;
  const args = value.arguments.map(copyOf);
  builder.position = value.position;
  if (isBinary(operation)) return builder.binary(operation, args[0]!, args[1]!);
  if (isUnary(operation)) return builder.unary(operation, args[0]!);
  if (isLoad(operation)) return builder.load(operation, args[0]!, immediate);
  if (isStore(operation)) return builder.store(operation, args[0]!, immediate, args[1]!);
  const copy = builder.append(operation, value.type, args, immediate, value.symbol);
  copy.machine = value.machine;
  return copy;
}

/** Edges inside the loop lead to copies, the one back to the header leads to `next`, those out lead where they did. */
function cloneControl(
  block: Block,
  clones: ReadonlyMap<Block, Block>,
  header: Block,
  next: Block,
  copyOf: (value: Value) => Value,
): void {
  const clone = clones.get(block)!;
  const { control } = block;
  clone.controlPosition = block.controlPosition;
  if (control.kind === 'branch') clone.control = { kind: 'branch', condition: copyOf(control.condition) };
  else if (control.kind === 'switch') clone.control = { kind: 'switch', index: copyOf(control.index) };
  else clone.control = control;
  block.successors.forEach((successor, i) => {
    if (successor === header) {
      addEdge(clone, next);
      return;
    }
    const inside = clones.get(successor);
    if (inside !== undefined) {
      clone.successors.push(inside);
      return;
    }
    for (const phi of successor.phis) phi.arguments.push(copyOf(phi.arguments[edgeIndex(block, i)]!));
    addEdge(clone, successor);
  });
}
