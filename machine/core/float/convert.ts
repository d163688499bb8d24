/** Conversions between integers and numbers, and between formats. */
import { INEXACT, INVALID, signal } from './flags.ts';
import {
  canonicalNan,
  exponentOf,
  infinity,
  isInfinite,
  isNan,
  isNegative,
  isSignaling,
  isZero,
  significandOf,
  zero,
} from './format.ts';
import { invalid } from './nan.ts';
import { round, roundsUp, shiftRightSticky } from './round.ts';

const ONE_HALF: u64 = 0x8000000000000000;

/** The greatest magnitude of a negative or a positive integer of the type. */
function limit(width: u32, signed: bool, negative: bool): u64 {
  if (!signed) return negative ? 0 : ~(<u64>0) >> (64 - width);
  const half = (<u64>1) << (width - 1);
  return negative ? half : half - 1;
}

/** As a register holds it: results of 32 bits are sign-extended, unsigned ones too. */
function asRegister(width: u32, negative: bool, magnitude: u64): u64 {
  const value = negative ? 0 - magnitude : magnitude;
  return width == 32 ? <u64>(<i64>(<i32>value)) : value;
}

/** To an integer of 32 or 64 bits; what does not fit is invalid and gives the nearest, a NaN the greatest. */
export function toInteger(format: u32, rm: u32, bits: u64, width: u32, signed: bool): u64 {
  const negative = isNegative(format, bits) && !isNan(format, bits);
  const most = limit(width, signed, negative);
  if (isZero(format, bits)) return 0;
  if (isNan(format, bits) || isInfinite(format, bits) || exponentOf(format, bits) > 63) {
    signal(INVALID);
    return asRegister(width, negative, most);
  }
  const exponent = exponentOf(format, bits);
  const significand = significandOf(format, bits);
  let whole: u64 = 0;
  /** The fraction, with one half at bit 63. */
  let rest = significand;
  if (exponent >= 0) {
    whole = significand >> (63 - exponent);
    rest = exponent == 63 ? 0 : significand << (exponent + 1);
  } else {
    rest = shiftRightSticky(significand, <u32>(-1 - exponent));
  }
  if (roundsUp(rm, negative, (whole & 1) != 0, rest, ONE_HALF)) whole++;
  if (whole > most) {
    signal(INVALID);
    return asRegister(width, negative, most);
  }
  if (rest) signal(INEXACT);
  return asRegister(width, negative, whole);
}

/** From an integer of 32 or 64 bits. */
export function fromInteger(format: u32, rm: u32, register: u64, width: u32, signed: bool): u64 {
  let value = register;
  if (width == 32) value = signed ? <u64>(<i64>(<i32>register)) : register & 0xffffffff;
  const negative = signed && <i64>value < 0;
  const magnitude = negative ? 0 - value : value;
  if (!magnitude) return zero(format, false);
  const shift = clz<u64>(magnitude);
  return round(format, rm, negative, 63 - <i32>shift, magnitude << shift);
}

/** From one format to another. */
export function toFormat(from: u32, to: u32, rm: u32, bits: u64): u64 {
  if (isNan(from, bits)) return isSignaling(from, bits) ? invalid(to) : canonicalNan(to);
  const negative = isNegative(from, bits);
  if (isInfinite(from, bits)) return infinity(to, negative);
  if (isZero(from, bits)) return zero(to, negative);
  return round(to, rm, negative, exponentOf(from, bits), significandOf(from, bits));
}
