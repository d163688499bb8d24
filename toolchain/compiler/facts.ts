/** What is known of a value's range from the operation that makes it. */
import type { Value } from './ir.ts';

/** The value is the sign extension of its lower 32 bits. */
export function isSignExtended(value: Value): boolean {
  return value.signedBits <= 32 || value.unsignedBits < 32;
}

/** The value is not negative, whether read as 32 or as 64 bits. */
export function isNonNegative(value: Value): boolean {
  return value.unsignedBits < 64;
}

/** Sets `unsignedBits` and `signedBits` of a new value from its arguments. */
export function deduceRange(value: Value): void {
  let unsigned = unsignedBits(value);
  let signed = signedBits(value);
  if (value.type === 'i32') signed = Math.min(signed, 32);
  // Each bound implies one of the other kind.
  if (unsigned < 64) signed = Math.min(signed, unsigned + 1);
  if (unsigned === 64 && signed < 64 && neverNegative(value)) unsigned = signed - 1;
  value.unsignedBits = unsigned;
  value.signedBits = signed;
}

function neverNegative(value: Value): boolean {
  return value.operation === 'sra' && isNonNegative(value.arguments[0]!);
}

const COMPARISON_BITS = 1;

function unsignedBits(value: Value): number {
  const [a, b] = value.arguments;
  switch (value.operation) {
    case 'eq':
    case 'ne':
    case 'lt':
    case 'ge':
    case 'ltu':
    case 'geu':
      return COMPARISON_BITS;
    case 'lbu':
      return 8;
    case 'lhu':
      return 16;
    case 'lwu':
      return 32;
    case 'and':
      return Math.min(a!.unsignedBits, b!.unsignedBits);
    case 'or':
    case 'xor':
      return Math.max(a!.unsignedBits, b!.unsignedBits);
    case 'add':
      return Math.min(64, Math.max(a!.unsignedBits, b!.unsignedBits) + 1);
    case 'addw': {
      const bits = Math.max(a!.unsignedBits, b!.unsignedBits) + 1;
      return bits <= 31 ? bits : 64;
    }
    case 'mul':
      return Math.min(64, a!.unsignedBits + b!.unsignedBits);
    case 'mulw': {
      const bits = a!.unsignedBits + b!.unsignedBits;
      return bits <= 31 ? bits : 64;
    }
    case 'sll':
      return b!.isConstant ? Math.min(64, a!.unsignedBits + Number(b!.immediate & 63n)) : 64;
    case 'sllw': {
      const bits = b!.isConstant ? a!.unsignedBits + Number(b!.immediate & 31n) : 64;
      return bits <= 31 ? bits : 64;
    }
    case 'srl':
      return b!.isConstant ? Math.max(0, a!.unsignedBits - Number(b!.immediate & 63n)) : a!.unsignedBits;
    case 'sra':
      if (a!.unsignedBits === 64) return 64;
      return b!.isConstant ? Math.max(0, a!.unsignedBits - Number(b!.immediate & 63n)) : a!.unsignedBits;
    case 'srlw': {
      const from = Math.min(32, a!.unsignedBits);
      const bits = b!.isConstant ? Math.max(0, from - Number(b!.immediate & 31n)) : from;
      return bits <= 31 ? bits : 64;
    }
    case 'divu':
      return b!.isConstant && b!.immediate !== 0n ? a!.unsignedBits : 64;
    case 'remu':
      return b!.isConstant && b!.immediate > 0n ? Math.min(a!.unsignedBits, b!.unsignedBits) : 64;
    case 'sext.b':
      return a!.unsignedBits <= 7 ? a!.unsignedBits : 64;
    case 'sext.h':
      return a!.unsignedBits <= 15 ? a!.unsignedBits : 64;
    case 'sext.w':
      return a!.unsignedBits <= 31 ? a!.unsignedBits : 64;
    default:
      return 64;
  }
}

function signedBits(value: Value): number {
  const [a, b] = value.arguments;
  switch (value.operation) {
    case 'lb':
    case 'sext.b':
      return 8;
    case 'lh':
    case 'sext.h':
      return 16;
    case 'lw':
    case 'sext.w':
    case 'addw':
    case 'subw':
    case 'mulw':
    case 'divw':
    case 'divuw':
    case 'remw':
    case 'remuw':
    case 'sllw':
    case 'srlw':
    case 'sraw':
      return 32;
    case 'and':
    case 'or':
    case 'xor':
      return Math.max(a!.signedBits, b!.signedBits);
    case 'sra':
      return b!.isConstant ? Math.max(1, a!.signedBits - Number(b!.immediate & 63n)) : a!.signedBits;
    default:
      return 64;
  }
}
