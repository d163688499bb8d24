/** The rarer instructions of Zba, Zbb, Zbc, Zbkb, Zbkx and Zbs; frequent-bits.ts has the frequent ones. */
import {
  OP_BCLR,
  OP_BCLRI,
  OP_BEXT,
  OP_BEXTI,
  OP_BINV,
  OP_BINVI,
  OP_BREV8,
  OP_BSETI,
  OP_CLMUL,
  OP_CLMULH,
  OP_CLMULR,
  OP_CLZW,
  OP_CPOP,
  OP_CPOPW,
  OP_CTZW,
  OP_ORC_B,
  OP_ORN,
  OP_PACK,
  OP_PACKH,
  OP_PACKW,
  OP_ROL,
  OP_ROLW,
  OP_ROR,
  OP_RORW,
  OP_SH1ADD_UW,
  OP_SH2ADD_UW,
  OP_SH3ADD_UW,
  OP_SLLI_UW,
  OP_XNOR,
  OP_XPERM4,
  OP_XPERM8,
} from './decoder.generated.ts';
import { rs1, rs2, setRd, wide } from './operands.ts';

const EACH_BYTE: u64 = 0x0101010101010101;

function low(value: u64): u64 {
  return value & 0xffffffff;
}

function word(value: u32): u64 {
  return <u64>(<i64>(<i32>value));
}

/** Bits of each byte that is not 0 become ones. */
function orCombine(value: u64): u64 {
  let bits = value | (value >> 4);
  bits |= bits >> 2;
  bits |= bits >> 1;
  // Nothing of one byte has come into the lowest bit of another.
  return (bits & EACH_BYTE) * 0xff;
}

/** Low half of the product of polynomials over two elements. */
function carrylessLow(a: u64, b: u64): u64 {
  let product: u64 = 0;
  for (let rest = b; rest; rest &= rest - 1) product ^= a << ctz(rest);
  return product;
}

/** Bits 126 to 63 of the product. */
function carrylessReversed(a: u64, b: u64): u64 {
  let product: u64 = 0;
  for (let rest = b; rest; rest &= rest - 1) product ^= a >> (63 - ctz(rest));
  return product;
}

/** The bits of each byte in reverse order. */
function reverseInBytes(value: u64): u64 {
  let bits = ((value >> 1) & 0x5555555555555555) | ((value & 0x5555555555555555) << 1);
  bits = ((bits >> 2) & 0x3333333333333333) | ((bits & 0x3333333333333333) << 2);
  return ((bits >> 4) & 0x0f0f0f0f0f0f0f0f) | ((bits & 0x0f0f0f0f0f0f0f0f) << 4);
}

/** Of each piece of `indices`, `width` bits long, the piece of `table` that it numbers; 0 where there is none. */
function lookUpPieces(table: u64, indices: u64, width: u64): u64 {
  const mask = ((<u64>1) << width) - 1;
  let found: u64 = 0;
  for (let at: u64 = 0; at < 64; at += width) {
    const from = ((indices >> at) & mask) * width;
    if (from < 64) found |= ((table >> from) & mask) << at;
  }
  return found;
}

function hasImmediate(op: u32): bool {
  return op == OP_SLLI_UW || op == OP_BCLRI || op == OP_BEXTI || op == OP_BINVI || op == OP_BSETI;
}

function compute(op: u32, a: u64, b: u64): u64 {
  const bit = (<u64>1) << b;
  switch (op) {
    case OP_SH1ADD_UW:
      return (low(a) << 1) + b;
    case OP_SH2ADD_UW:
      return (low(a) << 2) + b;
    case OP_SH3ADD_UW:
      return (low(a) << 3) + b;
    case OP_SLLI_UW:
      return low(a) << b;
    case OP_ORN:
      return a | ~b;
    case OP_XNOR:
      return ~(a ^ b);
    case OP_CPOP:
      return popcnt(a);
    case OP_CLZW:
      return clz(<u32>a);
    case OP_CTZW:
      return ctz(<u32>a);
    case OP_CPOPW:
      return popcnt(<u32>a);
    case OP_ROL:
      return rotl(a, b);
    case OP_ROR:
      return rotr(a, b);
    case OP_ROLW:
      return word(rotl(<u32>a, <u32>b));
    case OP_RORW:
      return word(rotr(<u32>a, <u32>b));
    case OP_ORC_B:
      return orCombine(a);
    case OP_PACK:
      return low(a) | (b << 32);
    case OP_PACKH:
      return (a & 0xff) | ((b & 0xff) << 8);
    case OP_PACKW:
      return word(<u32>((a & 0xffff) | (b << 16)));
    case OP_BREV8:
      return reverseInBytes(a);
    case OP_XPERM4:
      return lookUpPieces(a, b, 4);
    case OP_XPERM8:
      return lookUpPieces(a, b, 8);
    case OP_CLMUL:
      return carrylessLow(a, b);
    case OP_CLMULR:
      return carrylessReversed(a, b);
    case OP_CLMULH:
      return carrylessReversed(a, b) >> 1;
    case OP_BCLR:
    case OP_BCLRI:
      return a & ~bit;
    case OP_BEXT:
    case OP_BEXTI:
      return (a >> b) & 1;
    case OP_BINV:
    case OP_BINVI:
      return a ^ bit;
  }
  return a | bit;
}

/** Whether `manipulateBits` executes this instruction. */
export function isBitManipulation(op: u32): bool {
  return op >= OP_SH1ADD_UW && op <= OP_BSETI;
}

/** Writes rd, which is not x0. */
export function manipulateBits(hart: usize, slot: usize): void {
  const op: u32 = load<u16>(slot);
  const b = hasImmediate(op) ? wide(slot) : rs2(hart, slot);
  setRd(hart, slot, compute(op, rs1(hart, slot), b));
}
