/**
 * Loop inversion: `while (c) …` becomes `if (c) do … while (c)`. A turn then has one branch instead of a branch and a jump, and
 * what the body begins with is certain to run once the loop is entered, so it can move in front.
 */
import { Builder } from './builder.ts';
import { edgeIndex } from './control.ts';
import { addEdge, type Block, type IrFunction, type Loop, removePredecessor, resolve, type Value } from './ir.ts';
import { isBinary, isLoad, isUnary } from './operations.ts';
import { type Definition, repairUses } from './repair.ts';

/** A header with more than this is not worth having twice. */
const MAX_HEADER = 12;

/** Needs loops. Changes the graph: analyses have to be made anew. */
export function invertLoops(ir: IrFunction, loops: readonly Loop[]): void {
  for (const loop of loops) {
    if (loop.preheader !== undefined && isInvertible(loop)) invert(ir, loop, loop.preheader);
  }
}

function isInvertible({ header, blocks }: Loop): boolean {
  if (header.control.kind !== 'branch' || header.body.length > MAX_HEADER) return false;
  const inside = header.successors.filter((successor) => blocks.has(successor));
  if (inside.length !== 1) return false;
  // With nothing behind it, the test is at the end already.
  if (![...blocks].some((block) => block !== header && block.body.length > 0)) return false;
  return header.body.every(({ operation: o }) => isBinary(o) || isUnary(o) || isLoad(o) || o === 'global.get');
}

function invert(ir: IrFunction, loop: Loop, preheader: Block): void {
  const { header } = loop;
  const entryEdge = header.predecessors.indexOf(preheader);
  const copies = copyHeader(ir, header, preheader, entryEdge);
  const copyOf = (value: Value): Value => copies.get(resolve(value)) ?? resolve(value);
  // Edges out of the header first get blocks of their own, where the ways from both tests meet.
  const inside = header.successors.findIndex((successor) => loop.blocks.has(successor));
  const body = splitEdge(ir, header, inside);
  loop.blocks.add(body);
  removePredecessor(header, entryEdge);
  const { control } = header;
  if (control.kind !== 'branch') throw new Error('a header without a branch');
  preheader.control = { kind: 'branch', condition: copyOf(control.condition) };
  preheader.controlPosition = header.controlPosition;
  preheader.successors = [];
  header.successors.forEach((successor, i) => {
    const through = ir.newBlock();
    through.control = { kind: 'jump' };
    addEdge(preheader, through);
    for (const phi of successor.phis) phi.arguments.push(copyOf(phi.arguments[edgeIndex(header, i)]!));
    addEdge(through, successor);
  });
  const definitions = new Map<Value, Definition[]>();
  for (const [value, copy] of copies) {
    definitions.set(value, [
      { block: header, value },
      { block: preheader, value: copy },
    ]);
  }
  repairUses(ir, definitions, new Set([preheader]), header);
}

/** The header's values as they are at the first entry. */
function copyHeader(ir: IrFunction, header: Block, preheader: Block, entryEdge: number): Map<Value, Value> {
  const copies = new Map<Value, Value>();
  const builder = new Builder(ir, preheader);
  const copyOf = (value: Value): Value => copies.get(resolve(value)) ?? resolve(value);
  for (const phi of header.phis) copies.set(phi, resolve(phi.arguments[entryEdge]!));
  for (const value of header.body) {
    const [a, b] = value.arguments.map(copyOf);
    const { operation } = value;
    builder.position = value.position;
    if (isBinary(operation)) copies.set(value, builder.binary(operation, a!, b!));
    else if (isUnary(operation)) copies.set(value, builder.unary(operation, a!));
    else if (isLoad(operation)) copies.set(value, builder.load(operation, a!, value.immediate));
    else copies.set(value, builder.append(operation, value.type, [], value.immediate));
  }
  return copies;
}

/** Puts an empty block on the edge of that number. */
function splitEdge(ir: IrFunction, from: Block, successor: number): Block {
  const to = from.successors[successor]!;
  const place = edgeIndex(from, successor);
  const middle = ir.newBlock();
  middle.control = { kind: 'jump' };
  middle.controlPosition = from.controlPosition;
  middle.predecessors = [from];
  middle.successors = [to];
  from.successors[successor] = middle;
  to.predecessors[place] = middle;
  return middle;
}
