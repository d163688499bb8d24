/** Appends values to a block, simplified and (with a numbering) without repeating one that is known already. */
import { deduceRange } from './facts.ts';
import { foldBinary, foldUnary, lowBitsOf, type Maker } from './fold.ts';
import {
  type BinaryOperation,
  type Block,
  type Comparison,
  type IrFunction,
  type LoadOperation,
  type MachineDetail,
  type Operation,
  resolve,
  type StoreOperation,
  type UnaryOperation,
  type Value,
  type ValueType,
} from './ir.ts';
import { accessBytes } from './operations.ts';

/** Finds a value that was computed before and is the same. */
export interface Numbering {
  find(operation: Operation, args: readonly Value[], immediate: bigint, symbol: string | undefined): Value | undefined;
  add(value: Value): void;
}

export class Builder implements Maker {
  readonly ir: IrFunction;
  block: Block;
  /** Byte offset in the wasm module, for line numbers. */
  position = 0;
  private readonly numbering: Numbering | undefined;

  constructor(ir: IrFunction, block: Block, numbering?: Numbering) {
    this.ir = ir;
    this.block = block;
    this.numbering = numbering;
  }

  constant(value: bigint): Value {
    return this.ir.constant(value);
  }

  binary(operation: BinaryOperation, left: Value, right: Value): Value {
    const a = resolve(left);
    const b = resolve(right);
    return foldBinary(this, operation, a, b) ?? this.pure(operation, [a, b]);
  }

  unary(operation: UnaryOperation, operand: Value): Value {
    const a = resolve(operand);
    return foldUnary(this, operation, a) ?? this.pure(operation, [a]);
  }

  compare(comparison: Comparison, a: Value, b: Value): Value {
    return this.binary(comparison, a, b);
  }

  address(symbol: string): Value {
    return this.pure('address', [], 0n, symbol);
  }

  load(operation: LoadOperation, base: Value, offset: bigint): Value {
    const [address, immediate] = splitAddress(this, resolve(base), offset);
    return this.append(operation, operation === 'lw' ? 'i32' : 'i64', [address], immediate);
  }

  store(operation: StoreOperation, base: Value, offset: bigint, value: Value): Value {
    const [address, immediate] = splitAddress(this, resolve(base), offset);
    const stored = resolve(value);
    const bits = accessBytes(operation) * 8;
    const low = bits === 64 ? stored : lowBitsOf(stored, bits);
    return this.append(operation, 'none', [address, low], immediate);
  }

  machine(detail: MachineDetail, args: Value[], type: ValueType): Value {
    const value = this.append('machine', type, args.map(resolve), 0n);
    value.machine = detail;
    return value;
  }

  /** Anything that is neither arithmetic nor a load or store, at the end of the block. */
  append(operation: Operation, type: ValueType, args: Value[], immediate = 0n, symbol?: string): Value {
    const value = this.ir.newValue(operation, type, args, immediate, this.position);
    value.symbol = symbol;
    value.block = this.block;
    deduceRange(value);
    this.block.body.push(value);
    return value;
  }

  phi(block: Block, type: ValueType): Value {
    const value = this.ir.newValue('phi', type, [], 0n, this.position);
    value.block = block;
    if (type === 'i32') value.signedBits = 32;
    block.phis.push(value);
    return value;
  }

  private pure(operation: Operation, args: Value[], immediate = 0n, symbol?: string): Value {
    const known = this.numbering?.find(operation, args, immediate, symbol);
    if (known !== undefined) return known;
    const value = this.append(operation, 'i64', args, immediate, symbol);
    this.numbering?.add(value);
    return value;
  }
}

/** Moves the constant part of an address into the offset; a constant address is all offset. */
export function splitAddress(builder: Builder, address: Value, offset: bigint): [base: Value, offset: bigint] {
  if (address.isConstant) return [builder.constant(0n), BigInt.asIntN(64, address.immediate + offset)];
  const [x, y] = address.arguments;
  if (address.operation === 'add' && y!.isConstant) return [x!, BigInt.asIntN(64, y!.immediate + offset)];
  return [address, offset];
}
