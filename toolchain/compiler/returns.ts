/** Blocks that only jump to a return do it themselves: then one of several ways out need not end like the others. */
import { type IrFunction, removePredecessor, resolve } from './ir.ts';

/** With more ways than this, one epilogue for all is worth the jumps. */
const MAX_WAYS = 6;

/** Leaves dominators of other blocks as they are. */
export function duplicateReturns(ir: IrFunction): void {
  for (const block of ir.blocks) {
    const { control } = block;
    if (control.kind !== 'return' || block.body.length > 0 || block.predecessors.length > MAX_WAYS) continue;
    for (let i = block.predecessors.length - 1; i >= 0; i--) {
      const predecessor = block.predecessors[i]!;
      if (predecessor.control.kind !== 'jump') continue;
      const value = control.value === undefined ? undefined : resolve(control.value);
      const own = value !== undefined && value.block === block ? resolve(value.arguments[i]!) : value;
      predecessor.control = { kind: 'return', value: own };
      predecessor.controlPosition = block.controlPosition;
      predecessor.successors = [];
      removePredecessor(block, i);
    }
  }
  ir.blocks = ir.blocks.filter((block) => block === ir.entry || block.predecessors.length > 0);
}
