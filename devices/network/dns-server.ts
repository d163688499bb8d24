/**
 * The name server that guests ask: it asks the host's resolver, so a guest sees the names that the host sees. It knows
 * addresses (A) and names of addresses (PTR). Names have no IPv6 addresses here, since the network has none.
 */

import { isLoopbackIpv4, parseIpv4 } from './address.ts';
import { u32Bytes } from './bytes.ts';
import {
  CLASS_IN,
  type DnsQuery,
  decodeQuery,
  encodeAnswer,
  encodeName,
  NAME_ERROR,
  NO_ERROR,
  NOT_IMPLEMENTED,
  SERVER_FAILURE,
  TYPE_A,
  TYPE_AAAA,
  TYPE_PTR,
} from './dns-message.ts';
import type { HostNetwork } from './host-network.ts';
import { GATEWAY } from './subnet.ts';

/** Queries that wait for the host; further ones are dropped, and the guest asks again. */
export const MOST_QUERIES = 64;
/** What resolvers take as a host's name; others exist nowhere. */
const HOST_NAME = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i;
const REVERSE_ZONE = '.in-addr.arpa';

export class DnsServer {
  readonly #host: HostNetwork;
  #waiting = 0;

  constructor(host: HostNetwork) {
    this.#host = host;
  }

  /** Calls `answer` at once or later, or never for what is not a query. */
  ask(bytes: Uint8Array, answer: (bytes: Uint8Array) => void): void {
    const query = decodeQuery(bytes);
    if (query === undefined || this.#waiting === MOST_QUERIES) return;
    const records = this.#look(query);
    if (typeof records === 'number') {
      answer(encodeAnswer(query, records, []));
      return;
    }
    this.#waiting++;
    records
      .then(
        (data) => encodeAnswer(query, NO_ERROR, data),
        (error) => encodeAnswer(query, codeOf(error), []),
      )
      .then((message) => {
        this.#waiting--;
        answer(message);
      });
  }

  /** The records, or the response code where the host need not be asked. */
  #look({ name, type, class: zone }: DnsQuery): Promise<Uint8Array[]> | number {
    if (zone !== CLASS_IN) return NOT_IMPLEMENTED;
    if (!HOST_NAME.test(name)) return NAME_ERROR;
    if (type === TYPE_A) return this.#host.resolve(name).then(encodeAddresses);
    if (type === TYPE_AAAA) return NO_ERROR;
    const address = type === TYPE_PTR ? reversed(name) : undefined;
    return address === undefined ? NOT_IMPLEMENTED : this.#host.reverse(address).then(encodeNames);
  }
}

/** The host itself is the gateway to guests. */
function encodeAddresses(addresses: readonly string[]): Uint8Array[] {
  const numbers = addresses.flatMap((each) => parseIpv4(each) ?? []);
  return numbers.map((each) => u32Bytes(isLoopbackIpv4(each) ? GATEWAY : each));
}

function encodeNames(names: readonly string[]): Uint8Array[] {
  return names.flatMap((each) => encodeName(each) ?? []);
}

/** The address in a name such as `2.0.0.10.in-addr.arpa`. */
function reversed(name: string): string | undefined {
  if (!name.toLowerCase().endsWith(REVERSE_ZONE)) return undefined;
  const address = name.slice(0, -REVERSE_ZONE.length).split('.').reverse().join('.');
  return parseIpv4(address) === undefined ? undefined : address;
}

function codeOf(error: unknown): number {
  return (error as { code?: unknown } | undefined)?.code === 'ENOTFOUND' ? NAME_ERROR : SERVER_FAILURE;
}
