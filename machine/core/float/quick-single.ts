/** Instructions of single precision by the host's arithmetic, as quick-double.ts has those of double precision. */
import {
  areBoxed,
  areNumbersS,
  bits1,
  bits2,
  bits3,
  isFiniteS,
  isOrdinaryS,
  isReady,
  setBits,
  setS,
  setX,
  single,
} from './quick-operands.ts';

const SIGN_S: u64 = 0x80000000;

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
