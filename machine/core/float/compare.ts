/** Comparisons, minimum and maximum, signs and classes: what never rounds. */
import { INVALID, signal } from './flags.ts';
import {
  canonicalNan,
  isInfinite,
  isNan,
  isNegative,
  isSignaling,
  isSubnormal,
  isZero,
  magnitude,
  signBit,
} from './format.ts';
import { anyNan, nanOf } from './nan.ts';

/** An integer whose order is that of the numbers, except that it tells the zeros apart. */
function ordered(format: u32, bits: u64): i64 {
  const size = <i64>magnitude(format, bits);
  return isNegative(format, bits) ? -1 - size : size;
}

function bothZero(format: u32, a: u64, b: u64): bool {
  return isZero(format, a) && isZero(format, b);
}

/** A quiet comparison: only signaling NaNs are invalid. */
export function isEqual(format: u32, a: u64, b: u64): bool {
  return isOrdered(format, a, b) && (a == b || bothZero(format, a, b));
}

/** A signaling comparison: any NaN is invalid. */
export function isLess(format: u32, a: u64, b: u64): bool {
  if (anyNan(format, a, b)) {
    signal(INVALID);
    return false;
  }
  return ordered(format, a) < ordered(format, b) && !bothZero(format, a, b);
}

/** As isLess. */
export function isLessOrEqual(format: u32, a: u64, b: u64): bool {
  if (anyNan(format, a, b)) {
    signal(INVALID);
    return false;
  }
  return ordered(format, a) <= ordered(format, b) || bothZero(format, a, b);
}

/** As isEqual for NaNs: quiet. */
export function isLessQuietly(format: u32, a: u64, b: u64): bool {
  return isOrdered(format, a, b) && isLess(format, a, b);
}

export function isLessOrEqualQuietly(format: u32, a: u64, b: u64): bool {
  return isOrdered(format, a, b) && isLessOrEqual(format, a, b);
}

/** Whether neither is NaN; signaling ones are invalid. */
function isOrdered(format: u32, a: u64, b: u64): bool {
  if (!anyNan(format, a, b)) return true;
  nanOf(format, a, b);
  return false;
}

/** minimumNumber of IEEE 754-2019: a NaN loses against a number, -0 is less than +0. */
export function minimum(format: u32, a: u64, b: u64): u64 {
  if (anyNan(format, a, b)) return theNumber(format, a, b);
  return ordered(format, a) < ordered(format, b) ? a : b;
}

export function maximum(format: u32, a: u64, b: u64): u64 {
  if (anyNan(format, a, b)) return theNumber(format, a, b);
  return ordered(format, a) < ordered(format, b) ? b : a;
}

/** minimum of IEEE 754-2019: a NaN wins. */
export function minimumOrNan(format: u32, a: u64, b: u64): u64 {
  return anyNan(format, a, b) ? nanOf(format, a, b) : minimum(format, a, b);
}

export function maximumOrNan(format: u32, a: u64, b: u64): u64 {
  return anyNan(format, a, b) ? nanOf(format, a, b) : maximum(format, a, b);
}

function theNumber(format: u32, a: u64, b: u64): u64 {
  if (isSignaling(format, a) || isSignaling(format, b)) signal(INVALID);
  if (!isNan(format, a)) return a;
  return isNan(format, b) ? canonicalNan(format) : b;
}

/** `a` with the sign bit of `sign`. */
export function withSign(format: u32, a: u64, sign: u64): u64 {
  return magnitude(format, a) | (sign & signBit(format));
}

/** The bit that says what kind of number this is (Unpriv., "F", "Single-Precision Floating-Point Classify Instruction"). */
export function classify(format: u32, bits: u64): u64 {
  if (isNan(format, bits)) return isSignaling(format, bits) ? 1 << 8 : 1 << 9;
  // From -infinity to +infinity the bits ascend, and those of numbers of one kind lie symmetrically: 0 and 7 to 3 and 4.
  let bit: u32 = 1;
  if (isInfinite(format, bits)) bit = 0;
  else if (isZero(format, bits)) bit = 3;
  else if (isSubnormal(format, bits)) bit = 2;
  return 1 << (isNegative(format, bits) ? bit : 7 - bit);
}
