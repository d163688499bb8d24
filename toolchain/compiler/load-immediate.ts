/** The shortest known sequence that loads a 64-bit constant. */

export interface Step {
  readonly operation: 'lui' | 'addi' | 'addiw' | 'slli' | 'srli';
  /** As the encoder takes it: of `lui` the upper 20 bits. */
  readonly immediate: number;
}

const cache = new Map<bigint, readonly Step[]>();

/** Each step works on the one before; the first on x0. `value` is signed. */
export function loadImmediate(value: bigint): readonly Step[] {
  let steps = cache.get(value);
  if (steps === undefined) {
    steps = shortest(value);
    cache.set(value, steps);
  }
  return steps;
}

function shortest(value: bigint): readonly Step[] {
  if (value >= -2048n && value < 2048n) return [{ operation: 'addi', immediate: Number(value) }];
  const low = BigInt.asIntN(12, value);
  if (BigInt.asIntN(32, value) === value) {
    const upper: Step = { operation: 'lui', immediate: Number(BigInt.asUintN(20, (value - low) >> 12n)) };
    return low === 0n ? [upper] : [upper, { operation: 'addiw', immediate: Number(low) }];
  }
  const candidates: (readonly Step[])[] = [];
  const zeros = trailingZeros(value);
  if (zeros > 0) candidates.push([...loadImmediate(value >> BigInt(zeros)), { operation: 'slli', immediate: zeros }]);
  if (low !== 0n) {
    const rest = BigInt.asIntN(64, value - low);
    candidates.push([...loadImmediate(rest), { operation: 'addi', immediate: Number(low) }]);
  }
  if (value > 0n) {
    // Shifted up to the sign with ones behind, it may be short; the way back brings zeros.
    const leading = 64 - value.toString(2).length;
    const filled = BigInt.asIntN(64, (value << BigInt(leading)) | ((1n << BigInt(leading)) - 1n));
    if (trailingZeros(~filled) > leading) {
      candidates.push([...loadImmediate(filled), { operation: 'srli', immediate: leading }]);
    }
  }
  return candidates.reduce((best, candidate) => (candidate.length < best.length ? candidate : best));
}

function trailingZeros(value: bigint): number {
  if (value === 0n) return 64;
  let count = 0;
  for (let bits = value; (bits & 1n) === 0n; bits >>= 1n) count++;
  return count;
}
