/** Addresses are numbers: an IPv4 address is below 2 ** 32, a MAC address below 2 ** 48, the first byte the most significant. */

export const BROADCAST_MAC = 0xffff_ffff_ffff;
export const BROADCAST_IPV4 = 0xffff_ffff;

/** The number of an address such as `10.0.2.15`; undefined for any other text. */
export function parseIpv4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((address, part) => address * 256 + Number(part), 0);
}

export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
}

/** The number of an address such as `52:54:00:12:34:56`; undefined for any other text. */
export function parseMac(text: string): number | undefined {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text)) return undefined;
  return Number.parseInt(text.replaceAll(':', ''), 16);
}

export function formatMac(address: number): string {
  return address.toString(16).padStart(12, '0').match(/../g)!.join(':');
}

/** The bit that tells groups (and the broadcast address) from single stations (IEEE 802, 8.2). */
export function isGroupMac(address: number): boolean {
  return Math.floor(address / 2 ** 40) % 2 === 1;
}

/** 224.0.0.0/4 (RFC 1112). */
export function isMulticastIpv4(address: number): boolean {
  return address >>> 28 === 0xe;
}

/** 127.0.0.0/8 (RFC 1122, 3.2.1.3). */
export function isLoopbackIpv4(address: number): boolean {
  return address >>> 24 === 127;
}
