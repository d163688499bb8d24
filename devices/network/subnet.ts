/** The network that a guest sees: 10.0.2.0/24, with the addresses that QEMU's user network has. */

import { BROADCAST_IPV4, BROADCAST_MAC, formatIpv4, isLoopbackIpv4, parseIpv4 } from './address.ts';

export const NETWORK = 0x0a00_0200;
export const NETMASK = 0xffff_ff00;
/** The router, DHCP server, and the host itself. */
export const GATEWAY = NETWORK + 2;
export const NAME_SERVER = NETWORK + 3;
export const FIRST_GUEST = NETWORK + 15;
export const LAST_GUEST = NETWORK + 30;

/** Stations of this network have these addresses, which tell their IPv4 address. */
const STATION_MAC = 0x5255_0000_0000;
export const GATEWAY_MAC = STATION_MAC + GATEWAY;

/** The MAC address of one of the network's own stations; undefined for all others. */
export function stationMac(address: number): number | undefined {
  return address === GATEWAY || address === NAME_SERVER ? STATION_MAC + address : undefined;
}

export function isStationMac(mac: number): boolean {
  return mac === STATION_MAC + GATEWAY || mac === STATION_MAC + NAME_SERVER || mac === BROADCAST_MAC;
}

export function isInside(address: number): boolean {
  return (address & NETMASK) >>> 0 === NETWORK;
}

export function isBroadcast(address: number): boolean {
  return address === BROADCAST_IPV4 || address === NETWORK + 0xff || address === NETWORK;
}

/** Whether a guest may have this address. */
export function isGuest(address: number): boolean {
  return isInside(address) && !isBroadcast(address) && stationMac(address) === undefined;
}

/** Where the host's network has the address that a guest sends to; undefined for one that only this network has. */
export function hostAddress(address: number): string | undefined {
  if (address === GATEWAY) return '127.0.0.1';
  return isInside(address) ? undefined : formatIpv4(address);
}

/** The address as which guests see one of the host's network. */
export function guestAddress(address: string): number {
  const number = parseIpv4(address);
  return number === undefined || isLoopbackIpv4(number) ? GATEWAY : number;
}
