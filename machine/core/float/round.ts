/** Rounding to a format: Unpriv., "F", "Floating-Point Control and Status Register", and IEEE 754, clauses 4.3 and 7. */
import { INEXACT, OVERFLOW, signal, UNDERFLOW } from './flags.ts';
import { bias, fractionBits, highestField, infinity, lowestExponent, zero } from './format.ts';

// Rounding modes, by their value in the rm field and in frm.

/** To nearest, ties to even. */
export const RNE: u32 = 0;
/** Towards zero. */
export const RTZ: u32 = 1;
/** Down, towards negative infinity. */
export const RDN: u32 = 2;
/** Up, towards positive infinity. */
export const RUP: u32 = 3;
/** To nearest, ties to greater magnitude. */
export const RMM: u32 = 4;

/** Shifts right; that a one was lost shows in the lowest bit, which is enough to round rightly later. */
export function shiftRightSticky(value: u64, count: u32): u64 {
  if (count == 0) return value;
  if (count > 63) return value ? 1 : 0;
  const lost = value << (64 - count);
  return (value >> count) | (lost ? 1 : 0);
}

/** Whether to round a magnitude up. `rest` is what is dropped, of which `half` would be a tie; `odd` is the lowest bit that stays. */
export function roundsUp(rm: u32, negative: bool, odd: bool, rest: u64, half: u64): bool {
  switch (rm) {
    case RNE:
      return rest > half || (rest == half && odd);
    case RDN:
      return negative && rest != 0;
    case RUP:
      return !negative && rest != 0;
    case RMM:
      return rest >= half;
  }
  return false;
}

/** The sum of two numbers that are opposite, or of opposite zeros. */
export function exactZero(format: u32, rm: u32): u64 {
  return zero(format, rm == RDN);
}

/** Whether a number with the exponent below the lowest normal one stays below, rounded as if exponents had no limit. */
function staysTiny(rm: u32, negative: bool, significand: u64, dropped: u32): bool {
  const rest = significand & (((<u64>1) << dropped) - 1);
  const kept = significand >> dropped;
  const allOnes = kept + 1 == (<u64>1) << (64 - dropped);
  return !allOnes || !roundsUp(rm, negative, true, rest, (<u64>1) << (dropped - 1));
}

function overflowed(format: u32, rm: u32, negative: bool): u64 {
  signal(OVERFLOW | INEXACT);
  const toInfinity = rm == RNE || rm == RMM || (rm == RUP && !negative) || (rm == RDN && negative);
  return toInfinity ? infinity(format, negative) : infinity(format, negative) - 1;
}

/**
 * The number nearest to 2^exponent * significand / 2^63 by the rounding mode, with its flags. The significand's bit 63 is
 * set, and its lowest bit says too if anything was lost below. Tininess is detected after rounding.
 */
export function round(format: u32, rm: u32, negative: bool, exponent: i32, significand: u64): u64 {
  const dropped = 63 - fractionBits(format);
  const lowest = lowestExponent(format);
  let tiny: bool = false;
  if (exponent < lowest) {
    tiny = exponent < lowest - 1 || staysTiny(rm, negative, significand, dropped);
    significand = shiftRightSticky(significand, <u32>(lowest - exponent));
    exponent = lowest;
  }
  const rest = significand & (((<u64>1) << dropped) - 1);
  let kept = significand >> dropped;
  if (roundsUp(rm, negative, (kept & 1) != 0, rest, (<u64>1) << (dropped - 1))) kept++;
  // The leading bit adds one to the exponent's field; one that was carried adds another; a subnormal number has none.
  if (exponent + bias(format) > <i32>highestField(format)) return overflowed(format, rm, negative);
  const bits = ((<u64>(exponent + bias(format) - 1)) << fractionBits(format)) + kept;
  if (bits >= infinity(format, false)) return overflowed(format, rm, negative);
  if (rest) signal(tiny ? INEXACT | UNDERFLOW : INEXACT);
  return bits | zero(format, negative);
}
