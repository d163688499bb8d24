/** What quick-double.ts, quick-single.ts and quick-conversions.ts have in common: operands, results, and what is ordinary. */
import { HART_F, HART_FLOAT_READY, SLOT_RD, SLOT_READY, SLOT_RS1, SLOT_RS2, SLOT_RS3 } from '../layout.ts';

export const BOXING: u64 = 0xffffffff00000000;

export function isReady(hart: usize, slot: usize): bool {
  return (load<u8>(hart, HART_FLOAT_READY) & load<u8>(slot, SLOT_READY)) != 0;
}

export function d1(hart: usize, slot: usize): f64 {
  return load<f64>(hart + load<u8>(slot, SLOT_RS1), HART_F);
}

export function d2(hart: usize, slot: usize): f64 {
  return load<f64>(hart + load<u8>(slot, SLOT_RS2), HART_F);
}

export function d3(hart: usize, slot: usize): f64 {
  return load<f64>(hart + (load<u8>(slot, SLOT_RS3) & 0xf8), HART_F);
}

export function bits1(hart: usize, slot: usize): u64 {
  return load<u64>(hart + load<u8>(slot, SLOT_RS1), HART_F);
}

export function bits2(hart: usize, slot: usize): u64 {
  return load<u64>(hart + load<u8>(slot, SLOT_RS2), HART_F);
}

export function bits3(hart: usize, slot: usize): u64 {
  return load<u64>(hart + (load<u8>(slot, SLOT_RS3) & 0xf8), HART_F);
}

/** The number in a register that is boxed. */
export function single(register: u64): f32 {
  return reinterpret<f32>(<u32>register);
}

export function setD(hart: usize, slot: usize, value: f64): bool {
  store<f64>(hart + load<u8>(slot, SLOT_RD), value, HART_F);
  return true;
}

export function setS(hart: usize, slot: usize, value: f32): bool {
  return setBits(hart, slot, BOXING | <u64>reinterpret<u32>(value));
}

export function setBits(hart: usize, slot: usize, value: u64): bool {
  store<u64>(hart + load<u8>(slot, SLOT_RD), value, HART_F);
  return true;
}

export function setX(hart: usize, slot: usize, value: u64): bool {
  store<u64>(hart + load<u8>(slot, SLOT_RD), value);
  return true;
}

export function isFiniteD(value: f64): bool {
  return abs<f64>(value) < Infinity;
}

export function isFiniteS(value: f32): bool {
  return abs<f32>(value) < <f32>Infinity;
}

/** Finite, and at least twice the least normal number: nothing that rounding brought out of the subnormal range. */
export function isOrdinaryD(value: f64): bool {
  return (<u32>(reinterpret<u64>(value) >> 52) & 0x7ff) - 2 < 0x7fd;
}

export function isOrdinaryS(value: f32): bool {
  return ((reinterpret<u32>(value) >> 23) & 0xff) - 2 < 0xfd;
}

/** Whether these registers are properly boxed. */
export function areBoxed(a: u64, b: u64): bool {
  return (a & b) >= BOXING;
}

export function areNumbersS(a: u64, b: u64): bool {
  return areBoxed(a, b) && (single(a) <= single(b) || single(a) > single(b));
}
