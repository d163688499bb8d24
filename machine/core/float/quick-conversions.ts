/** Moves and conversions by the host's arithmetic, as quick-double.ts has what computes. */
import { HART_FLOAT_READY, SLOT_RD, SLOT_READY, SLOT_RS1 } from '../layout.ts';
import {
  areBoxed,
  areNumbersS,
  BOXING,
  bits1,
  d1,
  isOrdinaryS,
  isReady,
  setBits,
  setD,
  setS,
  setX,
  single,
} from './quick-operands.ts';
import { RNE, RTZ } from './round.ts';

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
