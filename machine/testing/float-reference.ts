/**
 * For tests: IEEE 754 arithmetic as RISC-V has it, computed exactly with BigInt and rounded once. It shares nothing with
 * machine/core/float, so that it may judge it.
 */

export interface Format {
  /** Of the assembler: `.s`, `.d`, `.h`. */
  readonly suffix: string;
  readonly width: number;
  /** Bits of the significand with its leading one. */
  readonly precision: number;
  readonly highest: number;
}

export const S: Format = { suffix: '.s', width: 32, precision: 24, highest: 127 };
export const D: Format = { suffix: '.d', width: 64, precision: 53, highest: 1023 };
export const H: Format = { suffix: '.h', width: 16, precision: 11, highest: 15 };

export const NX = 1;
export const UF = 2;
export const OF = 4;
export const DZ = 8;
export const NV = 16;

export interface Result {
  readonly bits: bigint;
  readonly flags: number;
}

type Kind = 'zero' | 'finite' | 'infinite' | 'quiet' | 'signaling';

/** `magnitude` * 2^`exponent` where it is finite. */
export interface Parts {
  readonly kind: Kind;
  readonly negative: boolean;
  readonly magnitude: bigint;
  readonly exponent: number;
}

const fractionBits = ({ precision }: Format): number => precision - 1;
const signBit = ({ width }: Format): bigint => 1n << BigInt(width - 1);
/** Weight of the lowest bit of subnormal numbers, as an exponent of two. */
const leastQuantum = (format: Format): number => 1 - format.highest - fractionBits(format);
const infinityOf = (format: Format): bigint => BigInt(format.highest * 2 + 1) << BigInt(fractionBits(format));

export const canonicalNan = (format: Format): bigint => infinityOf(format) | (1n << BigInt(fractionBits(format) - 1));
const infinity = (format: Format, negative: boolean): bigint => infinityOf(format) | (negative ? signBit(format) : 0n);
const zero = (format: Format, negative: boolean): bigint => (negative ? signBit(format) : 0n);

export function partsOf(format: Format, bits: bigint): Parts {
  const negative = (bits & signBit(format)) !== 0n;
  const fraction = BigInt.asUintN(fractionBits(format), bits);
  const field = Number((bits & infinityOf(format)) >> BigInt(fractionBits(format)));
  const parts = (kind: Kind, magnitude = 0n, exponent = 0): Parts => ({ kind, negative, magnitude, exponent });
  if (field === format.highest * 2 + 1) {
    if (fraction === 0n) return parts('infinite');
    return parts(fraction >> BigInt(fractionBits(format) - 1) ? 'quiet' : 'signaling');
  }
  if (field === 0) return fraction === 0n ? parts('zero') : parts('finite', fraction, leastQuantum(format));
  return parts('finite', fraction | (1n << BigInt(fractionBits(format))), leastQuantum(format) + field - 1);
}

const isNan = ({ kind }: Parts): boolean => kind === 'quiet' || kind === 'signaling';
const bitLength = (value: bigint): number => value.toString(2).length;

/** Which way a magnitude between k and k + 1 goes; `twice` compares its doubled fraction with one. */
function goesUp(rm: number, negative: boolean, k: bigint, exact: boolean, twice: -1 | 0 | 1): boolean {
  if (exact) return false;
  switch (rm) {
    case 0:
      return twice > 0 || (twice === 0 && k % 2n === 1n);
    case 2:
      return negative;
    case 3:
      return !negative;
    case 4:
      return twice >= 0;
    default:
      return false;
  }
}

/** A magnitude in units of 2^quantum, rounded to an integer. `more`: it is a little greater than `magnitude` * 2^`exponent`. */
function inUnits(rm: number, negative: boolean, magnitude: bigint, exponent: number, more: boolean, quantum: number) {
  const scaled = BigInt(Math.max(exponent - quantum, 0));
  const down = BigInt(Math.max(quantum - exponent, 0));
  const value = magnitude << scaled;
  const k = value >> down;
  const rest = (value - (k << down)) * 2n;
  const one = 1n << down;
  const twice = rest > one || (rest === one && more) ? 1 : rest === one ? 0 : -1;
  const exact = rest === 0n && !more;
  return { units: goesUp(rm, negative, k, exact, twice) ? k + 1n : k, exact };
}

/** The rounded number and its flags; `magnitude` is not 0, and long enough where `more` is true. */
export function rounded(
  format: Format,
  rm: number,
  negative: boolean,
  magnitude: bigint,
  exponent: number,
  more = false,
): Result {
  const unlimited = exponent + bitLength(magnitude) - format.precision;
  const free = inUnits(rm, negative, magnitude, exponent, more, unlimited);
  const freeExponent = unlimited + bitLength(free.units) - 1;
  if (freeExponent > format.highest) {
    const toInfinity = rm === 0 || rm === 4 || rm === (negative ? 2 : 3);
    return { bits: toInfinity ? infinity(format, negative) : infinity(format, negative) - 1n, flags: OF | NX };
  }
  const quantum = Math.max(unlimited, leastQuantum(format));
  const { units, exact } = inUnits(rm, negative, magnitude, exponent, more, quantum);
  const tiny = freeExponent < 1 - format.highest;
  return {
    bits: encode(format, negative, units, quantum),
    flags: exact ? 0 : tiny ? NX | UF : NX,
  };
}

function encode(format: Format, negative: boolean, units: bigint, quantum: number): bigint {
  const carried = bitLength(units) > format.precision ? 1 : 0;
  const fraction = BigInt.asUintN(fractionBits(format), units >> BigInt(carried));
  const normal = bitLength(units) >= format.precision;
  const field = normal ? quantum + carried - leastQuantum(format) + 1 : 0;
  return zero(format, negative) | (BigInt(field) << BigInt(fractionBits(format))) | fraction;
}

const nan = (format: Format, flags: number): Result => ({ bits: canonicalNan(format), flags });
const plain = (bits: bigint): Result => ({ bits, flags: 0 });
const invalidIf = (...parts: Parts[]): number => (parts.some(({ kind }) => kind === 'signaling') ? NV : 0);

/** a * b + c. */
export function fma(format: Format, rm: number, a: bigint, b: bigint, c: bigint): Result {
  const [x, y, z] = [partsOf(format, a), partsOf(format, b), partsOf(format, c)];
  const negative = x.negative !== y.negative;
  const infinite = x.kind === 'infinite' || y.kind === 'infinite';
  if (infinite && (x.kind === 'zero' || y.kind === 'zero')) return nan(format, NV);
  if ([x, y, z].some(isNan)) return nan(format, invalidIf(x, y, z));
  if (infinite)
    return z.kind === 'infinite' && z.negative !== negative ? nan(format, NV) : plain(infinity(format, negative));
  if (z.kind === 'infinite') return plain(c);
  const product = x.magnitude * y.magnitude * (negative ? -1n : 1n);
  const exponent = x.exponent + y.exponent;
  const least = Math.min(exponent, z.exponent);
  const addend = z.magnitude * (z.negative ? -1n : 1n);
  const sum = (product << BigInt(exponent - least)) + (addend << BigInt(z.exponent - least));
  if (sum !== 0n) return rounded(format, rm, sum < 0n, sum < 0n ? -sum : sum, least);
  return plain(zero(format, negative === z.negative && product === 0n && addend === 0n ? negative : rm === 2));
}

export function add(format: Format, rm: number, a: bigint, b: bigint): Result {
  const one = BigInt(format.highest) << BigInt(fractionBits(format));
  return fma(format, rm, a, one, b);
}

/** The zero that is added must not change the sign of a product that is zero. */
export function multiply(format: Format, rm: number, a: bigint, b: bigint): Result {
  return fma(format, rm, a, b, zero(format, partsOf(format, a).negative !== partsOf(format, b).negative));
}

const SPARE_BITS = 256n;

export function divide(format: Format, rm: number, a: bigint, b: bigint): Result {
  const [x, y] = [partsOf(format, a), partsOf(format, b)];
  const negative = x.negative !== y.negative;
  if (isNan(x) || isNan(y)) return nan(format, invalidIf(x, y));
  if (x.kind === y.kind && x.kind !== 'finite') return nan(format, NV);
  if (x.kind === 'infinite') return plain(infinity(format, negative));
  if (y.kind === 'zero') return { bits: infinity(format, negative), flags: DZ };
  if (y.kind === 'infinite' || x.kind === 'zero') return plain(zero(format, negative));
  const dividend = x.magnitude << SPARE_BITS;
  const exponent = x.exponent - y.exponent - Number(SPARE_BITS);
  return rounded(format, rm, negative, dividend / y.magnitude, exponent, dividend % y.magnitude !== 0n);
}

export function squareRoot(format: Format, rm: number, a: bigint): Result {
  const x = partsOf(format, a);
  if (isNan(x)) return nan(format, invalidIf(x));
  if (x.kind === 'zero') return plain(a);
  if (x.negative) return nan(format, NV);
  if (x.kind === 'infinite') return plain(a);
  const odd = Math.abs(x.exponent % 2);
  const radicand = x.magnitude << (SPARE_BITS + BigInt(odd));
  const root = integerRoot(radicand);
  const exponent = (x.exponent - odd - Number(SPARE_BITS)) / 2;
  return rounded(format, rm, false, root, exponent, root * root !== radicand);
}

/** The greatest integer whose square is not above, by Newton's method. */
function integerRoot(value: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(bitLength(value) / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** `signed` integers of `width` bits, as a register holds them. */
export function toInteger(format: Format, rm: number, a: bigint, width: number, signed: boolean): Result {
  const x = partsOf(format, a);
  const least = signed ? -(1n << BigInt(width - 1)) : 0n;
  const most = (1n << BigInt(signed ? width - 1 : width)) - 1n;
  const register = (value: bigint): bigint => BigInt.asUintN(64, BigInt.asIntN(width, value));
  if (isNan(x) || x.kind === 'infinite') return { bits: register(x.negative && !isNan(x) ? least : most), flags: NV };
  const { units, exact } = inUnits(rm, x.negative, x.magnitude, x.exponent, false, 0);
  const value = x.negative ? -units : units;
  if (value < least || value > most) return { bits: register(value < least ? least : most), flags: NV };
  return { bits: register(value), flags: exact ? 0 : NX };
}

/** To an integer in the same format. */
export function toWhole(format: Format, rm: number, a: bigint, signalsInexact: boolean): Result {
  const x = partsOf(format, a);
  if (isNan(x)) return nan(format, invalidIf(x));
  if (x.kind !== 'finite') return plain(a);
  const { units, exact } = inUnits(rm, x.negative, x.magnitude, x.exponent, false, 0);
  const { bits } = units === 0n ? plain(zero(format, x.negative)) : rounded(format, 0, x.negative, units, 0);
  return { bits, flags: signalsInexact && !exact ? NX : 0 };
}

/** Towards zero, modulo 2^32, as a register holds it; with the flags of a conversion to a signed integer of 32 bits. */
export function toIntegerModulo(format: Format, a: bigint): Result {
  const { flags } = toInteger(format, 1, a, 32, true);
  const x = partsOf(format, a);
  if (x.kind !== 'finite') return { bits: 0n, flags };
  const { units } = inUnits(1, x.negative, x.magnitude, x.exponent, false, 0);
  return { bits: BigInt.asUintN(64, BigInt.asIntN(32, x.negative ? -units : units)), flags };
}

export function fromInteger(format: Format, rm: number, register: bigint, width: number, signed: boolean): Result {
  const value = signed ? BigInt.asIntN(width, register) : BigInt.asUintN(width, register);
  if (value === 0n) return plain(0n);
  return rounded(format, rm, value < 0n, value < 0n ? -value : value, 0);
}

export function convert(from: Format, to: Format, rm: number, a: bigint): Result {
  const x = partsOf(from, a);
  if (isNan(x)) return nan(to, invalidIf(x));
  if (x.kind === 'infinite') return plain(infinity(to, x.negative));
  return x.kind === 'zero' ? plain(zero(to, x.negative)) : rounded(to, rm, x.negative, x.magnitude, x.exponent);
}

/** -1, 0 or 1 for less, equal, greater; undefined where an operand is NaN. */
export function compare(format: Format, a: bigint, b: bigint): number | undefined {
  const [x, y] = [partsOf(format, a), partsOf(format, b)];
  if (isNan(x) || isNan(y)) return undefined;
  const value = ({ kind, negative, magnitude, exponent }: Parts): bigint => {
    const size = kind === 'infinite' ? 1n << 4096n : magnitude << BigInt(exponent - leastQuantum(format));
    return kind === 'zero' ? 0n : negative ? -size : size;
  };
  const [left, right] = [value(x), value(y)];
  return left < right ? -1 : left > right ? 1 : 0;
}

export function isSignaling(format: Format, bits: bigint): boolean {
  return partsOf(format, bits).kind === 'signaling';
}
