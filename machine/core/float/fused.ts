/** Fused multiply-add: a * b + c, rounded once. */
import { mulhu } from '../arithmetic.ts';
import { exponentOf, infinity, isInfinite, isNan, isNegative, isZero, significandOf, zero } from './format.ts';
import { anyNan, invalid, nanOf } from './nan.ts';
import { exactZero, round, shiftRightSticky } from './round.ts';

export function multiplyAdd(format: u32, rm: u32, a: u64, b: u64, c: u64): u64 {
  const infinite = isInfinite(format, a) || isInfinite(format, b);
  const hasZero = isZero(format, a) || isZero(format, b);
  // Infinity times zero is invalid even when a quiet NaN is added (Unpriv., "F", on fused multiply-add).
  if (infinite && hasZero) return invalid(format);
  if (anyNan(format, a, b) || isNan(format, c)) return nanOf(format, nanOf(format, a, b), c);
  const negative = isNegative(format, a) != isNegative(format, b);
  const alike = negative == isNegative(format, c);
  if (infinite) return isInfinite(format, c) && !alike ? invalid(format) : infinity(format, negative);
  if (isInfinite(format, c)) return c;
  if (hasZero) {
    if (!isZero(format, c)) return c;
    return alike ? zero(format, negative) : exactZero(format, rm);
  }
  return productSum(format, rm, negative, a, b, c);
}

/**
 * Of a and b that are finite and not zero, and finite c. The product's significand has up to 106 bits in 128, so below them
 * is room: shifting the lesser addend with a sticky bit loses nothing that rounding needs.
 */
function productSum(format: u32, rm: u32, negative: bool, a: u64, b: u64, c: u64): u64 {
  const x = significandOf(format, a);
  const y = significandOf(format, b);
  // Bit 126 of the product, or 127 of it, is its highest; as fractions both numbers have their one at bit 126.
  let high = mulhu(x, y);
  let low = x * y;
  let exponent = exponentOf(format, a) + exponentOf(format, b);
  if (high & 0x8000000000000000) {
    low = (low >> 1) | (high << 63) | (low & 1);
    high >>= 1;
    exponent++;
  }
  if (isZero(format, c)) return finish(format, rm, negative, exponent, high, low);
  const negativeAddend = isNegative(format, c);
  const addend = significandOf(format, c) >> 1;
  const distance = exponent - exponentOf(format, c);
  let addendHigh = addend;
  let addendLow: u64 = 0;
  if (distance >= 0) {
    addendLow = lowShifted(addend, 0, <u32>distance);
    addendHigh = highShifted(addend, <u32>distance);
  } else {
    low = lowShifted(high, low, <u32>-distance);
    high = highShifted(high, <u32>-distance);
    exponent -= distance;
  }
  if (negative == negativeAddend) {
    const sumLow = low + addendLow;
    return finish(format, rm, negative, exponent, high + addendHigh + (sumLow < low ? 1 : 0), sumLow);
  }
  if (high > addendHigh || (high == addendHigh && low > addendLow)) {
    return finish(format, rm, negative, exponent, high - addendHigh - (low < addendLow ? 1 : 0), low - addendLow);
  }
  if (high == addendHigh && low == addendLow) return exactZero(format, rm);
  const borrow: u64 = addendLow < low ? 1 : 0;
  return finish(format, rm, negativeAddend, exponent, addendHigh - high - borrow, addendLow - low);
}

/** The halves of a 128-bit number shifted right, with a sticky lowest bit. */
function highShifted(high: u64, count: u32): u64 {
  return count > 63 ? 0 : high >> count;
}

function lowShifted(high: u64, low: u64, count: u32): u64 {
  if (count == 0) return low;
  if (count > 63) return shiftRightSticky(high, count - 64) | (low ? 1 : 0);
  return shiftRightSticky(low, count) | (high << (64 - count));
}

/** Rounds a sum that has 2^exponent at bit 126. */
function finish(format: u32, rm: u32, negative: bool, exponent: i32, high: u64, low: u64): u64 {
  if (!high) {
    high = low;
    low = 0;
    exponent -= 64;
  }
  const shift = clz<u64>(high);
  const significand = shift ? (high << shift) | (low >> (64 - shift)) : high;
  const lost = low << shift;
  return round(format, rm, negative, exponent + 1 - <i32>shift, significand | (lost ? 1 : 0));
}
