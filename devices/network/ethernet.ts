/** Ethernet II frames (RFC 894), without preamble and frame check sequence. */

import { concatenate, readU16, readU48, writeU16, writeU48 } from './bytes.ts';

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_IPV6 = 0x86dd;

export const ETHERNET_HEADER = 14;
/** The longest IPv4 packet in a frame, in bytes. */
export const MTU = 1500;

export interface EthernetFrame {
  readonly destination: number;
  readonly source: number;
  readonly type: number;
  /** With the padding of short frames, if any. */
  readonly payload: Uint8Array;
}

/** undefined for what is too short to be a frame. */
export function decodeEthernet(bytes: Uint8Array): EthernetFrame | undefined {
  if (bytes.length < ETHERNET_HEADER) return undefined;
  return {
    destination: readU48(bytes, 0),
    source: readU48(bytes, 6),
    type: readU16(bytes, 12),
    payload: bytes.subarray(ETHERNET_HEADER),
  };
}

export function encodeEthernet({ destination, source, type, payload }: EthernetFrame): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(ETHERNET_HEADER);
  writeU48(header, 0, destination);
  writeU48(header, 6, source);
  writeU16(header, 12, type);
  return concatenate(header, payload);
}
