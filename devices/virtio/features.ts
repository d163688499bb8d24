/** Sets of feature bits (virtio 1.2, 2.2). */

const WORDS = 4;

/** A set of bits 0 to 127, in the words of 32 in which the transports carry them. */
export class FeatureSet {
  readonly words = new Uint32Array(WORDS);

  constructor(bits: readonly number[] = []) {
    for (const bit of bits) this.words[bit >>> 5]! |= 1 << (bit & 31);
  }

  has(bit: number): boolean {
    return (this.words[bit >>> 5]! & (1 << (bit & 31))) !== 0;
  }

  contains(other: FeatureSet): boolean {
    return other.words.every((word, index) => (word & ~this.words[index]!) === 0);
  }
}
