/** The parts of M that wasm has no instruction for: high halves of products, and divisions that never trap. */

export function mulhu(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const lowHigh = aLow * bHigh + ((aLow * bLow) >> 32);
  const middle = aHigh * bLow + (lowHigh & 0xffffffff);
  return aHigh * bHigh + (lowHigh >> 32) + (middle >> 32);
}

export function mulh(a: u64, b: u64): u64 {
  return mulhsu(a, b) - (<u64>(<i64>b >> 63) & a);
}

/** Of a signed and an unsigned factor. */
export function mulhsu(a: u64, b: u64): u64 {
  return mulhu(a, b) - (<u64>(<i64>a >> 63) & b);
}

// Division by zero gives all ones and the dividend; the overflowing one gives the dividend and 0 (Unprivileged ISA, "M").

export function div(a: u64, b: u64): u64 {
  if (b == 0) return ~(<u64>0);
  return b == ~(<u64>0) ? 0 - a : <u64>(<i64>a / <i64>b);
}

export function divu(a: u64, b: u64): u64 {
  return b == 0 ? ~(<u64>0) : a / b;
}

export function rem(a: u64, b: u64): u64 {
  if (b == 0) return a;
  return b == ~(<u64>0) ? 0 : <u64>(<i64>a % <i64>b);
}

export function remu(a: u64, b: u64): u64 {
  return b == 0 ? a : a % b;
}

export function divw(a: i32, b: i32): i32 {
  if (b == 0) return -1;
  return b == -1 ? 0 - a : a / b;
}

export function divuw(a: u32, b: u32): u32 {
  return b == 0 ? ~(<u32>0) : a / b;
}

export function remw(a: i32, b: i32): i32 {
  if (b == 0) return a;
  return b == -1 ? 0 : a % b;
}

export function remuw(a: u32, b: u32): u32 {
  return b == 0 ? a : a % b;
}
