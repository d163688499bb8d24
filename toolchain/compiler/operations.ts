/** Properties of the operations that several passes ask for. */
import type { BinaryOperation, Comparison, LoadOperation, Operation, StoreOperation, UnaryOperation } from './ir.ts';

const ARITHMETIC = ['add', 'sub', 'mul', 'div', 'divu', 'rem', 'remu', 'and', 'or', 'xor', 'sll', 'srl', 'sra'];
const WORD = ['addw', 'subw', 'mulw', 'divw', 'divuw', 'remw', 'remuw', 'sllw', 'srlw', 'sraw'];
const COMPARISONS = new Set<string>(['eq', 'ne', 'lt', 'ge', 'ltu', 'geu']);
const BINARY = new Set<string>([...ARITHMETIC, ...WORD, ...COMPARISONS]);
const UNARY = new Set<string>(['sext.b', 'sext.h', 'sext.w']);
const COMMUTATIVE = new Set<string>(['add', 'addw', 'mul', 'mulw', 'and', 'or', 'xor', 'eq', 'ne']);
const WORD_OPERATIONS = new Set<string>(WORD);

/** Bytes that a load or store touches. */
const ACCESS_BYTES: Record<LoadOperation | StoreOperation, number> = {
  lb: 1,
  lbu: 1,
  sb: 1,
  lh: 2,
  lhu: 2,
  sh: 2,
  lw: 4,
  lwu: 4,
  sw: 4,
  ld: 8,
  sd: 8,
};
const STORES = new Set<string>(['sb', 'sh', 'sw', 'sd']);

export const isBinary = (operation: Operation): operation is BinaryOperation => BINARY.has(operation);
export const isUnary = (operation: Operation): operation is UnaryOperation => UNARY.has(operation);
export const isComparison = (operation: Operation): operation is Comparison => COMPARISONS.has(operation);
export const isCommutative = (operation: Operation): boolean => COMMUTATIVE.has(operation);
/** Looks at the lower 32 bits of its operands only. */
export const isWordOperation = (operation: Operation): boolean => WORD_OPERATIONS.has(operation);
export const isStore = (operation: Operation): operation is StoreOperation => STORES.has(operation);
export const isLoad = (operation: Operation): operation is LoadOperation =>
  operation in ACCESS_BYTES && !STORES.has(operation);
export const accessBytes = (operation: LoadOperation | StoreOperation): number => ACCESS_BYTES[operation];

/** The result depends on the arguments alone, and nothing else happens. */
export const isPure = (operation: Operation): boolean =>
  BINARY.has(operation) || UNARY.has(operation) || operation === 'address';

/** Nothing is lost when the result of this is not wanted. */
export const isRemovable = (operation: Operation): boolean =>
  isPure(operation) || isLoad(operation) || operation === 'global.get' || operation === 'phi';

export const INVERSE: Record<Comparison, Comparison> = {
  eq: 'ne',
  ne: 'eq',
  lt: 'ge',
  ge: 'lt',
  ltu: 'geu',
  geu: 'ltu',
};
