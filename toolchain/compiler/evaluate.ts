/** The RV64 result of an operation on constants (Unpriv., RV64I and M). Operands and result are signed 64-bit values. */
import type { BinaryOperation, UnaryOperation } from './ir.ts';

const signed = (value: bigint): bigint => BigInt.asIntN(64, value);
const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);
const word = (value: bigint): bigint => BigInt.asIntN(32, value);
const unsignedWord = (value: bigint): bigint => BigInt.asUintN(32, value);

export function evaluateUnary(operation: UnaryOperation, a: bigint): bigint {
  switch (operation) {
    case 'sext.b':
      return BigInt.asIntN(8, a);
    case 'sext.h':
      return BigInt.asIntN(16, a);
    case 'sext.w':
      return word(a);
  }
}

export function evaluateBinary(operation: BinaryOperation, a: bigint, b: bigint): bigint {
  switch (operation) {
    case 'add':
      return signed(a + b);
    case 'sub':
      return signed(a - b);
    case 'mul':
      return signed(a * b);
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'sll':
      return signed(a << (b & 63n));
    case 'srl':
      return signed(unsigned(a) >> (b & 63n));
    case 'sra':
      return a >> (b & 63n);
    // Division by zero gives all ones, the remainder of it the dividend.
    case 'div':
      return b === 0n ? -1n : signed(a / b);
    case 'divu':
      return b === 0n ? -1n : signed(unsigned(a) / unsigned(b));
    case 'rem':
      return b === 0n ? a : signed(a % b);
    case 'remu':
      return b === 0n ? a : signed(unsigned(a) % unsigned(b));
    case 'addw':
      return word(a + b);
    case 'subw':
      return word(a - b);
    case 'mulw':
      return word(a * b);
    case 'sllw':
      return word(a << (b & 31n));
    case 'srlw':
      return word(unsignedWord(a) >> (b & 31n));
    case 'sraw':
      return word(a) >> (b & 31n);
    case 'divw':
      return word(b) === 0n ? -1n : word(word(a) / word(b));
    case 'divuw':
      return word(b) === 0n ? -1n : word(unsignedWord(a) / unsignedWord(b));
    case 'remw':
      return word(b) === 0n ? word(a) : word(word(a) % word(b));
    case 'remuw':
      return word(b) === 0n ? word(a) : word(unsignedWord(a) % unsignedWord(b));
    case 'eq':
      return a === b ? 1n : 0n;
    case 'ne':
      return a !== b ? 1n : 0n;
    case 'lt':
      return a < b ? 1n : 0n;
    case 'ge':
      return a >= b ? 1n : 0n;
    case 'ltu':
      return unsigned(a) < unsigned(b) ? 1n : 0n;
    case 'geu':
      return unsigned(a) >= unsigned(b) ? 1n : 0n;
  }
}
