/** ICMP (RFC 792): echo, and the reasons why a packet did not arrive. */

import { concatenate, writeU16 } from './bytes.ts';
import { internetChecksum } from './checksum.ts';
import { encodeIpv4, type Ipv4Packet } from './ipv4.ts';

export const ICMP_ECHO_REPLY = 0;
export const ICMP_DESTINATION_UNREACHABLE = 3;
export const ICMP_ECHO = 8;

// Codes of "destination unreachable" (RFC 792; RFC 1812, 5.2.7.1).
export const HOST_UNREACHABLE = 1;
export const PROTOCOL_UNREACHABLE = 2;
export const PORT_UNREACHABLE = 3;
export const ADMINISTRATIVELY_PROHIBITED = 13;

const HEADER = 8;

export interface IcmpMessage {
  readonly type: number;
  readonly code: number;
  /** From the fifth byte on: what follows the checksum. */
  readonly rest: Uint8Array;
}

/** undefined if it is too short or its checksum is wrong. */
export function decodeIcmp(bytes: Uint8Array): IcmpMessage | undefined {
  if (bytes.length < HEADER || internetChecksum(bytes) !== 0) return undefined;
  return { type: bytes[0]!, code: bytes[1]!, rest: bytes.subarray(4) };
}

export function encodeIcmp({ type, code, rest }: IcmpMessage): Uint8Array<ArrayBuffer> {
  const bytes = concatenate(Uint8Array.of(type, code, 0, 0), rest);
  writeU16(bytes, 2, internetChecksum(bytes));
  return bytes;
}

/** The message that `packet` could not be delivered: its header and the first 8 bytes behind it are the message's text. */
export function unreachable(code: number, packet: Ipv4Packet): Uint8Array<ArrayBuffer> {
  const start = encodeIpv4({ ...packet, payload: packet.payload.subarray(0, 8) });
  // The length in the header is the original's, not that of what is quoted.
  writeU16(start, 2, 20 + packet.payload.length);
  writeU16(start, 10, 0);
  writeU16(start, 10, internetChecksum(start.subarray(0, 20)));
  return encodeIcmp({ type: ICMP_DESTINATION_UNREACHABLE, code, rest: concatenate(new Uint8Array(4), start) });
}
