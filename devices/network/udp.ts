/** UDP datagrams (RFC 768). */

import { concatenate, readU16, writeU16 } from './bytes.ts';
import { internetChecksum, pseudoHeaderSum } from './checksum.ts';
import { LONGEST_PAYLOAD, PROTOCOL_UDP } from './ipv4.ts';

const HEADER = 8;
export const LONGEST_DATAGRAM = LONGEST_PAYLOAD - HEADER;

export interface UdpDatagram {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Uint8Array;
}

/** The IP addresses that the checksum includes. */
export interface Addresses {
  readonly source: number;
  readonly destination: number;
}

/**
 * undefined if its length or its checksum is wrong. A checksum of 0 is none.
 * @param unfinished whether there is no checksum yet
 */
export function decodeUdp(
  bytes: Uint8Array,
  { source, destination }: Addresses,
  unfinished = false,
): UdpDatagram | undefined {
  if (bytes.length < HEADER) return undefined;
  const length = readU16(bytes, 4);
  if (length < HEADER || length > bytes.length) return undefined;
  const datagram = bytes.subarray(0, length);
  const sum = pseudoHeaderSum(source, destination, PROTOCOL_UDP, length);
  if (!unfinished && readU16(bytes, 6) !== 0 && internetChecksum(datagram, sum) !== 0) return undefined;
  return {
    sourcePort: readU16(bytes, 0),
    destinationPort: readU16(bytes, 2),
    payload: datagram.subarray(HEADER),
  };
}

export function encodeUdp(datagram: UdpDatagram, { source, destination }: Addresses): Uint8Array<ArrayBuffer> {
  const bytes = concatenate(new Uint8Array(HEADER), datagram.payload);
  writeU16(bytes, 0, datagram.sourcePort);
  writeU16(bytes, 2, datagram.destinationPort);
  writeU16(bytes, 4, bytes.length);
  const sum = pseudoHeaderSum(source, destination, PROTOCOL_UDP, bytes.length);
  // 0 would mean that there is no checksum; all ones is the same sum.
  writeU16(bytes, 6, internetChecksum(bytes, sum) || 0xffff);
  return bytes;
}
