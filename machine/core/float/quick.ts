/**
 * Floating-point instructions by the host's arithmetic, where it gives the same bits and flags: when HART_FLOAT_READY
 * says so (ready.ts) and the result is an ordinary one. Each returns false having done nothing where it cannot say, and
 * instructions.ts is asked. machine/fuse.ts makes a case of the interpreter of each.
 *
 * With rounding to nearest even, wasm rounds as RISC-V does, and "inexact" has been raised before. So what remains to be
 * excluded are NaNs, results that overflow, and those that may be tiny; a sum that is tiny is exact.
 */
import { HART_F, HART_FLOAT_READY, SLOT_RD, SLOT_READY, SLOT_RS1, SLOT_RS2, SLOT_RS3 } from '../layout.ts';
import { RNE, RTZ } from './round.ts';

const BOXING: u64 = 0xffffffff00000000;

function isReady(hart: usize, slot: usize): bool {
  return (load<u8>(hart, HART_FLOAT_READY) & load<u8>(slot, SLOT_READY)) != 0;
}

// ---- Operands and results

function d1(hart: usize, slot: usize): f64 {
  return load<f64>(hart + load<u8>(slot, SLOT_RS1), HART_F);
}

function d2(hart: usize, slot: usize): f64 {
  return load<f64>(hart + load<u8>(slot, SLOT_RS2), HART_F);
}

function d3(hart: usize, slot: usize): f64 {
  return load<f64>(hart + (load<u8>(slot, SLOT_RS3) & 0xf8), HART_F);
}

function bits1(hart: usize, slot: usize): u64 {
  return load<u64>(hart + load<u8>(slot, SLOT_RS1), HART_F);
}

function bits2(hart: usize, slot: usize): u64 {
  return load<u64>(hart + load<u8>(slot, SLOT_RS2), HART_F);
}

function bits3(hart: usize, slot: usize): u64 {
  return load<u64>(hart + (load<u8>(slot, SLOT_RS3) & 0xf8), HART_F);
}

/** The number in a register that is boxed. */
function single(register: u64): f32 {
  return reinterpret<f32>(<u32>register);
}

function setD(hart: usize, slot: usize, value: f64): bool {
  store<f64>(hart + load<u8>(slot, SLOT_RD), value, HART_F);
  return true;
}

function setS(hart: usize, slot: usize, value: f32): bool {
  return setBits(hart, slot, BOXING | <u64>reinterpret<u32>(value));
}

function setBits(hart: usize, slot: usize, value: u64): bool {
  store<u64>(hart + load<u8>(slot, SLOT_RD), value, HART_F);
  return true;
}

function setX(hart: usize, slot: usize, value: u64): bool {
  store<u64>(hart + load<u8>(slot, SLOT_RD), value);
  return true;
}

function isFiniteD(value: f64): bool {
  return abs<f64>(value) < Infinity;
}

function isFiniteS(value: f32): bool {
  return abs<f32>(value) < <f32>Infinity;
}

/** Finite, and at least twice the least normal number: nothing that rounding brought out of the subnormal range. */
function isOrdinaryD(value: f64): bool {
  return (<u32>(reinterpret<u64>(value) >> 52) & 0x7ff) - 2 < 0x7fd;
}

function isOrdinaryS(value: f32): bool {
  return ((reinterpret<u32>(value) >> 23) & 0xff) - 2 < 0xfd;
}

// ---- Double precision

export function faddD(hart: usize, slot: usize): bool {
  if (!isReady(hart, slot)) return false;
  const result = d1(hart, slot) + d2(hart, slot);
  return isFiniteD(result) && setD(hart, slot, result);
}

export function fsubD(hart: usize, slot: usize): bool {
  if (!isReady(hart, slot)) return false;
  const result = d1(hart, slot) - d2(hart, slot);
  return isFiniteD(result) && setD(hart, slot, result);
}

export function fmulD(hart: usize, slot: usize): bool {
  if (!isReady(hart, slot)) return false;
  const a = d1(hart, slot);
  const b = d2(hart, slot);
  const result = a * b;
  if (!isOrdinaryD(result) && !(result == 0 && (a == 0 || b == 0))) return false;
  return setD(hart, slot, result);
}

export function fdivD(hart: usize, slot: usize): bool {
  if (!isReady(hart, slot)) return false;
  const a = d1(hart, slot);
  const result = a / d2(hart, slot);
  return (isOrdinaryD(result) || (result == 0 && a == 0)) && setD(hart, slot, result);
}

export function fsqrtD(hart: usize, slot: usize): bool {
  if (!isReady(hart, slot)) return false;
  const result = sqrt<f64>(d1(hart, slot));
  return isOrdinaryD(result) && setD(hart, slot, result);
}

export function fmaddD(hart: usize, slot: usize): bool {
  return isReady(hart, slot) && multiplyAdd(hart, slot, d1(hart, slot), d2(hart, slot), d3(hart, slot));
}

export function fmsubD(hart: usize, slot: usize): bool {
  return isReady(hart, slot) && multiplyAdd(hart, slot, d1(hart, slot), d2(hart, slot), -d3(hart, slot));
}

export function fnmsubD(hart: usize, slot: usize): bool {
  return isReady(hart, slot) && multiplyAdd(hart, slot, -d1(hart, slot), d2(hart, slot), d3(hart, slot));
}

export function fnmaddD(hart: usize, slot: usize): bool {
  return isReady(hart, slot) && multiplyAdd(hart, slot, -d1(hart, slot), d2(hart, slot), -d3(hart, slot));
}

/** Splits a double in two halves whose products are exact (Veltkamp): 2^27 + 1. */
const SPLITTER: f64 = 134217729;

function highHalf(value: f64): f64 {
  const scaled = SPLITTER * value;
  return scaled - (scaled - value);
}

/** Exponent between -900 and 900: the product's error is a double, and no result is tiny but by exact cancellation. */
function isModerate(value: f64): bool {
  return (<u32>(reinterpret<u64>(value) >> 52) & 0x7ff) - 123 < 1800;
}

/**
 * a * b + c in roundings whose errors are computed (Dekker's product, Knuth's sum): product and sum are exactly
 * s + t + e. Then s + (t + e) is rounded once as if exact, unless it lies half-way between two numbers: there the
 * rounding of t + e may have lost what decides. An overflow anywhere on the way leaves a result that is not finite.
 */
function multiplyAdd(hart: usize, slot: usize, a: f64, b: f64, c: f64): bool {
  const p = a * b;
  if (!isModerate(p)) {
    const sum = p + c;
    return p == 0 && (a == 0 || b == 0) && isFiniteD(sum) && setD(hart, slot, sum);
  }
  const aHigh = highHalf(a);
  const bHigh = highHalf(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  const e = aLow * bLow - (p - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  const s = p + c;
  const part = s - p;
  const t = p - (s - part) + (c - part);
  const w = t + e;
  const result = s + w;
  const twice = 2 * (w - (result - s));
  if (twice != 0 && result + twice - result == twice) return false;
  return isFiniteD(result) && setD(hart, slot, result);
}

export function fsgnjD(hart: usize, slot: usize): bool {
  if (!isReady(hart, slot)) return false;
  return setD(hart, slot, copysign<f64>(d1(hart, slot), d2(hart, slot)));
}

export function fsgnjnD(hart: usize, slot: usize): bool {
  if (!isReady(hart, slot)) return false;
  return setD(hart, slot, copysign<f64>(d1(hart, slot), -d2(hart, slot)));
}

export function fsgnjxD(hart: usize, slot: usize): bool {
  if (!isReady(hart, slot)) return false;
  return setBits(hart, slot, bits1(hart, slot) ^ (bits2(hart, slot) & 0x8000000000000000));
}

/** Neither is NaN: they have an order. */
function areNumbersD(a: f64, b: f64): bool {
  return a <= b || a > b;
}

export function fminD(hart: usize, slot: usize): bool {
  const a = d1(hart, slot);
  const b = d2(hart, slot);
  return isReady(hart, slot) && areNumbersD(a, b) && setD(hart, slot, min<f64>(a, b));
}

export function fmaxD(hart: usize, slot: usize): bool {
  const a = d1(hart, slot);
  const b = d2(hart, slot);
  return isReady(hart, slot) && areNumbersD(a, b) && setD(hart, slot, max<f64>(a, b));
}

export function feqD(hart: usize, slot: usize): bool {
  const a = d1(hart, slot);
  const b = d2(hart, slot);
  return isReady(hart, slot) && areNumbersD(a, b) && setX(hart, slot, a == b ? 1 : 0);
}

export function fltD(hart: usize, slot: usize): bool {
  const a = d1(hart, slot);
  const b = d2(hart, slot);
  return isReady(hart, slot) && areNumbersD(a, b) && setX(hart, slot, a < b ? 1 : 0);
}

export function fleD(hart: usize, slot: usize): bool {
  const a = d1(hart, slot);
  const b = d2(hart, slot);
  return isReady(hart, slot) && areNumbersD(a, b) && setX(hart, slot, a <= b ? 1 : 0);
}

// ---- Single precision

const SIGN_S: u64 = 0x80000000;

/** Whether these registers are properly boxed. */
function areBoxed(a: u64, b: u64): bool {
  return (a & b) >= BOXING;
}

export function faddS(hart: usize, slot: usize): bool {
  const a = bits1(hart, slot);
  const b = bits2(hart, slot);
  if (!isReady(hart, slot) || !areBoxed(a, b)) return false;
  const result = single(a) + single(b);
  return isFiniteS(result) && setS(hart, slot, result);
}

export function fsubS(hart: usize, slot: usize): bool {
  const a = bits1(hart, slot);
  const b = bits2(hart, slot);
  if (!isReady(hart, slot) || !areBoxed(a, b)) return false;
  const result = single(a) - single(b);
  return isFiniteS(result) && setS(hart, slot, result);
}

export function fmulS(hart: usize, slot: usize): bool {
  const a = bits1(hart, slot);
  const b = bits2(hart, slot);
  if (!isReady(hart, slot) || !areBoxed(a, b)) return false;
  const result = single(a) * single(b);
  if (!isOrdinaryS(result) && !(result == 0 && (single(a) == 0 || single(b) == 0))) return false;
  return setS(hart, slot, result);
}

export function fdivS(hart: usize, slot: usize): bool {
  const a = bits1(hart, slot);
  const b = bits2(hart, slot);
  if (!isReady(hart, slot) || !areBoxed(a, b)) return false;
  const result = single(a) / single(b);
  return (isOrdinaryS(result) || (result == 0 && single(a) == 0)) && setS(hart, slot, result);
}

export function fsqrtS(hart: usize, slot: usize): bool {
  const a = bits1(hart, slot);
  if (!isReady(hart, slot) || !areBoxed(a, a)) return false;
  const result = sqrt<f32>(single(a));
  return isOrdinaryS(result) && setS(hart, slot, result);
}

export function fmaddS(hart: usize, slot: usize): bool {
  return isReady(hart, slot) && multiplyAddS(hart, slot, bits1(hart, slot), bits2(hart, slot), bits3(hart, slot));
}

export function fmsubS(hart: usize, slot: usize): bool {
  return (
    isReady(hart, slot) && multiplyAddS(hart, slot, bits1(hart, slot), bits2(hart, slot), bits3(hart, slot) ^ SIGN_S)
  );
}

export function fnmsubS(hart: usize, slot: usize): bool {
  return (
    isReady(hart, slot) && multiplyAddS(hart, slot, bits1(hart, slot) ^ SIGN_S, bits2(hart, slot), bits3(hart, slot))
  );
}

export function fnmaddS(hart: usize, slot: usize): bool {
  return (
    isReady(hart, slot) &&
    multiplyAddS(hart, slot, bits1(hart, slot) ^ SIGN_S, bits2(hart, slot), bits3(hart, slot) ^ SIGN_S)
  );
}

/** What a double has below a single. */
const BELOW_SINGLE: u64 = 0x1fffffff;
const HALF_WAY: u64 = 0x10000000;

/**
 * By way of doubles, where the product is exact. Rounding the sum to a double first does no harm unless that brought it
 * half-way between two singles.
 */
function multiplyAddS(hart: usize, slot: usize, a: u64, b: u64, c: u64): bool {
  if (!areBoxed(a & c, b)) return false;
  const sum = <f64>single(a) * <f64>single(b) + <f64>single(c);
  if ((reinterpret<u64>(sum) & BELOW_SINGLE) == HALF_WAY) return false;
  const result = <f32>sum;
  return isOrdinaryS(result) && setS(hart, slot, result);
}

export function fsgnjS(hart: usize, slot: usize): bool {
  const a = bits1(hart, slot);
  const b = bits2(hart, slot);
  return isReady(hart, slot) && areBoxed(a, b) && setBits(hart, slot, (a & ~SIGN_S) | (b & SIGN_S));
}

export function fsgnjnS(hart: usize, slot: usize): bool {
  const a = bits1(hart, slot);
  const b = bits2(hart, slot);
  return isReady(hart, slot) && areBoxed(a, b) && setBits(hart, slot, (a & ~SIGN_S) | (~b & SIGN_S));
}

export function fsgnjxS(hart: usize, slot: usize): bool {
  const a = bits1(hart, slot);
  const b = bits2(hart, slot);
  return isReady(hart, slot) && areBoxed(a, b) && setBits(hart, slot, a ^ (b & SIGN_S));
}

function areNumbersS(a: u64, b: u64): bool {
  return areBoxed(a, b) && (single(a) <= single(b) || single(a) > single(b));
}

export function feqS(hart: usize, slot: usize): bool {
  const a = bits1(hart, slot);
  const b = bits2(hart, slot);
  return isReady(hart, slot) && areNumbersS(a, b) && setX(hart, slot, single(a) == single(b) ? 1 : 0);
}

export function fltS(hart: usize, slot: usize): bool {
  const a = bits1(hart, slot);
  const b = bits2(hart, slot);
  return isReady(hart, slot) && areNumbersS(a, b) && setX(hart, slot, single(a) < single(b) ? 1 : 0);
}

export function fleS(hart: usize, slot: usize): bool {
  const a = bits1(hart, slot);
  const b = bits2(hart, slot);
  return isReady(hart, slot) && areNumbersS(a, b) && setX(hart, slot, single(a) <= single(b) ? 1 : 0);
}

// ---- Moves and conversions

function x1(hart: usize, slot: usize): u64 {
  return load<u64>(hart + load<u8>(slot, SLOT_RS1));
}

export function fmvXD(hart: usize, slot: usize): bool {
  return isReady(hart, slot) && setX(hart, slot, bits1(hart, slot));
}

export function fmvXW(hart: usize, slot: usize): bool {
  return isReady(hart, slot) && setX(hart, slot, <u64>(<i64>(<i32>bits1(hart, slot))));
}

export function fmvDX(hart: usize, slot: usize): bool {
  return isReady(hart, slot) && setBits(hart, slot, x1(hart, slot));
}

export function fmvWX(hart: usize, slot: usize): bool {
  return isReady(hart, slot) && setBits(hart, slot, BOXING | x1(hart, slot));
}

export function fcvtDW(hart: usize, slot: usize): bool {
  return isReady(hart, slot) && setD(hart, slot, <f64>(<i32>x1(hart, slot)));
}

export function fcvtDL(hart: usize, slot: usize): bool {
  return isReady(hart, slot) && setD(hart, slot, <f64>(<i64>x1(hart, slot)));
}

export function fcvtSW(hart: usize, slot: usize): bool {
  return isReady(hart, slot) && setS(hart, slot, <f32>(<i32>x1(hart, slot)));
}

export function fcvtDS(hart: usize, slot: usize): bool {
  const a = bits1(hart, slot);
  return isReady(hart, slot) && areNumbersS(a, a) && setD(hart, slot, <f64>single(a));
}

export function fcvtSD(hart: usize, slot: usize): bool {
  const a = d1(hart, slot);
  const result = <f32>a;
  return isReady(hart, slot) && (isOrdinaryS(result) || a == 0) && setS(hart, slot, result);
}

/** Whether a conversion to an integer truncates, as casts do, to a register that is not x0; and inexact may be raised. */
function truncates(hart: usize, slot: usize): bool {
  const ready: u32 = load<u8>(hart, HART_FLOAT_READY);
  const needed: u32 = load<u8>(slot, SLOT_READY);
  return (ready & (1 << RNE)) != 0 && needed == 1 << RTZ && load<u8>(slot, SLOT_RD) != 0;
}

export function fcvtWD(hart: usize, slot: usize): bool {
  const a = d1(hart, slot);
  if (!truncates(hart, slot) || !(a > -2147483649 && a < 2147483648)) return false;
  return setX(hart, slot, <u64>(<i64>a));
}

export function fcvtLD(hart: usize, slot: usize): bool {
  const a = d1(hart, slot);
  if (!truncates(hart, slot) || !(abs<f64>(a) < 9223372036854775808)) return false;
  return setX(hart, slot, <u64>(<i64>a));
}

export function fcvtWS(hart: usize, slot: usize): bool {
  const a = bits1(hart, slot);
  if (!truncates(hart, slot) || !areBoxed(a, a) || !(abs<f32>(single(a)) < 2147483648)) return false;
  return setX(hart, slot, <u64>(<i64>single(a)));
}
