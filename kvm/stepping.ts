/** Whether vCPUs single-step, and where they stop then: words of shared memory, which change only while no vCPU runs. */
const ACTIVE = 0;
const COUNT = 1;
const FIRST = 2;
const MOST = 256;

export class Stepping {
  readonly buffer: SharedArrayBuffer;
  readonly #words: BigUint64Array<SharedArrayBuffer>;

  /** @param buffer that of another isolate's object for the same vCPUs */
  constructor(buffer = new SharedArrayBuffer((FIRST + MOST) * BigUint64Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#words = new BigUint64Array(buffer);
  }

  /** @param stops addresses; none stands for every step. @throws RangeError for more than 256. */
  start(stops: readonly bigint[] = []): void {
    if (stops.length > MOST) throw new RangeError(`${stops.length} addresses to step to; there is room for ${MOST}`);
    this.#words.set(stops, FIRST);
    this.#words[COUNT] = BigInt(stops.length);
    this.#words[ACTIVE] = 1n;
  }

  end(): void {
    this.#words[ACTIVE] = 0n;
  }

  get active(): boolean {
    return this.#words[ACTIVE] !== 0n;
  }

  /** Whether a vCPU goes on that has stepped to this address. */
  passes(address: bigint): boolean {
    const count = Number(this.#words[COUNT]);
    return this.active && count > 0 && !this.#words.subarray(FIRST, FIRST + count).includes(address);
  }
}
