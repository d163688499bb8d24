/** Calls and parameters: which value goes where by the calling conventions. */
import type { Value } from './ir.ts';
import { A0, A1, A6, A7, ARGUMENT_REGISTERS, CALLER_SAVED, maskOf, move, STACK_ARGUMENT } from './machine.ts';
import type { Selector } from './selector.ts';

export function selectParameters(selector: Selector): void {
  const { parameters, position } = selector.ir;
  selector.position = position;
  if (parameters.length === 0) return;
  const instruction = selector.add('parameters');
  instruction.moves = parameters.map((parameter, i) => move(selector.registerOf(parameter), argumentPlace(i)));
}

export function selectCall(selector: Selector, value: Value): void {
  const indirect = value.operation === 'call.indirect';
  const args = indirect ? value.arguments.slice(1) : value.arguments;
  const moves = args.map((argument, i) => selector.moveTo(argumentPlace(i), argument));
  const target = indirect ? [selector.registerOf(value.arguments[0]!)] : [];
  const call = selector.add(value.operation);
  call.symbol = value.symbol;
  call.sources = target;
  call.moves = moves;
  call.clobbers = maskOf(CALLER_SAVED);
  if (value.type !== 'none') call.results = [move(selector.registerOf(value), A0)];
  const stacked = Math.max(0, args.length - ARGUMENT_REGISTERS);
  selector.machine.outgoingBytes = Math.max(selector.machine.outgoingBytes, stacked * 8);
}

/** SBI 3.0, Binary Encoding: a7 the extension, a6 the function; all registers but a0 and a1 are preserved. */
export function selectSbiCall(selector: Selector, value: Value): void {
  const places = [A0, A1, A0 + 2, A0 + 3, A0 + 4, A0 + 5, A6, A7];
  const moves = value.arguments.map((argument, i) => selector.moveTo(places[i]!, argument));
  const call = selector.add('ecall');
  call.moves = moves;
  call.clobbers = maskOf(moves.map(({ to }) => to)) | maskOf([A0, A1]);
  call.results = [move(selector.registerOf(value), A0)];
}

function argumentPlace(index: number): number {
  return index < ARGUMENT_REGISTERS ? A0 + index : STACK_ARGUMENT + index - ARGUMENT_REGISTERS;
}
