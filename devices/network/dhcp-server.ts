/** Tells guests their addresses (RFC 2131): the first that asks gets 10.0.2.15 unless it wants another, and each keeps its own. */

import type { State, StateReader } from '../state.ts';
import { BROADCAST_MAC } from './address.ts';
import { u32Bytes } from './bytes.ts';
import {
  BOOTREPLY,
  BOOTREQUEST,
  DHCPACK,
  DHCPDISCOVER,
  DHCPINFORM,
  DHCPNAK,
  DHCPOFFER,
  DHCPREQUEST,
  type DhcpMessage,
  OPTION_LEASE_TIME,
  OPTION_MESSAGE_TYPE,
  OPTION_NAME_SERVER,
  OPTION_REQUESTED_ADDRESS,
  OPTION_ROUTER,
  OPTION_SERVER,
  OPTION_SUBNET_MASK,
  optionU32,
} from './dhcp-message.ts';
import { FIRST_GUEST, GATEWAY, LAST_GUEST, NAME_SERVER, NETMASK } from './subnet.ts';

/** Seconds. Leases are never given to another, so the time only says when to ask again. */
const LEASE_TIME = 86_400;

export class DhcpServer {
  /** The addresses given, by MAC address. */
  readonly #leases = new Map<number, number>();

  /** The answer to a client's message, if it gets one. */
  answer(message: DhcpMessage): DhcpMessage | undefined {
    if (message.operation !== BOOTREQUEST) return undefined;
    switch (message.options.get(OPTION_MESSAGE_TYPE)?.[0]) {
      case DHCPDISCOVER:
        return this.#offer(message);
      case DHCPREQUEST:
        return this.#acknowledge(message);
      case DHCPINFORM:
        return reply(message, DHCPACK, 0, configuration());
      default:
        return undefined;
    }
  }

  save(): State[] {
    return [...this.#leases].map(([mac, address]) => ({ mac, address }));
  }

  load(leases: readonly StateReader[]): void {
    this.#leases.clear();
    for (const lease of leases)
      this.#leases.set(lease.number('mac', BROADCAST_MAC), lease.number('address', LAST_GUEST));
  }

  #offer(message: DhcpMessage): DhcpMessage | undefined {
    const address = this.#lease(message.mac, optionU32(message, OPTION_REQUESTED_ADDRESS));
    return address === undefined ? undefined : reply(message, DHCPOFFER, address, leaseOptions());
  }

  /** RFC 2131, 4.3.2. */
  #acknowledge(message: DhcpMessage): DhcpMessage | undefined {
    const server = optionU32(message, OPTION_SERVER);
    if (server !== undefined && server !== GATEWAY) return undefined;
    const wanted = optionU32(message, OPTION_REQUESTED_ADDRESS) ?? message.clientAddress;
    const address = this.#lease(message.mac, wanted);
    if (address === undefined || wanted !== address) return reply(message, DHCPNAK, 0, []);
    return reply(message, DHCPACK, address, leaseOptions());
  }

  /** The address that it has, that it wants, or the lowest that nobody has; undefined when all are taken (4.3.1). */
  #lease(mac: number, wanted: number | undefined): number | undefined {
    const known = this.#leases.get(mac);
    if (known !== undefined) return known;
    const taken = new Set(this.#leases.values());
    let address = FIRST_GUEST;
    if (wanted !== undefined && isForGuests(wanted) && !taken.has(wanted)) address = wanted;
    while (taken.has(address)) address++;
    if (address > LAST_GUEST) return undefined;
    this.#leases.set(mac, address);
    return address;
  }
}

function isForGuests(address: number): boolean {
  return address >= FIRST_GUEST && address <= LAST_GUEST;
}

type Option = readonly [number, Uint8Array];

function configuration(): Option[] {
  return [
    [OPTION_SUBNET_MASK, u32Bytes(NETMASK)],
    [OPTION_ROUTER, u32Bytes(GATEWAY)],
    [OPTION_NAME_SERVER, u32Bytes(NAME_SERVER)],
  ];
}

function leaseOptions(): Option[] {
  return [[OPTION_LEASE_TIME, u32Bytes(LEASE_TIME)], ...configuration()];
}

function reply(request: DhcpMessage, type: number, yourAddress: number, options: readonly Option[]): DhcpMessage {
  const head: Option[] = [
    [OPTION_MESSAGE_TYPE, Uint8Array.of(type)],
    [OPTION_SERVER, u32Bytes(GATEWAY)],
  ];
  const clientAddress = type === DHCPACK ? request.clientAddress : 0;
  return { ...request, operation: BOOTREPLY, clientAddress, yourAddress, options: new Map([...head, ...options]) };
}
