/** Compressed instructions as the 32-bit ones that they stand for: Unprivileged ISA, "C" Extension for Compressed Instructions. */
import {
  COMPRESSED_BITS,
  COMPRESSED_FIRST_FREE_BIT,
  COMPRESSED_FREE_BITS,
  COMPRESSED_MASKS,
  COMPRESSED_MATCHES,
  COMPRESSED_RESERVED,
  COMPRESSED_WORDS,
} from '../rv/instructions.ts';

/** Is the instruction that begins with these 16 bits a compressed one? */
export function isCompressed(parcel: u32): bool {
  return (parcel & 3) != 3;
}

/** The 32-bit instruction that a halfword stands for; 0, which is no instruction, where it is reserved or not compressed. */
export function expandCompressed(half: u32): u32 {
  for (let index = 0; index < COMPRESSED_MATCHES.length; index++) {
    const mask: u32 = COMPRESSED_MASKS[index];
    if ((half & mask) != <u32>COMPRESSED_MATCHES[index]) continue;
    const reserved: u32 = COMPRESSED_RESERVED[index];
    if (reserved != 0 && (half & reserved) == 0) return 0;
    return COMPRESSED_WORDS[index] | freeBits(half, index);
  }
  return 0;
}

function freeBits(half: u32, index: i32): u32 {
  let word: u32 = 0;
  for (let bit: u32 = 0; bit < COMPRESSED_FREE_BITS; bit++) {
    if ((half >> (COMPRESSED_FIRST_FREE_BIT + bit)) & 1) word |= COMPRESSED_BITS[index * COMPRESSED_FREE_BITS + bit];
  }
  return word;
}
