/** IPv4 packets (RFC 791): reading and writing, and cutting those that do not fit the wire into fragments. */

import { concatenate, readU16, readU32, writeU16, writeU32 } from './bytes.ts';
import { internetChecksum } from './checksum.ts';

export const PROTOCOL_ICMP = 1;
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;

const MINIMUM_HEADER = 20;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET = 0x1fff;
const TIME_TO_LIVE = 64;
/** The longest payload: the total length has 16 bits. */
export const LONGEST_PAYLOAD = 0xffff - MINIMUM_HEADER;

export interface Ipv4Packet {
  readonly source: number;
  readonly destination: number;
  readonly protocol: number;
  readonly payload: Uint8Array;
  /** What the fragments of a packet have in common. */
  readonly identification: number;
  readonly moreFragments: boolean;
  /** Where the payload belongs in the whole, in bytes. */
  readonly fragmentOffset: number;
}

/** The packet at the start of `bytes`, where padding may follow it; undefined if its header is wrong in any way. */
export function decodeIpv4(bytes: Uint8Array): Ipv4Packet | undefined {
  if (bytes.length < MINIMUM_HEADER || bytes[0]! >> 4 !== 4) return undefined;
  const headerLength = (bytes[0]! & 0xf) * 4;
  const totalLength = readU16(bytes, 2);
  if (headerLength < MINIMUM_HEADER || totalLength < headerLength || totalLength > bytes.length) return undefined;
  if (internetChecksum(bytes.subarray(0, headerLength)) !== 0) return undefined;
  const fragment = readU16(bytes, 6);
  return {
    source: readU32(bytes, 12),
    destination: readU32(bytes, 16),
    protocol: bytes[9]!,
    payload: bytes.subarray(headerLength, totalLength),
    identification: readU16(bytes, 4),
    moreFragments: (fragment & MORE_FRAGMENTS) !== 0,
    fragmentOffset: (fragment & FRAGMENT_OFFSET) * 8,
  };
}

export function encodeIpv4(packet: Ipv4Packet): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(MINIMUM_HEADER);
  header[0] = 0x45;
  writeU16(header, 2, MINIMUM_HEADER + packet.payload.length);
  writeU16(header, 4, packet.identification);
  writeU16(header, 6, (packet.moreFragments ? MORE_FRAGMENTS : 0) | (packet.fragmentOffset / 8));
  header[8] = TIME_TO_LIVE;
  header[9] = packet.protocol;
  writeU32(header, 12, packet.source);
  writeU32(header, 16, packet.destination);
  writeU16(header, 10, internetChecksum(header));
  return concatenate(header, packet.payload);
}

/** The packets of at most `mtu` bytes that carry `whole`. */
export function* fragment(whole: Ipv4Packet, mtu: number): Generator<Ipv4Packet> {
  const room = mtu - MINIMUM_HEADER;
  if (whole.payload.length <= room) {
    yield whole;
    return;
  }
  // All fragments but the last are of a multiple of 8 bytes.
  const step = room & ~7;
  for (let offset = 0; offset < whole.payload.length; offset += step) {
    const payload = whole.payload.subarray(offset, offset + step);
    yield { ...whole, payload, fragmentOffset: offset, moreFragments: offset + step < whole.payload.length };
  }
}
