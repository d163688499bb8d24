/** Chooses RV64 instructions for SSA values: immediates, addressing, fused branches; phis become moves at the ends of blocks. */
import { GLOBAL_BYTES } from './context.ts';
import type { IrFunction, Value } from './ir.ts';
import { A1, GP, isVirtual, type MachineFunction, move, NONE, ZERO } from './machine.ts';
import { isBinary, isLoad, isStore, isUnary } from './operations.ts';
import { selectBinary, selectUnary } from './select-arithmetic.ts';
import { selectCall, selectParameters, selectSbiCall } from './select-calls.ts';
import { selectControl } from './select-control.ts';
import { Selector } from './selector.ts';

export function selectInstructions(ir: IrFunction): MachineFunction {
  const selector = new Selector(ir);
  for (const block of ir.blocks) {
    selector.source = block;
    selector.block = selector.blocks.get(block)!;
    if (block === ir.entry) selectParameters(selector);
    for (const value of block.body) {
      selector.position = value.position;
      selectValue(selector, value);
    }
    selector.position = block.controlPosition;
    selectControl(selector, block);
  }
  return selector.machine;
}

function selectValue(selector: Selector, value: Value): void {
  const { operation } = value;
  if (isBinary(operation)) {
    selectBinary(selector, value, operation, value.arguments[0]!, value.arguments[1]!);
    return;
  }
  if (isUnary(operation)) {
    selectUnary(selector, value);
    return;
  }
  if (isLoad(operation)) {
    const [base, offset] = selector.address(value);
    const unsigned = operation === 'lw' && selector.uses.isOnlyZeroExtended(value);
    selector.emit(unsigned ? 'lwu' : operation, selector.registerOf(value), [base], offset);
    return;
  }
  if (isStore(operation)) {
    const stored = selector.registerOf(value.arguments[1]!);
    const [base, offset] = selector.address(value);
    selector.emit(operation, NONE, [base, stored], offset);
    return;
  }
  switch (operation) {
    case 'global.get':
      selector.emit('ld', selector.registerOf(value), [GP], Number(value.immediate) * GLOBAL_BYTES);
      return;
    case 'global.set':
      selector.emit('sd', NONE, [GP, selector.registerOf(value.arguments[0]!)], Number(value.immediate) * GLOBAL_BYTES);
      return;
    case 'address': {
      selector.emit('la', selector.registerOf(value), []);
      selector.block.end.symbol = value.symbol;
      return;
    }
    case 'call':
    case 'call.indirect':
      selectCall(selector, value);
      return;
    case 'sbi':
      selectSbiCall(selector, value);
      return;
    case 'sbi.value':
      // A result of the instruction before.
      selector.block.end.results.push(move(selector.registerOf(value), A1));
      return;
    case 'register.read': {
      const register = selector.registerOf(value);
      if (isVirtual(register)) selector.emit('register.read', register, [Number(value.immediate)]);
      return;
    }
    case 'register.write':
      selector.emit('register.write', Number(value.immediate), [selector.registerOf(value.arguments[0]!)]);
      return;
    case 'frame.address':
      selector.emit('frame.address', selector.registerOf(value), []);
      return;
    case 'machine':
      machineInstruction(selector, value);
      return;
    case 'atomic.cmpxchg':
    case 'atomic.rmw.masked':
    case 'atomic.cmpxchg.masked': {
      const sources = value.arguments.map((argument) => selector.registerOf(argument));
      selector.emit(operation, selector.registerOf(value), sources);
      selector.block.end.earlyClobber = true;
      selector.block.end.symbol = value.machine?.instruction;
      return;
    }
    default:
      throw new Error(`no instruction for ${operation}`);
  }
}

function machineInstruction(selector: Selector, value: Value): void {
  const { instruction, operands, fields, ordered } = value.machine!;
  const sources = [ZERO, ZERO];
  operands.forEach((operand, i) => {
    sources[operand === 'rs1' ? 0 : 1] = selector.registerOf(value.arguments[i]!);
  });
  const destination = value.type === 'none' ? NONE : selector.registerOf(value);
  selector.emit(instruction, destination, sources, fields.imm ?? 0);
  selector.block.end.fields = fields;
  selector.block.end.ordered = ordered;
  selector.block.end.volatile = true;
}
