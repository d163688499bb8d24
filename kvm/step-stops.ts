/**
 * Where a vCPU stops that is single-stepped on its thread: addresses in shared memory, which change only while no vCPU runs. Without
 * any, each step is told.
 */
const MOST = 256;

export class StepStops {
  readonly buffer: SharedArrayBuffer;
  readonly #words: BigUint64Array<SharedArrayBuffer>;

  /** @param buffer that of another isolate's object for the same addresses */
  constructor(buffer = new SharedArrayBuffer((1 + MOST) * BigUint64Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#words = new BigUint64Array(buffer);
  }

  /** @throws RangeError for more than 256. */
  set(addresses: readonly bigint[]): void {
    if (addresses.length > MOST)
      throw new RangeError(`${addresses.length} addresses to step to; there is room for ${MOST}`);
    this.#words.set(addresses, 1);
    this.#words[0] = BigInt(addresses.length);
  }

  /** Whether a vCPU goes on that has stepped to this address. */
  passes(address: bigint): boolean {
    const count = Number(this.#words[0]);
    return count > 0 && !this.#words.subarray(1, 1 + count).includes(address);
  }
}
