/**
 * Instructions of double precision by the host's arithmetic, where it gives the same bits and flags: when HART_FLOAT_READY
 * says so (ready.ts) and the result is an ordinary one. Each returns false having done nothing where it cannot say, and
 * instructions.ts is asked. machine/fuse.ts makes a case of the interpreter of each.
 *
 * With rounding to nearest even, wasm rounds as RISC-V does, and "inexact" has been raised before. So what remains to be
 * excluded are NaNs, results that overflow, and those that may be tiny; a sum that is tiny is exact.
 */
import { bits1, bits2, d1, d2, d3, isFiniteD, isOrdinaryD, isReady, setBits, setD, setX } from './quick-operands.ts';

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
