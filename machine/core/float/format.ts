/**
 * The formats of IEEE 754 binary numbers, by their value in an instruction's fmt field (Unpriv., "F", "Single-Precision
 * Floating-Point Computational Instructions"), and the parts of a number in one of them.
 *
 * A finite number other than zero is also exponent and significand: 2^exponent * significand / 2^63, where the
 * significand's bit 63 is set. So subnormal numbers are like all others, and all formats alike.
 */

export const SINGLE: u32 = 0;
export const DOUBLE: u32 = 1;
export const HALF: u32 = 2;

export const LEADING_BIT: u64 = 0x8000000000000000;

/** Bits of the fraction, which is the significand without its leading bit. */
export function fractionBits(format: u32): u32 {
  return format == DOUBLE ? 52 : format == SINGLE ? 23 : 10;
}

/** The size in memory. */
export function bytes(format: u32): u32 {
  return format == DOUBLE ? 8 : format == SINGLE ? 4 : 2;
}

/** The exponent's field of infinities and NaNs: all ones. */
export function highestField(format: u32): u32 {
  return format == DOUBLE ? 0x7ff : format == SINGLE ? 0xff : 0x1f;
}

/** What is added to an exponent to get its field. */
export function bias(format: u32): i32 {
  return <i32>(highestField(format) >> 1);
}

/** The exponent of the least normal number. */
export function lowestExponent(format: u32): i32 {
  return 1 - bias(format);
}

export function signBit(format: u32): u64 {
  return format == DOUBLE ? 0x8000000000000000 : format == SINGLE ? 0x80000000 : 0x8000;
}

function fractionMask(format: u32): u64 {
  return ((<u64>1) << fractionBits(format)) - 1;
}

export function infinity(format: u32, negative: bool): u64 {
  const magnitude = (<u64>highestField(format)) << fractionBits(format);
  return negative ? magnitude | signBit(format) : magnitude;
}

export function zero(format: u32, negative: bool): u64 {
  return negative ? signBit(format) : 0;
}

/** The NaN that operations produce (Unpriv., "F", "NaN Generation and Propagation"). */
export function canonicalNan(format: u32): u64 {
  return infinity(format, false) | ((<u64>1) << (fractionBits(format) - 1));
}

// ---- What a number is

export function isNegative(format: u32, bits: u64): bool {
  return (bits & signBit(format)) != 0;
}

export function magnitude(format: u32, bits: u64): u64 {
  return bits & (signBit(format) - 1);
}

export function isZero(format: u32, bits: u64): bool {
  return magnitude(format, bits) == 0;
}

export function isInfinite(format: u32, bits: u64): bool {
  return magnitude(format, bits) == infinity(format, false);
}

export function isNan(format: u32, bits: u64): bool {
  return magnitude(format, bits) > infinity(format, false);
}

export function isSignaling(format: u32, bits: u64): bool {
  return isNan(format, bits) && (bits & ((<u64>1) << (fractionBits(format) - 1))) == 0;
}

export function isSubnormal(format: u32, bits: u64): bool {
  return !isZero(format, bits) && magnitude(format, bits) <= fractionMask(format);
}

// ---- A finite number other than zero

export function exponentOf(format: u32, bits: u64): i32 {
  const field = <i32>(magnitude(format, bits) >> fractionBits(format));
  if (field) return field - bias(format);
  const leading = 63 - <i32>clz<u64>(magnitude(format, bits));
  return lowestExponent(format) - <i32>fractionBits(format) + leading;
}

export function significandOf(format: u32, bits: u64): u64 {
  const fraction = bits & fractionMask(format);
  if (isSubnormal(format, bits)) return fraction << clz<u64>(fraction);
  return LEADING_BIT | (fraction << (63 - fractionBits(format)));
}

// ---- Registers

/** Ones above the number in a register that holds a narrower format than it could: NaN boxing (Unpriv., "D"). */
function boxing(format: u32): u64 {
  return format == DOUBLE ? 0 : format == SINGLE ? 0xffffffff00000000 : 0xffffffffffff0000;
}

export function boxed(format: u32, bits: u64): u64 {
  return bits | boxing(format);
}

/** The number in a register; one that is not boxed properly counts as the canonical NaN. */
export function unboxed(format: u32, register: u64): u64 {
  const ones = boxing(format);
  return (register & ones) == ones ? register & ~ones : canonicalNan(format);
}
