/** RV64 instructions for arithmetic and comparisons: immediates where they fit, shifts in the place of masks that do not. */
import { LOW_WORD } from './fold.ts';
import type { BinaryOperation, Comparison, Value } from './ir.ts';
import { ZERO } from './machine.ts';
import { isComparison } from './operations.ts';
import { isImmediate, type Selector } from './selector.ts';

const IMMEDIATE_FORMS: Partial<Record<BinaryOperation, string>> = {
  add: 'addi',
  addw: 'addiw',
  and: 'andi',
  or: 'ori',
  xor: 'xori',
  sll: 'slli',
  srl: 'srli',
  sra: 'srai',
  sllw: 'slliw',
  srlw: 'srliw',
  sraw: 'sraiw',
};

export function selectUnary(selector: Selector, value: Value): void {
  const operand = selector.registerOf(value.arguments[0]!);
  const register = selector.registerOf(value);
  if (value.operation === 'sext.w') {
    selector.emit('addiw', register, [operand], 0);
    return;
  }
  const distance = value.operation === 'sext.b' ? 56 : 48;
  selector.emit('srai', register, [selector.temporary('slli', [operand], distance)], distance);
}

export function selectBinary(selector: Selector, value: Value, operation: BinaryOperation, a: Value, b: Value): void {
  if (isComparison(operation)) {
    comparison(selector, value, operation, a, b);
    return;
  }
  const constant = b.isConstant ? b.immediate : undefined;
  if (constant !== undefined) {
    if (operation === 'and' && mask(selector, value, a, constant)) return;
    if (operation === 'sll' && shiftedField(selector, value, a, Number(constant))) return;
    const immediateForm = IMMEDIATE_FORMS[operation];
    if (immediateForm !== undefined && isImmediate(constant)) {
      selector.emit(immediateForm, selector.registerOf(value), [selector.registerOf(a)], Number(constant));
      return;
    }
    if (operation === 'add' && isImmediate(constant / 2n) && isImmediate(constant - constant / 2n)) {
      const half = selector.temporary('addi', [selector.registerOf(a)], Number(constant / 2n));
      selector.emit('addi', selector.registerOf(value), [half], Number(constant - constant / 2n));
      return;
    }
  }
  selector.emit(operation, selector.registerOf(value), [selector.registerOf(a), selector.registerOf(b)]);
}

/** Masks that two shifts do better than a constant. */
function mask(selector: Selector, value: Value, a: Value, mask: bigint): boolean {
  if (mask === LOW_WORD && a.operation === 'lw' && selector.uses.isOnlyZeroExtended(a)) {
    selector.setRegister(value, selector.registerOf(a));
    return true;
  }
  if (isImmediate(mask)) return false;
  const lowBits = trailingOnes(mask);
  if (lowBits !== undefined) {
    const [x, y] = a.arguments;
    const skipped = a.operation === 'srl' && y!.isConstant ? Number(y!.immediate) : 0;
    const from = skipped > 0 && skipped + lowBits < 64 ? x! : a;
    const up = 64 - lowBits - (from === a ? 0 : skipped);
    const shifted = selector.temporary('slli', [selector.registerOf(from)], up);
    selector.emit('srli', selector.registerOf(value), [shifted], 64 - lowBits);
    return true;
  }
  const zeros = trailingOnes(~mask);
  if (zeros === undefined) return false;
  selector.emit(
    'slli',
    selector.registerOf(value),
    [selector.temporary('srli', [selector.registerOf(a)], zeros)],
    zeros,
  );
  return true;
}

/** A masked value shifted left: one shift less than mask and shift. */
function shiftedField(selector: Selector, value: Value, a: Value, distance: number): boolean {
  if (a.operation !== 'and' || !a.arguments[1]!.isConstant || !selector.uses.isUsedOnce(a)) return false;
  const mask = a.arguments[1]!.immediate;
  const lowBits = trailingOnes(mask);
  if (isImmediate(mask) || lowBits === undefined || lowBits + distance >= 64) return false;
  const up = selector.temporary('slli', [selector.registerOf(a.arguments[0]!)], 64 - lowBits);
  selector.emit('srli', selector.registerOf(value), [up], 64 - lowBits - distance);
  return true;
}

function comparison(selector: Selector, value: Value, comparison: Comparison, a: Value, b: Value): void {
  const register = selector.registerOf(value);
  if (comparison === 'eq' || comparison === 'ne') {
    const zeroIfEqual = difference(selector, a, b);
    if (comparison === 'eq') selector.emit('sltiu', register, [zeroIfEqual], 1);
    else selector.emit('sltu', register, [ZERO, zeroIfEqual]);
    return;
  }
  const operation = comparison === 'lt' || comparison === 'ge' ? 'slt' : 'sltu';
  const negated = comparison === 'ge' || comparison === 'geu';
  const target = negated ? selector.machine.newRegister() : register;
  if (b.isConstant && isImmediate(b.immediate)) {
    selector.emit(operation === 'slt' ? 'slti' : 'sltiu', target, [selector.registerOf(a)], Number(b.immediate));
  } else {
    selector.emit(operation, target, [selector.registerOf(a), selector.registerOf(b)]);
  }
  if (negated) selector.emit('xori', register, [target], 1);
}

/** 0 exactly when the values are equal. */
function difference(selector: Selector, a: Value, b: Value): number {
  if (!b.isConstant) return selector.temporary('xor', [selector.registerOf(a), selector.registerOf(b)]);
  if (b.immediate === 0n) return selector.registerOf(a);
  if (isImmediate(-b.immediate)) return selector.temporary('addi', [selector.registerOf(a)], Number(-b.immediate));
  return selector.temporary('xor', [selector.registerOf(a), selector.registerOf(b)]);
}

/** How many ones the value is made of, all at its lower end and not all 64. */
function trailingOnes(value: bigint): number | undefined {
  const bits = BigInt.asUintN(64, value);
  return bits !== 0n && (bits & (bits + 1n)) === 0n && bits !== 0xffff_ffff_ffff_ffffn
    ? bits.toString(2).length
    : undefined;
}
