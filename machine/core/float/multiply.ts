/** Multiplication. */
import { mulhu } from '../arithmetic.ts';
import { exponentOf, infinity, isInfinite, isNegative, isZero, significandOf, zero } from './format.ts';
import { anyNan, invalid, nanOf } from './nan.ts';
import { round } from './round.ts';

export function multiply(format: u32, rm: u32, a: u64, b: u64): u64 {
  if (anyNan(format, a, b)) return nanOf(format, a, b);
  const negative = isNegative(format, a) != isNegative(format, b);
  const hasZero = isZero(format, a) || isZero(format, b);
  if (isInfinite(format, a) || isInfinite(format, b)) return hasZero ? invalid(format) : infinity(format, negative);
  if (hasZero) return zero(format, negative);
  const x = significandOf(format, a);
  const y = significandOf(format, b);
  const high = mulhu(x, y) | (x * y ? 1 : 0);
  const shift = clz<u64>(high);
  const exponent = exponentOf(format, a) + exponentOf(format, b) + 1 - <i32>shift;
  return round(format, rm, negative, exponent, high << shift);
}
