/** What each numeric instruction of wasm is in terms of RV64 operations ("Binary Format, Instructions, Numeric Instructions"). */
import type { Builder } from './builder.ts';
import { TRAP } from './context.ts';
import { LOW_WORD } from './fold.ts';
import type { BinaryOperation, Comparison, LoadOperation, StoreOperation, UnaryOperation, Value } from './ir.ts';
import { load, store } from './memory.ts';
import { callRuntime } from './runtime.ts';
import type { Translator } from './translate.ts';

/** A comparison and whether its operands change places: RV64 has "less" and "not less" only. */
type ComparisonRow = readonly [comparison: Comparison, swapped: boolean];
const COMPARISONS: readonly ComparisonRow[] = [
  ['eq', false],
  ['ne', false],
  ['lt', false],
  ['ltu', false],
  ['lt', true],
  ['ltu', true],
  ['ge', true],
  ['geu', true],
  ['ge', false],
  ['geu', false],
];
const I32_EQZ = 0x45;
const I32_EQ = 0x46;
const I64_EQZ = 0x50;
const I64_EQ = 0x51;

const BINARY: Record<number, BinaryOperation> = {
  106: 'addw',
  107: 'subw',
  108: 'mulw',
  113: 'and',
  114: 'or',
  115: 'xor',
  116: 'sllw',
  117: 'sraw',
  118: 'srlw',
  124: 'add',
  125: 'sub',
  126: 'mul',
  131: 'and',
  132: 'or',
  133: 'xor',
  134: 'sll',
  135: 'sra',
  136: 'srl',
};

interface Division {
  readonly operation: BinaryOperation;
  /** The most negative dividend, whose quotient by -1 has no representation; undefined where that cannot happen. */
  readonly minimum: bigint | undefined;
}
const DIVISIONS: Record<number, Division> = {
  109: { operation: 'divw', minimum: -(1n << 31n) },
  110: { operation: 'divuw', minimum: undefined },
  111: { operation: 'remw', minimum: undefined },
  112: { operation: 'remuw', minimum: undefined },
  127: { operation: 'div', minimum: -(1n << 63n) },
  128: { operation: 'divu', minimum: undefined },
  129: { operation: 'rem', minimum: undefined },
  130: { operation: 'remu', minimum: undefined },
};

const EXTENSIONS: Record<number, UnaryOperation> = {
  167: 'sext.w', // i32.wrap_i64
  172: 'sext.w', // i64.extend_i32_s
  192: 'sext.b',
  193: 'sext.h',
  194: 'sext.b',
  195: 'sext.h',
  196: 'sext.w',
};
const I64_EXTEND_I32_U = 0xad;

/** Operations that RV64IMA has no instruction for. `name` is the routine in runtime.ts. */
export interface CountRow {
  readonly name: 'clz' | 'ctz' | 'popcnt';
  readonly bits: 32 | 64;
}
const COUNTS: Record<number, CountRow> = {
  103: { name: 'clz', bits: 32 },
  104: { name: 'ctz', bits: 32 },
  105: { name: 'popcnt', bits: 32 },
  121: { name: 'clz', bits: 64 },
  122: { name: 'ctz', bits: 64 },
  123: { name: 'popcnt', bits: 64 },
};

/** Rotation: to the left or not, and of how many bits. */
const ROTATIONS: Record<number, readonly [left: boolean, bits: 32 | 64]> = {
  119: [true, 32],
  120: [false, 32],
  137: [true, 64],
  138: [false, 64],
};

const LOADS: Record<number, LoadOperation> = {
  40: 'lw',
  41: 'ld',
  44: 'lb',
  45: 'lbu',
  46: 'lh',
  47: 'lhu',
  48: 'lb',
  49: 'lbu',
  50: 'lh',
  51: 'lhu',
  52: 'lw',
  53: 'lwu',
};
const STORES: Record<number, StoreOperation> = {
  54: 'sw',
  55: 'sd',
  58: 'sb',
  59: 'sh',
  60: 'sb',
  61: 'sh',
  62: 'sw',
};

/** Loads, stores and everything that names f32 or f64. */
function isFloatOpcode(opcode: number): boolean {
  return (
    [0x2a, 0x2b, 0x38, 0x39, 0x43, 0x44].includes(opcode) ||
    (opcode >= 0x5b && opcode <= 0x66) ||
    (opcode >= 0x8b && opcode <= 0xa6) ||
    (opcode >= 0xa8 && opcode <= 0xab) ||
    (opcode >= 0xae && opcode <= 0xbf)
  );
}

/** Any instruction that has no operand but those on the stack, loads and stores. */
export function numericInstruction(translator: Translator, opcode: number): void {
  const { builder } = translator;
  if (isFloatOpcode(opcode)) translator.failAsFloat();
  const loaded = LOADS[opcode];
  if (loaded !== undefined) {
    load(translator, loaded);
    return;
  }
  const stored = STORES[opcode];
  if (stored !== undefined) {
    store(translator, stored);
    return;
  }
  const division = DIVISIONS[opcode];
  if (division !== undefined) {
    divide(translator, division);
    return;
  }
  const count = COUNTS[opcode];
  if (count !== undefined) {
    translator.push(callRuntime(translator, count, [translator.pop()]));
    return;
  }
  const last = translator.pop();
  const one = unaryOperation(builder, opcode, last);
  if (one !== undefined) {
    translator.push(one);
    return;
  }
  const two = binaryOperation(builder, opcode, translator.pop(), last);
  if (two === undefined) translator.fail(`the instruction 0x${opcode.toString(16)}`, 'the compiler does not know it');
  translator.push(two);
}

/** RV64 divides by zero without a trap, and so does the overflowing quotient; wasm traps ("Numerics, idiv_s"). */
function divide(translator: Translator, { operation, minimum }: Division): void {
  const { builder } = translator;
  const divisor = translator.pop();
  const dividend = translator.pop();
  translator.trapIf(builder.compare('eq', divisor, builder.constant(0n)), TRAP.divisionByZero);
  if (minimum !== undefined && !(divisor.isConstant && divisor.immediate !== -1n)) {
    const atMinimum = builder.compare('eq', dividend, builder.constant(minimum));
    const byMinusOne = builder.compare('eq', divisor, builder.constant(-1n));
    translator.trapIf(builder.binary('and', atMinimum, byMinusOne), TRAP.integerOverflow);
  }
  translator.push(builder.binary(operation, dividend, divisor));
}

/** Instructions with two operands that cannot trap. */
function binaryOperation(builder: Builder, opcode: number, a: Value, b: Value): Value | undefined {
  const operation = BINARY[opcode];
  if (operation !== undefined) return builder.binary(operation, a, b);
  const row = COMPARISONS[opcode - I32_EQ] ?? COMPARISONS[opcode - I64_EQ];
  if (row !== undefined) return row[1] ? builder.compare(row[0], b, a) : builder.compare(row[0], a, b);
  const rotation = ROTATIONS[opcode];
  return rotation === undefined ? undefined : rotate(builder, rotation[0], rotation[1], a, b);
}

/** Instructions with one operand that are not in COUNTS. */
function unaryOperation(builder: Builder, opcode: number, a: Value): Value | undefined {
  if (opcode === I32_EQZ || opcode === I64_EQZ) return builder.compare('eq', a, builder.constant(0n));
  if (opcode === I64_EXTEND_I32_U) return builder.binary('and', a, builder.constant(LOW_WORD));
  const operation = EXTENSIONS[opcode];
  return operation === undefined ? undefined : builder.unary(operation, a);
}

/** Two shifts whose counts add up to the width: the instructions take counts modulo it, so the second may be negative. */
function rotate(builder: Builder, left: boolean, bits: 32 | 64, value: Value, count: Value): Value {
  const [shiftLeft, shiftRight] = bits === 32 ? (['sllw', 'srlw'] as const) : (['sll', 'srl'] as const);
  const rest = builder.binary('sub', builder.constant(0n), count);
  const up = builder.binary(shiftLeft, value, left ? count : rest);
  const down = builder.binary(shiftRight, value, left ? rest : count);
  return builder.binary('or', up, down);
}
