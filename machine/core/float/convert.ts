/** Conversions between integers and numbers, and between formats. */
import { INEXACT, INVALID, signal } from './flags.ts';
import {
  canonicalNan,
  exponentOf,
  fractionBits,
  infinity,
  isInfinite,
  isNan,
  isNegative,
  isSignaling,
  isZero,
  significandOf,
  zero,
} from './format.ts';
import { invalid, nanOf } from './nan.ts';
import { RTZ, round, roundsUp, shiftRightSticky } from './round.ts';

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

/** Of the number that `wholePart` had last: what it dropped, with one half at bit 63. */
let fraction: u64 = 0;

/** The magnitude of a number other than zero, whose exponent is at most 63, rounded to an integer. */
function wholePart(format: u32, rm: u32, bits: u64): u64 {
  const exponent = exponentOf(format, bits);
  const significand = significandOf(format, bits);
  let whole: u64 = 0;
  if (exponent >= 0) {
    whole = significand >> (63 - exponent);
    fraction = exponent == 63 ? 0 : significand << (exponent + 1);
  } else {
    fraction = shiftRightSticky(significand, <u32>(-1 - exponent));
  }
  return roundsUp(rm, isNegative(format, bits), (whole & 1) != 0, fraction, ONE_HALF) ? whole + 1 : whole;
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
  const whole = wholePart(format, rm, bits);
  if (whole > most) {
    signal(INVALID);
    return asRegister(width, negative, most);
  }
  if (fraction) signal(INEXACT);
  return asRegister(width, negative, whole);
}

/** Towards zero, the lowest 32 bits: as JavaScript has it. Infinities and NaNs give 0; flags are those of `toInteger`. */
export function toIntegerModulo(format: u32, bits: u64): u64 {
  toInteger(format, RTZ, bits, 32, true);
  if (isZero(format, bits) || isNan(format, bits) || isInfinite(format, bits)) return 0;
  const above = exponentOf(format, bits) - 63;
  let whole: u64 = 0;
  if (above <= 0) whole = wholePart(format, RTZ, bits);
  else if (above < 64) whole = significandOf(format, bits) << above;
  return asRegister(32, isNegative(format, bits), whole);
}

/** To an integer in the same format; `inexact` says whether that is signalled. */
export function toWhole(format: u32, rm: u32, bits: u64, inexact: bool): u64 {
  if (isNan(format, bits)) return nanOf(format, bits, bits);
  if (isZero(format, bits) || exponentOf(format, bits) >= <i32>fractionBits(format)) return bits;
  const negative = isNegative(format, bits);
  const whole = wholePart(format, rm, bits);
  if (inexact && fraction) signal(INEXACT);
  if (!whole) return zero(format, negative);
  const shift = clz<u64>(whole);
  return round(format, rm, negative, 63 - <i32>shift, whole << shift);
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
