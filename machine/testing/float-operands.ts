/** For tests: floating-point numbers that are likely to show mistakes. */
import type { Format } from './float-reference.ts';

/** Zeros, subnormals, powers of two, the ends of all ranges, infinities and NaNs, each with either sign. */
export function cornerNumbers({ width, precision, highest }: Format): bigint[] {
  const field = (exponent: number, fraction: bigint): bigint =>
    (BigInt(exponent + highest) << BigInt(precision - 1)) | fraction;
  const ones = (1n << BigInt(precision - 1)) - 1n;
  const quiet = 1n << BigInt(precision - 2);
  const positive = [
    ...[0n, 1n, 2n, ones, ones - 1n, quiet],
    ...[field(1 - highest, 0n), field(1 - highest, 1n), field(1 - highest, ones)],
    ...[field(0, 0n), field(0, 1n), field(0, ones), field(-1, 0n), field(-1, ones), field(1, 0n), field(1, quiet)],
    ...[field(precision - 1, 0n), field(precision - 1, 1n), field(-precision, 0n)],
    ...[15, 16, 30, 31, 32, 62, 63, 64].filter((e) => e <= highest).flatMap((e) => [field(e, 0n), field(e - 1, ones)]),
    ...[field(highest, 0n), field(highest, ones), field(highest + 1, 0n)],
    ...[field(highest + 1, 1n), field(highest + 1, quiet), field(highest + 1, ones)],
  ];
  return positive.flatMap((bits) => [bits, bits | (1n << BigInt(width - 1))]);
}

/** A random number of any kind: exponents near each other, fractions with runs of ones and zeros. */
export function randomNumber({ width, precision, highest }: Format, next: () => number): bigint {
  const bits64 = (BigInt(next()) << 32n) | BigInt(next());
  const pick = next() % 8;
  if (pick === 0) return BigInt.asUintN(width, bits64);
  const exponent = pick < 4 ? (next() % 8) - 4 : pick < 6 ? (next() % (4 * precision)) - 2 * precision : randomFar();
  function randomFar(): number {
    return (next() & 1 ? highest : 1 - highest) + (next() % 6) - 3;
  }
  const run = BigInt(next() % precision);
  const masks = [bits64, bits64 & ((1n << run) - 1n), bits64 | ((1n << run) - 1n), (1n << run) - 1n, bits64 << run];
  const fraction = BigInt.asUintN(precision - 1, masks[next() % masks.length]!);
  const field = BigInt(Math.min(Math.max(exponent + highest, 0), 2 * highest + 1));
  return (BigInt(next() & 1) << BigInt(width - 1)) | (field << BigInt(precision - 1)) | fraction;
}

/**
 * Three numbers of which a * b + c lies so near to half-way between two that rounding the product, or the sum to some more bits,
 * brings it there: a * b is a power of two but for its last bits, and c has its lowest bit there.
 */
export function nearTie({ width, precision, highest }: Format, next: () => number): bigint[] {
  const bits = BigInt(precision - 1);
  const near = (exponent: number): bigint => {
    const distance = 1n << BigInt(next() % (precision >> 1));
    const one = BigInt(exponent + highest) << bits;
    return next() & 1 ? one + distance : one - distance;
  };
  const [sign, other] = [next() & 1, next() & 1].map((negative) => BigInt(negative) << BigInt(width - 1)) as [
    bigint,
    bigint,
  ];
  const [a, b] = [(next() % 6) - 3, (next() % 6) - 3];
  const fraction = BigInt.asUintN(precision - 1, (BigInt(next()) << 32n) | BigInt(next()));
  // The product is about half of c's lowest bit.
  const c = (BigInt(Math.min(a + b + precision, highest) + highest) << bits) | fraction | BigInt(next() & 1);
  return [near(a) | sign, near(b), c | other];
}
