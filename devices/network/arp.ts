/** The Address Resolution Protocol between Ethernet and IPv4 (RFC 826). */

import { readU16, readU32, readU48, writeU16, writeU32, writeU48 } from './bytes.ts';
import { ETHERTYPE_IPV4 } from './ethernet.ts';

export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;

const HARDWARE_ETHERNET = 1;
const LENGTH = 28;

export interface ArpPacket {
  readonly operation: number;
  readonly senderMac: number;
  readonly senderIp: number;
  readonly targetMac: number;
  readonly targetIp: number;
}

/** undefined for what is too short or about other kinds of addresses. */
export function decodeArp(bytes: Uint8Array): ArpPacket | undefined {
  if (bytes.length < LENGTH) return undefined;
  if (readU16(bytes, 0) !== HARDWARE_ETHERNET || readU16(bytes, 2) !== ETHERTYPE_IPV4) return undefined;
  if (bytes[4] !== 6 || bytes[5] !== 4) return undefined;
  return {
    operation: readU16(bytes, 6),
    senderMac: readU48(bytes, 8),
    senderIp: readU32(bytes, 14),
    targetMac: readU48(bytes, 18),
    targetIp: readU32(bytes, 24),
  };
}

export function encodeArp(packet: ArpPacket): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(LENGTH);
  writeU16(bytes, 0, HARDWARE_ETHERNET);
  writeU16(bytes, 2, ETHERTYPE_IPV4);
  bytes[4] = 6;
  bytes[5] = 4;
  writeU16(bytes, 6, packet.operation);
  writeU48(bytes, 8, packet.senderMac);
  writeU32(bytes, 14, packet.senderIp);
  writeU48(bytes, 18, packet.targetMac);
  writeU32(bytes, 24, packet.targetIp);
  return bytes;
}
