/** Addition and subtraction. */
import { exponentOf, isInfinite, isNegative, isZero, magnitude, signBit, significandOf } from './format.ts';
import { anyNan, invalid, nanOf } from './nan.ts';
import { exactZero, round, shiftRightSticky } from './round.ts';

export function add(format: u32, rm: u32, a: u64, b: u64): u64 {
  if (anyNan(format, a, b)) return nanOf(format, a, b);
  const alike = isNegative(format, a) == isNegative(format, b);
  if (isInfinite(format, a)) return isInfinite(format, b) && !alike ? invalid(format) : a;
  if (isInfinite(format, b)) return b;
  if (isZero(format, b)) return isZero(format, a) && !alike ? exactZero(format, rm) : a;
  if (isZero(format, a)) return b;
  return magnitude(format, a) < magnitude(format, b) ? sum(format, rm, b, a, alike) : sum(format, rm, a, b, alike);
}

export function subtract(format: u32, rm: u32, a: u64, b: u64): u64 {
  return add(format, rm, a, b ^ signBit(format));
}

/** Of numbers that are finite and not zero, the greater first. */
function sum(format: u32, rm: u32, greater: u64, less: u64, alike: bool): u64 {
  const exponent = exponentOf(format, greater);
  // One bit of room for the carry; formats leave at least ten below.
  const first = significandOf(format, greater) >> 1;
  const second = shiftRightSticky(significandOf(format, less) >> 1, <u32>(exponent - exponentOf(format, less)));
  const significand = alike ? first + second : first - second;
  if (!significand) return exactZero(format, rm);
  const shift = clz<u64>(significand);
  return round(format, rm, isNegative(format, greater), exponent + 1 - <i32>shift, significand << shift);
}
