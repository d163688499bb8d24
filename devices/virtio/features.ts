/** Feature bits (virtio 1.2, 2.2), and those of chapter 6 that every device here offers. */

export const VIRTIO_F_INDIRECT_DESC = 28;
export const VIRTIO_F_EVENT_IDX = 29;
export const VIRTIO_F_VERSION_1 = 32;
export const VIRTIO_F_RING_PACKED = 34;

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
