/** Ends of blocks: branches with their comparisons, and moves for the phis of the block that follows. */
import { edgeIndex } from './control.ts';
import type { Block, Comparison, Value } from './ir.ts';
import { A0, type MachineBlock, ZERO } from './machine.ts';
import { isComparison } from './operations.ts';
import { isImmediate, type Selector } from './selector.ts';

const BRANCHES: Record<Comparison, string> = { eq: 'beq', ne: 'bne', lt: 'blt', ge: 'bge', ltu: 'bltu', geu: 'bgeu' };

export function selectControl(selector: Selector, block: Block): void {
  const { control } = block;
  switch (control.kind) {
    case 'jump': {
      phiMoves(selector, block, 0);
      selector.add('jump').targets = [selector.blocks.get(block.successors[0]!)!];
      return;
    }
    case 'branch':
      branch(selector, block, control.condition);
      return;
    case 'switch': {
      const index = selector.registerOf(control.index);
      const targets = block.successors.map((_, i) => edge(selector, block, i));
      const instruction = selector.add('switch');
      instruction.sources = [index];
      instruction.targets = targets;
      return;
    }
    case 'return': {
      const moves = control.value === undefined ? [] : [selector.moveTo(A0, control.value)];
      selector.add('return').moves = moves;
      return;
    }
    case 'unreachable':
      selector.add('unreachable');
  }
}

function branch(selector: Selector, block: Block, condition: Value): void {
  const [comparison, a, b] = fuse(selector, condition);
  const targets = [edge(selector, block, 0), edge(selector, block, 1)];
  const instruction = selector.add('branch');
  instruction.comparison = comparison;
  instruction.sources = [a, b];
  instruction.targets = targets;
}

/** The branch instruction for a condition, with its operands. */
function fuse(selector: Selector, condition: Value): [comparison: string, a: number, b: number] {
  const [a, b] = condition.arguments;
  if (!isComparison(condition.operation))
    return bitTest(selector, condition, 'ne') ?? ['bne', selector.registerOf(condition), ZERO];
  const { operation } = condition;
  if ((operation === 'eq' || operation === 'ne') && b!.isConstant && b!.immediate === 0n) {
    const bit = bitTest(selector, a!, operation);
    if (bit !== undefined) return bit;
  }
  return [BRANCHES[operation], selector.registerOf(a!), selector.registerOf(b!)];
}

/** A test of one bit that no immediate reaches: as the sign after a shift. */
function bitTest(selector: Selector, value: Value, comparison: 'eq' | 'ne'): [string, number, number] | undefined {
  const mask = value.operation === 'and' && value.arguments[1]!.isConstant ? value.arguments[1]!.immediate : 0n;
  const bits = BigInt.asUintN(64, mask);
  if (isImmediate(mask) || (bits & (bits - 1n)) !== 0n) return undefined;
  const shift = 64 - bits.toString(2).length;
  const operand = selector.registerOf(value.arguments[0]!);
  const sign = shift === 0 ? operand : selector.temporary('slli', [operand], shift);
  return [comparison === 'ne' ? 'blt' : 'bge', sign, ZERO];
}

/** The block that an edge leads to: one of its own, with the moves, where the successor has phis. */
function edge(selector: Selector, block: Block, index: number): MachineBlock {
  const successor = block.successors[index]!;
  const target = selector.blocks.get(successor)!;
  if (successor.phis.length === 0) return target;
  const outer = selector.block;
  selector.block = selector.machine.newBlock();
  selector.block.loopDepth = Math.min(outer.loopDepth, target.loopDepth);
  phiMoves(selector, block, index);
  selector.add('jump').targets = [target];
  const edge = selector.block;
  selector.block = outer;
  return edge;
}

function phiMoves(selector: Selector, block: Block, index: number): void {
  const successor = block.successors[index]!;
  if (successor.phis.length === 0) return;
  const from = edgeIndex(block, index);
  const moves = successor.phis.map((phi) => selector.moveTo(selector.registerOf(phi), phi.arguments[from]!));
  selector.add('moves').moves = moves.filter(({ to, from }) => to !== from);
}
