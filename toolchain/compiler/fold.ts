/**
 * Algebraic simplification of one operation whose operands are already simple. Constants stand on the right and as far out as
 * they can, so that they end up in the offsets of loads and stores.
 */
import { evaluateBinary, evaluateUnary } from './evaluate.ts';
import { isNonNegative, isSignExtended } from './facts.ts';
import type { BinaryOperation, Comparison, UnaryOperation, Value } from './ir.ts';
import { INVERSE, isCommutative, isComparison, isWordOperation } from './operations.ts';

/** Makes a value in the current place, itself simplified. */
export interface Maker {
  constant(value: bigint): Value;
  binary(operation: BinaryOperation, a: Value, b: Value): Value;
  unary(operation: UnaryOperation, a: Value): Value;
}

export const LOW_WORD = 0xffff_ffffn;

/** A value equal to `a operation b`, or undefined where the operation has to be done as it is. */
export function foldBinary(make: Maker, operation: BinaryOperation, a: Value, b: Value): Value | undefined {
  if (a.isConstant && b.isConstant) return make.constant(evaluateBinary(operation, a.immediate, b.immediate));
  if (a.isConstant && isCommutative(operation)) return make.binary(operation, b, a);
  if (isComparison(operation)) return foldComparison(make, operation, a, b);
  if (isWordOperation(operation)) {
    const shift = operation === 'sllw' || operation === 'srlw' || operation === 'sraw';
    const lowA = lowWordOf(a);
    const lowB = shift ? b : lowWordOf(b);
    if (lowA !== a || lowB !== b) return make.binary(operation, lowA, lowB);
  }
  return b.isConstant ? foldConstant(make, operation, a, b.immediate) : foldVariables(make, operation, a, b);
}

export function foldUnary(make: Maker, operation: UnaryOperation, a: Value): Value | undefined {
  if (a.isConstant) return make.constant(evaluateUnary(operation, a.immediate));
  const width = operation === 'sext.b' ? 8 : operation === 'sext.h' ? 16 : 32;
  if (a.signedBits <= width || a.unsignedBits < width) return a;
  const [x, y] = a.arguments;
  if (a.operation === 'and' && y!.isConstant) {
    const low = (1n << BigInt(width)) - 1n;
    if ((y!.immediate & low) === low) return make.unary(operation, x!);
  }
  if (operation === 'sext.w') {
    if (a.operation === 'add') return make.binary('addw', x!, y!);
    if (a.operation === 'sub') return make.binary('subw', x!, y!);
    if (a.operation === 'mul') return make.binary('mulw', x!, y!);
    if (a.operation === 'sll' && y!.isConstant && y!.immediate < 32n) return make.binary('sllw', x!, y!);
  }
  return undefined;
}

/** A value with the same lower 32 bits that may be simpler: `a` without extensions from 32 bits. */
export function lowWordOf(a: Value): Value {
  return lowBitsOf(a, 32);
}

/** A value with the same lower `width` bits as `a`, without extensions and masks that leave those alone. */
export function lowBitsOf(a: Value, width: number): Value {
  const low = (1n << BigInt(width)) - 1n;
  const [x, y] = a.arguments;
  if (a.operation === 'sext.w' && width <= 32) return lowBitsOf(x!, width);
  if (a.operation === 'sext.h' && width <= 16) return lowBitsOf(x!, width);
  if (a.operation === 'sext.b' && width <= 8) return lowBitsOf(x!, width);
  if (a.operation === 'and' && y!.isConstant && (y!.immediate & low) === low) return lowBitsOf(x!, width);
  return a;
}

function foldComparison(make: Maker, operation: Comparison, a: Value, b: Value): Value | undefined {
  if (a === b) return make.constant(operation === 'eq' || operation === 'ge' || operation === 'geu' ? 1n : 0n);
  if (operation === 'eq' || operation === 'ne') return foldEquality(make, operation, a, b);
  const is = (holds: boolean): Value => make.constant(holds ? 1n : 0n);
  if (operation === 'ltu' || operation === 'geu') {
    const less = operation === 'ltu';
    if (b.isConstant) {
      const limit = BigInt.asUintN(64, b.immediate);
      if (limit === 0n) return is(!less);
      if (limit === 1n) return make.binary(less ? 'eq' : 'ne', a, make.constant(0n));
      if (1n << BigInt(a.unsignedBits) <= limit) return is(less);
    }
    if (a.isConstant && a.immediate === 0n) return make.binary(less ? 'ne' : 'eq', b, a);
  } else if (b.isConstant && b.immediate <= 0n && isNonNegative(a)) {
    if (b.immediate < 0n || operation === 'ge') return is(operation === 'ge');
    return is(false);
  }
  return undefined;
}

function foldEquality(make: Maker, operation: 'eq' | 'ne', a: Value, b: Value): Value | undefined {
  if (!b.isConstant) return undefined;
  const [x, y] = a.arguments;
  const value = b.immediate;
  if (value === 0n) {
    if (isComparison(a.operation)) return operation === 'ne' ? a : make.binary(INVERSE[a.operation], x!, y!);
    if (a.operation === 'sub' || a.operation === 'xor') return make.binary(operation, x!, y!);
    if (a.operation === 'subw' && isSignExtended(x!) && isSignExtended(y!)) return make.binary(operation, x!, y!);
    // The sign extension of a value is 0 exactly when its lower bits are.
    if (a.operation === 'and' && y!.isConstant && (y!.immediate & LOW_WORD) === y!.immediate) {
      const low = lowWordOf(x!);
      if (low !== x) return make.binary(operation, make.binary('and', low, y!), b);
    }
    if (a.operation === 'and' && y!.isConstant && y!.immediate === LOW_WORD && isSignExtended(x!)) {
      return make.binary(operation, x!, b);
    }
  }
  if (a.unsignedBits === 1 && value === 1n) return operation === 'eq' ? a : make.binary('eq', a, make.constant(0n));
  if (a.unsignedBits < 64 && (value < 0n || value >= 1n << BigInt(a.unsignedBits))) {
    return make.constant(operation === 'ne' ? 1n : 0n);
  }
  if (a.operation === 'add' && y!.isConstant) return make.binary(operation, x!, make.constant(value - y!.immediate));
  if (a.operation === 'addw' && y!.isConstant && isSignExtended(x!) && BigInt.asIntN(32, value) === value) {
    return make.binary(operation, x!, make.constant(BigInt.asIntN(32, value - y!.immediate)));
  }
  if (a.operation === 'and' && y!.isConstant && y!.immediate === LOW_WORD && isSignExtended(x!)) {
    return make.binary(operation, x!, make.constant(BigInt.asIntN(32, value)));
  }
  return undefined;
}

/** Arithmetic with a constant on the right. */
function foldConstant(make: Maker, operation: BinaryOperation, a: Value, constant: bigint): Value | undefined {
  const [x, y] = a.arguments;
  const inner = y?.isConstant ? y.immediate : undefined;
  switch (operation) {
    case 'add':
      if (constant === 0n) return a;
      if (a.operation === 'add' && inner !== undefined) return make.binary('add', x!, make.constant(inner + constant));
      return undefined;
    case 'sub':
      return make.binary('add', a, make.constant(-constant));
    case 'addw':
      if (BigInt.asIntN(32, constant) === 0n) return make.unary('sext.w', a);
      if (BigInt.asIntN(32, constant) !== constant) {
        return make.binary('addw', a, make.constant(BigInt.asIntN(32, constant)));
      }
      if ((a.operation === 'addw' || a.operation === 'add') && inner !== undefined) {
        return make.binary('addw', x!, make.constant(BigInt.asIntN(32, inner + constant)));
      }
      return undefined;
    case 'subw':
      return make.binary('addw', a, make.constant(BigInt.asIntN(32, -constant)));
    case 'and':
      return foldMask(make, a, constant);
    case 'or':
      if (constant === 0n) return a;
      if (constant === -1n) return make.constant(-1n);
      if (a.operation === 'or' && inner !== undefined) return make.binary('or', x!, make.constant(inner | constant));
      return undefined;
    case 'xor':
      if (constant === 0n) return a;
      if (a.operation === 'xor' && inner !== undefined) return make.binary('xor', x!, make.constant(inner ^ constant));
      if (constant === 1n && isComparison(a.operation)) return make.binary(INVERSE[a.operation], x!, y!);
      return undefined;
    case 'sll':
    case 'srl':
    case 'sra':
      return foldShift(make, operation, a, Number(constant & 63n), constant);
    case 'sllw':
    case 'srlw':
    case 'sraw':
      return foldWordShift(make, operation, a, Number(constant & 31n), constant);
    case 'mul':
    case 'mulw': {
      if (constant === 0n) return make.constant(0n);
      if (constant === 1n) return operation === 'mul' ? a : make.unary('sext.w', a);
      const log = logarithm(BigInt.asUintN(64, constant));
      if (log === undefined) return undefined;
      return make.binary(operation === 'mul' ? 'sll' : 'sllw', a, make.constant(BigInt(log)));
    }
    case 'divu': {
      const log = logarithm(BigInt.asUintN(64, constant));
      return log === undefined ? undefined : make.binary('srl', a, make.constant(BigInt(log)));
    }
    case 'divuw': {
      const log = logarithm(BigInt.asUintN(32, constant));
      return log === undefined ? undefined : make.binary('srlw', a, make.constant(BigInt(log)));
    }
    case 'remu': {
      const divisor = BigInt.asUintN(64, constant);
      return logarithm(divisor) === undefined ? undefined : make.binary('and', a, make.constant(divisor - 1n));
    }
    case 'remuw': {
      const divisor = BigInt.asUintN(32, constant);
      if (logarithm(divisor) === undefined) return undefined;
      return make.unary('sext.w', make.binary('and', a, make.constant(divisor - 1n)));
    }
    default:
      return undefined;
  }
}

/** Fits the offset of a load or store. */
const isOffset = (value: bigint): boolean => value >= -2048n && value < 2048n;

/** The power of two that the value is. */
function logarithm(value: bigint): number | undefined {
  return value > 0n && (value & (value - 1n)) === 0n ? value.toString(2).length - 1 : undefined;
}

function foldMask(make: Maker, a: Value, mask: bigint): Value | undefined {
  if (mask === 0n) return make.constant(0n);
  if (mask === -1n) return a;
  const [x, y] = a.arguments;
  // Bits that are 0 already need no mask.
  if (a.unsignedBits < 64) {
    const possible = (1n << BigInt(a.unsignedBits)) - 1n;
    if ((mask & possible) === possible) return a;
    if (mask < 0n) return make.binary('and', a, make.constant(mask & possible));
  }
  if (y?.isConstant) {
    if (a.operation === 'and') return make.binary('and', x!, make.constant(mask & y.immediate));
    const shift = y.immediate & 63n;
    // A mask that only repeats what the shift did.
    if (a.operation === 'sll' && (BigInt.asIntN(64, -1n << shift) & ~mask) === 0n) return a;
  }
  const bits = mask > 0n ? mask.toString(2).length : 64;
  const low = lowBitsOf(a, bits);
  return low === a ? undefined : make.binary('and', low, make.constant(mask));
}

function foldShift(
  make: Maker,
  operation: 'sll' | 'srl' | 'sra',
  a: Value,
  count: number,
  given: bigint,
): Value | undefined {
  if (count === 0) return a;
  if (given !== BigInt(count)) return make.binary(operation, a, make.constant(BigInt(count)));
  const [x, y] = a.arguments;
  const inner = y?.isConstant ? y.immediate : undefined;
  if (operation === 'sra' && isNonNegative(a)) return make.binary('srl', a, make.constant(given));
  if (operation === 'srl' && count >= a.unsignedBits) return make.constant(0n);
  if (inner === undefined) return undefined;
  if (a.operation === operation) {
    const sum = Number(inner & 63n) + count;
    if (sum < 64) return make.binary(operation, x!, make.constant(BigInt(sum)));
    if (operation !== 'sra') return make.constant(0n);
    return make.binary('sra', x!, make.constant(63n));
  }
  if (operation === 'srl' && a.operation === 'and') {
    // The mask gets smaller, and often an immediate.
    const mask = BigInt.asUintN(64, inner) >> given;
    return make.binary('and', make.binary('srl', x!, make.constant(given)), make.constant(mask));
  }
  if (operation === 'srl' && a.operation === 'sll' && inner === given) {
    return make.binary('and', x!, make.constant((1n << BigInt(64 - count)) - 1n));
  }
  if (operation === 'sra' && a.operation === 'sll' && inner === given) {
    if (count === 32) return make.unary('sext.w', x!);
    if (count === 48) return make.unary('sext.h', x!);
    if (count === 56) return make.unary('sext.b', x!);
  }
  if (operation === 'sll') {
    // The constant goes on outwards, to the offset of an access.
    if (a.operation === 'add' && isOffset(inner << given)) {
      return make.binary('add', make.binary('sll', x!, make.constant(given)), make.constant(inner << given));
    }
    const low = lowBitsOf(a, 64 - count);
    if (low !== a) return make.binary('sll', low, make.constant(given));
  }
  return undefined;
}

function foldWordShift(
  make: Maker,
  operation: 'sllw' | 'srlw' | 'sraw',
  a: Value,
  count: number,
  given: bigint,
): Value | undefined {
  if (count === 0) return make.unary('sext.w', a);
  if (given !== BigInt(count)) return make.binary(operation, a, make.constant(BigInt(count)));
  // The 64-bit shifts do the same here and have short encodings.
  if (operation === 'srlw' && a.unsignedBits <= 32) return make.binary('srl', a, make.constant(given));
  if (operation === 'sraw' && isSignExtended(a)) return make.binary('sra', a, make.constant(given));
  if (operation === 'sllw' && a.unsignedBits + count <= 31) return make.binary('sll', a, make.constant(given));
  return undefined;
}

/** Arithmetic without constants as operands, though perhaps inside them. */
function foldVariables(make: Maker, operation: BinaryOperation, a: Value, b: Value): Value | undefined {
  if (a === b) {
    if (operation === 'and' || operation === 'or') return a;
    if (operation === 'sub' || operation === 'xor' || operation === 'subw') return make.constant(0n);
  }
  if (a.isConstant) {
    const zero = a.immediate === 0n;
    if (zero && (operation === 'sll' || operation === 'srl' || operation === 'sra')) return a;
    if (zero && (operation === 'sllw' || operation === 'srlw' || operation === 'sraw')) return a;
    return undefined;
  }
  if (operation === 'add') {
    const [ax, ay] = a.arguments;
    const [bx, by] = b.arguments;
    if (a.operation === 'add' && ay!.isConstant) return make.binary('add', make.binary('add', ax!, b), ay!);
    if (b.operation === 'add' && by!.isConstant) return make.binary('add', make.binary('add', a, bx!), by!);
  }
  if (operation === 'sll' || operation === 'srl' || operation === 'sra') {
    // The instruction looks at six bits of the count.
    const low = lowBitsOf(b, 6);
    if (low !== b) return make.binary(operation, a, low);
  }
  if (operation === 'sllw' || operation === 'srlw' || operation === 'sraw') {
    const low = lowBitsOf(b, 5);
    if (low !== b) return make.binary(operation, a, low);
  }
  return undefined;
}
