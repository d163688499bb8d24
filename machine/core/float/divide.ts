/** Division and square root, a bit at a time: the interpreter's own cases take the frequent ones. */
import { DIVIDE_BY_ZERO, signal } from './flags.ts';
import { exponentOf, infinity, isInfinite, isNan, isNegative, isZero, significandOf, zero } from './format.ts';
import { anyNan, invalid, nanOf } from './nan.ts';
import { round } from './round.ts';

export function divide(format: u32, rm: u32, a: u64, b: u64): u64 {
  if (anyNan(format, a, b)) return nanOf(format, a, b);
  const negative = isNegative(format, a) != isNegative(format, b);
  if (isInfinite(format, a)) return isInfinite(format, b) ? invalid(format) : infinity(format, negative);
  if (isInfinite(format, b)) return zero(format, negative);
  if (isZero(format, b)) {
    if (isZero(format, a)) return invalid(format);
    signal(DIVIDE_BY_ZERO);
    return infinity(format, negative);
  }
  if (isZero(format, a)) return zero(format, negative);
  return quotient(format, rm, negative, a, b);
}

/** Of numbers that are finite and not zero. */
function quotient(format: u32, rm: u32, negative: bool, a: u64, b: u64): u64 {
  // With a bit of room above, so that a remainder can be doubled.
  let remainder = significandOf(format, a) >> 1;
  const divisor = significandOf(format, b) >> 1;
  let exponent = exponentOf(format, a) - exponentOf(format, b);
  if (remainder < divisor) {
    remainder <<= 1;
    exponent--;
  }
  let bits: u64 = 0;
  for (let bit = 0; bit < 64; bit++) {
    bits <<= 1;
    if (remainder >= divisor) {
      remainder -= divisor;
      bits |= 1;
    }
    remainder <<= 1;
  }
  return round(format, rm, negative, exponent, bits | (remainder ? 1 : 0));
}

export function squareRoot(format: u32, rm: u32, a: u64): u64 {
  if (isNan(format, a)) return nanOf(format, a, a);
  if (isZero(format, a)) return a;
  if (isNegative(format, a)) return invalid(format);
  if (isInfinite(format, a)) return a;
  const exponent = exponentOf(format, a);
  // The radicand in [1, 4) with 2^60 as one: then the exponent is even.
  const odd = exponent & 1;
  let remainder = significandOf(format, a) >> (odd ? 2 : 3);
  let root: u64 = 0;
  // Remainder and root are doubled in each step: the root grows by `bit` where the remainder allows 2 * root + bit.
  for (let bit: u64 = (<u64>1) << 60; bit; bit >>= 1) {
    const next = (root << 1) + bit;
    if (remainder >= next) {
      remainder -= next;
      root += bit;
    }
    remainder <<= 1;
  }
  return round(format, rm, false, (exponent - odd) >> 1, (root << 3) | (remainder ? 1 : 0));
}
