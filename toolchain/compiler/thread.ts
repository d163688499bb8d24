/**
 * Jump threading: where a block only looks at a constant that its predecessor has chosen, such as the outcome of a handler or one
 * side of `a && b`, the predecessor goes straight to where the block would send it.
 */
import { edgeIndex } from './control.ts';
import { evaluateBinary } from './evaluate.ts';
import { addEdge, type Block, type IrFunction, removePredecessor, resolve, type Value } from './ir.ts';
import { isComparison } from './operations.ts';
import { type Definition, repairUses } from './repair.ts';

/** Blocks later on the way may become threadable only then. */
const MAX_ROUNDS = 4;

/** Needs loops; headers are left alone. Changes the graph: analyses have to be made anew. */
export function threadJumps(ir: IrFunction): void {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let changed = false;
    for (const block of [...ir.blocks]) if (block.loop?.header !== block && threadThrough(ir, block)) changed = true;
    if (!changed) return;
  }
}

function threadThrough(ir: IrFunction, block: Block): boolean {
  const { control } = block;
  if (control.kind !== 'branch' || block.phis.length === 0 || block.predecessors.length < 2) return false;
  const condition = resolve(control.condition);
  // The condition itself may be in the block, and nothing else.
  if (block.body.some((value) => value !== condition)) return false;
  const threaded: { from: Block; through: Block; values: Value[] }[] = [];
  for (const predecessor of [...block.predecessors]) {
    // The only edge of its predecessor.
    if (predecessor.control.kind !== 'jump') continue;
    const edge = block.predecessors.indexOf(predecessor);
    const values = block.phis.map((phi) => resolve(phi.arguments[edge]!));
    const outcome = outcomeOn(condition, block, values);
    if (outcome === undefined || block.predecessors.length === 1) continue;
    const taken = outcome !== 0n ? 0 : 1;
    const through = ir.newBlock();
    through.control = { kind: 'jump' };
    through.controlPosition = block.controlPosition;
    redirect(block, predecessor, edge, through, taken, values);
    threaded.push({ from: predecessor, through, values });
  }
  if (threaded.length === 0) return false;
  const definitions = new Map<Value, Definition[]>();
  block.phis.forEach((phi, i) => {
    const copies = threaded.map(({ through, values }) => ({ block: through, value: values[i]! }));
    definitions.set(phi, [{ block, value: phi }, ...copies]);
  });
  if (condition.block === block && condition.operation !== 'phi') {
    const copies = threaded.map(({ through, values }) => ({
      block: through,
      value: ir.constant(outcomeOn(condition, block, values)!),
    }));
    definitions.set(condition, [{ block, value: condition }, ...copies]);
  }
  repairUses(ir, definitions, new Set(), block);
  return true;
}

/** The condition for an entry with these values of the phis, if they are enough to tell. */
function outcomeOn(condition: Value, block: Block, values: readonly Value[]): bigint | undefined {
  const known = (value: Value): bigint | undefined => {
    const i = block.phis.indexOf(value);
    const actual = i < 0 ? value : values[i]!;
    return actual.isConstant ? actual.immediate : undefined;
  };
  const direct = known(condition);
  if (direct !== undefined || !isComparison(condition.operation) || condition.block !== block) return direct;
  const [a, b] = condition.arguments.map((argument) => known(resolve(argument)));
  return a === undefined || b === undefined ? undefined : evaluateBinary(condition.operation, a, b);
}

function redirect(
  block: Block,
  predecessor: Block,
  edge: number,
  through: Block,
  taken: number,
  values: readonly Value[],
): void {
  const target = block.successors[taken]!;
  const place = edgeIndex(block, taken);
  for (const phi of target.phis) {
    const argument = resolve(phi.arguments[place]!);
    const i = block.phis.indexOf(argument);
    phi.arguments.push(i < 0 ? argument : values[i]!);
  }
  removePredecessor(block, edge);
  predecessor.successors = [];
  addEdge(predecessor, through);
  addEdge(through, target);
}
