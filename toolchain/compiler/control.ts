/** Cleans the control-flow graph: constant branches, blocks that nothing reaches, phis that choose nothing, chains of jumps. */
import { type Block, type IrFunction, removePredecessor, resolve, type Value } from './ir.ts';

/** Leaves `blocks` in reverse postorder, with every argument resolved. */
export function simplifyControl(ir: IrFunction): void {
  resolveArguments(ir);
  for (const block of ir.blocks) foldBranch(block);
  removeUnreachable(ir);
  while (removeTrivialPhis(ir)) resolveArguments(ir);
  mergeChains(ir);
  ir.blocks = reversePostorder(ir);
}

export function resolveArguments(ir: IrFunction): void {
  const update = (values: Value[]): void => {
    for (let i = 0; i < values.length; i++) values[i] = resolve(values[i]!);
  };
  for (const block of ir.blocks) {
    block.phis = block.phis.filter((phi) => phi.replacement === undefined);
    block.body = block.body.filter((value) => value.replacement === undefined);
    for (const phi of block.phis) update(phi.arguments);
    for (const value of block.body) update(value.arguments);
    const { control } = block;
    if (control.kind === 'branch') control.condition = resolve(control.condition);
    else if (control.kind === 'switch') control.index = resolve(control.index);
    else if (control.kind === 'return' && control.value !== undefined) control.value = resolve(control.value);
  }
}

/** A branch or switch whose way is known becomes a jump. */
function foldBranch(block: Block): void {
  const { control } = block;
  let taken: number;
  if (control.kind === 'branch') {
    if (block.successors[0] === block.successors[1] && block.successors[0]!.phis.length === 0) taken = 0;
    else if (!control.condition.isConstant) return;
    else taken = control.condition.immediate !== 0n ? 0 : 1;
  } else if (control.kind === 'switch' && control.index.isConstant) taken = Number(control.index.immediate);
  else return;
  const kept = block.successors[taken]!;
  const edges = block.successors.map((successor, i) => ({
    successor,
    place: edgeIndex(block, i),
    removed: i !== taken,
  }));
  // From the last to the first, so that places stay right where several edges lead to one block.
  edges.sort((a, b) => b.place - a.place);
  for (const { successor, place, removed } of edges) if (removed) removePredecessor(successor, place);
  block.successors = [kept];
  block.control = { kind: 'jump' };
}

/** Where the block's edge of that number stands among its target's predecessors: edges between two blocks keep their order. */
export function edgeIndex(block: Block, successor: number): number {
  const target = block.successors[successor]!;
  let earlier = 0;
  for (let i = 0; i < successor; i++) if (block.successors[i] === target) earlier++;
  for (let i = 0; i < target.predecessors.length; i++) {
    if (target.predecessors[i] === block && earlier-- === 0) return i;
  }
  throw new Error('an edge without its predecessor');
}

function removeUnreachable(ir: IrFunction): void {
  const reached = new Set(reversePostorder(ir));
  for (const block of reached) {
    for (let i = block.predecessors.length - 1; i >= 0; i--) {
      if (!reached.has(block.predecessors[i]!)) removePredecessor(block, i);
    }
  }
  ir.blocks = ir.blocks.filter((block) => reached.has(block));
}

/** A phi of one value, or of one value and itself, is that value. */
function removeTrivialPhis(ir: IrFunction): boolean {
  let changed = false;
  for (const block of ir.blocks) {
    for (const phi of block.phis) {
      let same: Value | undefined;
      let trivial = true;
      for (const argument of phi.arguments.map(resolve)) {
        if (argument === phi || argument === same) continue;
        if (same !== undefined) trivial = false;
        same = argument;
      }
      if (!trivial || phi.replacement !== undefined) continue;
      phi.replacement = same ?? ir.constant(0n);
      changed = true;
    }
  }
  return changed;
}

/** A block and its only successor, whose only predecessor it is, are one. */
function mergeChains(ir: IrFunction): void {
  const gone = new Set<Block>();
  for (const block of ir.blocks) {
    if (gone.has(block)) continue;
    for (;;) {
      const next = block.successors[0];
      if (block.control.kind !== 'jump' || next === undefined || next === block || next === ir.entry) break;
      if (next.predecessors.length !== 1 || next.phis.length > 0) break;
      for (const value of next.body) {
        value.block = block;
        block.body.push(value);
      }
      block.control = next.control;
      block.controlPosition = next.controlPosition;
      block.successors = next.successors;
      for (const successor of new Set(next.successors)) {
        successor.predecessors = successor.predecessors.map((p) => (p === next ? block : p));
      }
      gone.add(next);
    }
  }
  ir.blocks = ir.blocks.filter((block) => !gone.has(block));
}

export function reversePostorder(ir: IrFunction): Block[] {
  const seen = new Set<Block>([ir.entry]);
  const order: Block[] = [];
  const pending: { block: Block; next: number }[] = [{ block: ir.entry, next: ir.entry.successors.length }];
  while (pending.length > 0) {
    const top = pending[pending.length - 1]!;
    if (top.next === 0) {
      order.push(top.block);
      pending.pop();
      continue;
    }
    // The last successor first, so that the first comes right after its block.
    const successor = top.block.successors[--top.next]!;
    if (seen.has(successor)) continue;
    seen.add(successor);
    pending.push({ block: successor, next: successor.successors.length });
  }
  return order.reverse();
}
