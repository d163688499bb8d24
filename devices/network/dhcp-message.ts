/** DHCP messages (RFC 2131, 2) and their options (RFC 2132). */

import { readU16, readU32, readU48, writeU16, writeU32, writeU48 } from './bytes.ts';

export const DHCP_SERVER_PORT = 67;
export const DHCP_CLIENT_PORT = 68;

export const BOOTREQUEST = 1;
export const BOOTREPLY = 2;

// Message types (RFC 2132, 9.6).
export const DHCPDISCOVER = 1;
export const DHCPOFFER = 2;
export const DHCPREQUEST = 3;
export const DHCPDECLINE = 4;
export const DHCPACK = 5;
export const DHCPNAK = 6;
export const DHCPRELEASE = 7;
export const DHCPINFORM = 8;

// Options (RFC 2132).
export const OPTION_SUBNET_MASK = 1;
export const OPTION_ROUTER = 3;
export const OPTION_NAME_SERVER = 6;
export const OPTION_REQUESTED_ADDRESS = 50;
export const OPTION_LEASE_TIME = 51;
export const OPTION_MESSAGE_TYPE = 53;
export const OPTION_SERVER = 54;
const OPTION_PAD = 0;
const OPTION_END = 255;

const FIXED = 236;
const MAGIC_COOKIE = 0x6382_5363;
const BROADCAST_FLAG = 0x8000;
/** The least that a BOOTP client takes (RFC 1542, 2.1). */
const SHORTEST = 300;

export interface DhcpMessage {
  readonly operation: number;
  readonly transaction: number;
  /** The client cannot take unicast before it has an address. */
  readonly broadcast: boolean;
  /** `ciaddr`: the address that the client has. */
  readonly clientAddress: number;
  /** `yiaddr`: the address that the client gets. */
  readonly yourAddress: number;
  /** `chaddr`. */
  readonly mac: number;
  /** Bytes by option; the first of those given twice. */
  readonly options: ReadonlyMap<number, Uint8Array>;
}

/** undefined for what is not DHCP over Ethernet. */
export function decodeDhcp(bytes: Uint8Array): DhcpMessage | undefined {
  if (bytes.length < FIXED + 4 || readU32(bytes, FIXED) !== MAGIC_COOKIE) return undefined;
  if (bytes[1] !== 1 || bytes[2] !== 6) return undefined;
  return {
    operation: bytes[0]!,
    transaction: readU32(bytes, 4),
    broadcast: (readU16(bytes, 10) & BROADCAST_FLAG) !== 0,
    clientAddress: readU32(bytes, 12),
    yourAddress: readU32(bytes, 16),
    mac: readU48(bytes, 28),
    options: decodeOptions(bytes.subarray(FIXED + 4)),
  };
}

function decodeOptions(bytes: Uint8Array): Map<number, Uint8Array> {
  const options = new Map<number, Uint8Array>();
  let offset = 0;
  while (offset < bytes.length && bytes[offset] !== OPTION_END) {
    const option = bytes[offset++]!;
    if (option === OPTION_PAD) continue;
    const length = bytes[offset++] ?? 0;
    if (offset + length > bytes.length) break;
    if (!options.has(option)) options.set(option, bytes.subarray(offset, offset + length));
    offset += length;
  }
  return options;
}

export function encodeDhcp(message: DhcpMessage): Uint8Array<ArrayBuffer> {
  const options = [...message.options].flatMap(([option, value]) => [option, value.length, ...value]);
  const bytes = new Uint8Array(Math.max(SHORTEST, FIXED + 4 + options.length + 1));
  bytes[0] = message.operation;
  bytes[1] = 1;
  bytes[2] = 6;
  writeU32(bytes, 4, message.transaction);
  writeU16(bytes, 10, message.broadcast ? BROADCAST_FLAG : 0);
  writeU32(bytes, 12, message.clientAddress);
  writeU32(bytes, 16, message.yourAddress);
  writeU48(bytes, 28, message.mac);
  writeU32(bytes, FIXED, MAGIC_COOKIE);
  bytes.set([...options, OPTION_END], FIXED + 4);
  return bytes;
}

/** The value of an option that is a number of 32 bits, such as an address. */
export function optionU32({ options }: DhcpMessage, option: number): number | undefined {
  const value = options.get(option);
  return value?.length === 4 ? readU32(value, 0) : undefined;
}
