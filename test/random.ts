/** Unsigned 32-bit numbers that are the same in every run: Marsaglia's xorshift32. `seed` is not 0. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** The same, as bytes. */
export function randomBytes(seed: number, length: number): Uint8Array<ArrayBuffer> {
  const next = randomNumbers(seed);
  return Uint8Array.from({ length }, () => next() >>> 24);
}
