/** Dominators (Cooper, Harvey and Kennedy, A Simple, Fast Dominance Algorithm, 2001) and natural loops. */
import type { Block, IrFunction, Loop } from './ir.ts';

/** Sets each block's `order`, `dominator` and depth. `ir.blocks` is in reverse postorder. */
export function analyseDominators(ir: IrFunction): void {
  ir.blocks.forEach((block, i) => {
    block.order = i;
    block.dominator = undefined;
  });
  const { entry } = ir;
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of ir.blocks) {
      if (block === entry) continue;
      let dominator: Block | undefined;
      for (const predecessor of block.predecessors) {
        if (predecessor !== entry && predecessor.dominator === undefined) continue;
        dominator = dominator === undefined ? predecessor : commonDominator(dominator, predecessor);
      }
      if (dominator !== block.dominator) {
        block.dominator = dominator;
        changed = true;
      }
    }
  }
  for (const block of ir.blocks) block.dominatorDepth = (block.dominator?.dominatorDepth ?? -1) + 1;
}

/** The last block that is on every way to both. Uses `order` only, so it works while dominators are being found. */
export function commonDominator(a: Block, b: Block): Block {
  let [x, y] = [a, b];
  while (x !== y) {
    if (x.order > y.order) x = x.dominator!;
    else y = y.dominator!;
  }
  return x;
}

export function dominates(a: Block, b: Block): boolean {
  let block: Block | undefined = b;
  while (block !== undefined && block.dominatorDepth > a.dominatorDepth) block = block.dominator;
  return block === a;
}

/** Sets each block's innermost loop. Returns the loops, inner ones before the loops around them. */
export function analyseLoops(ir: IrFunction): Loop[] {
  for (const block of ir.blocks) block.loop = undefined;
  const loops: Loop[] = [];
  // Backwards through the order, so inner headers come first.
  for (const header of [...ir.blocks].reverse()) {
    const latches = header.predecessors.filter((predecessor) => dominates(header, predecessor));
    if (latches.length === 0) continue;
    loops.push(collectLoop(header, latches));
  }
  for (const loop of loops) {
    for (const block of loop.blocks) {
      const innermost = block.loop;
      if (innermost === undefined || innermost.blocks.size > loop.blocks.size) block.loop = loop;
    }
  }
  for (const loop of loops) {
    loop.parent = loops.find((outer) => outer.blocks.size > loop.blocks.size && outer.blocks.has(loop.header));
  }
  for (const loop of loops) {
    for (let outer = loop.parent; outer !== undefined; outer = outer.parent) loop.depth++;
  }
  return loops;
}

function collectLoop(header: Block, latches: readonly Block[]): Loop {
  const blocks = new Set<Block>([header]);
  const pending = [...latches];
  let calls = false;
  for (;;) {
    const block = pending.pop();
    if (block === undefined) break;
    if (blocks.has(block)) continue;
    blocks.add(block);
    pending.push(...block.predecessors);
  }
  for (const block of blocks) {
    if (block.body.some((value) => value.operation === 'call' || value.operation === 'call.indirect')) calls = true;
  }
  const outside = header.predecessors.filter((predecessor) => !blocks.has(predecessor));
  const [entry] = outside;
  const preheader = outside.length === 1 && entry!.control.kind === 'jump' ? entry : undefined;
  return { header, blocks, parent: undefined, depth: 1, calls, preheader };
}
