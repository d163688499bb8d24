/** The Internet checksum (RFC 1071): the complement of the one's complement sum of 16-bit words. */

import { readU16 } from './bytes.ts';

/**
 * Over `bytes`, an odd last byte counting as the upper half of a word. Over data that hold their own checksum it is 0.
 * @param sum what goes before, such as the pseudo-header's sum
 */
export function internetChecksum(bytes: Uint8Array, sum = 0): number {
  const last = bytes.length - 1;
  for (let offset = 0; offset < last; offset += 2) sum += readU16(bytes, offset);
  if (bytes.length % 2 === 1) sum += bytes[last]! << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** The sum over what TCP and UDP include of the IP header (RFC 9293, 3.1; RFC 768). `length` is theirs, in bytes. */
export function pseudoHeaderSum(source: number, destination: number, protocol: number, length: number): number {
  const addresses = (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff);
  return addresses + protocol + length;
}
