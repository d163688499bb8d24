import { randomNumbers } from '../random.ts';

/** Random choices that are the same for a seed. */
export class Random {
  readonly #next: () => number;

  constructor(seed: number) {
    // Seeds that follow each other shall not begin alike.
    this.#next = randomNumbers((Math.imul(seed, 0x9e3779b1) ^ 0x2545f491) >>> 0 || 1);
    for (let skip = 0; skip < 8; skip++) this.#next();
  }

  /** 32 bits, unsigned. */
  word(): number {
    return this.#next();
  }

  below(limit: number): number {
    return this.#next() % limit;
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** 64 bits, often such as show mistakes: small, near powers of two, runs of ones, halves alike. */
  value(): bigint {
    const bits = (BigInt(this.word()) << 32n) | BigInt(this.word());
    const shift = BigInt(this.below(64));
    switch (this.below(8)) {
      case 0:
        return BigInt(this.below(64));
      case 1:
        return BigInt.asUintN(64, -BigInt(this.below(64)));
      case 2:
        return BigInt.asUintN(64, (1n << shift) - BigInt(this.below(3)) + 1n);
      case 3:
        return BigInt.asUintN(64, BigInt.asIntN(32, bits));
      case 4:
        return bits >> shift;
      case 5:
        return BigInt.asUintN(64, -(bits >> shift));
      default:
        return bits;
    }
  }
}
