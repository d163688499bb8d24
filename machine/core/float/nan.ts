/** Results that are NaN: Unpriv., "F", "NaN Generation and Propagation". No operand's payload is kept. */
import { INVALID, signal } from './flags.ts';
import { canonicalNan, isNan, isSignaling } from './format.ts';

/** The result of an operation that has none. */
export function invalid(format: u32): u64 {
  signal(INVALID);
  return canonicalNan(format);
}

export function anyNan(format: u32, a: u64, b: u64): bool {
  return isNan(format, a) || isNan(format, b);
}

/** The result where an operand is NaN; signaling ones are invalid. */
export function nanOf(format: u32, a: u64, b: u64): u64 {
  return isSignaling(format, a) || isSignaling(format, b) ? invalid(format) : canonicalNan(format);
}
