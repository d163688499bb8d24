/** The option `--net`, in the words that QEMU's users know: `user`, `user,hostfwd=tcp::2222-:22,restrict`, `none`. */
import { formatIpv4, parseIpv4, parseMac } from '../devices/network/address.ts';
import { FIRST_GUEST, isGuest } from '../devices/network/subnet.ts';
import { type Forward, UserNetwork } from '../devices/network/user-network.ts';
import { nodeNetwork } from '../host/network.ts';
import type { Network } from '../machine/index.ts';
import { UserError } from './errors.ts';

export interface NetSpec {
  /** Where the user has said so, for what is wrong with it. */
  readonly place: string;
  readonly forwards: readonly Forward[];
  readonly restrict: boolean;
  readonly mac?: number;
}

/** Where a forwarded port is listened at if its rule does not say: only this computer's own programs reach it. */
const DEFAULT_ADDRESS = '127.0.0.1';
const USAGE = 'write user or none; after user ,hostfwd=tcp::HOSTPORT-:GUESTPORT (or udp), ,restrict, ,mac=ADDRESS';
const RULE = 'a rule is tcp or udp, then :[HOSTADDRESS]:HOSTPORT-[GUESTADDRESS]:GUESTPORT';

/**
 * undefined for `none`.
 * @param place where the text is, for what is wrong with it
 * @throws UserError
 */
export function parseNet(text: string, place = `--net ${text}`): NetSpec | undefined {
  const fail = (what: string) => new UserError(`${place}: ${what}`);
  const [kind, ...options] = text.split(',');
  if (kind === 'none' && options.length === 0) return undefined;
  if (kind !== 'user') throw fail(USAGE);
  const forwards: Forward[] = [];
  let restrict = false;
  let mac: number | undefined;
  for (const option of options) {
    const [name, value = 'on'] = option.split('=', 2) as [string, string?];
    if (name === 'hostfwd') forwards.push(parseForward(value, fail));
    else if (name === 'restrict' && (value === 'on' || value === 'off')) restrict = value === 'on';
    else if (name === 'mac') mac = parseCardAddress(value, fail);
    else throw fail(`there is no option ${option}; ${USAGE}`);
  }
  return { place, forwards, restrict, ...(mac === undefined ? {} : { mac }) };
}

/** As `parseNet`, for what guests share: each of them has its card, whose address is the hypervisor's to give. */
export function parseUplink(text: string, place?: string): NetSpec | undefined {
  const spec = parseNet(text, place);
  if (spec?.mac === undefined) return spec;
  throw new UserError(`${spec.place}: guests' cards have addresses of their own; leave out mac`);
}

function parseForward(rule: string, fail: (what: string) => UserError): Forward {
  const match = /^(tcp|udp):([^:-]*):(\d+)-([^:-]*):(\d+)$/.exec(rule);
  if (match === null) throw fail(`hostfwd=${rule}: ${RULE}`);
  const [, protocol, hostAddress, hostPort, guestAddress, guestPort] = match as unknown as string[];
  const port = (name: string, digits: string) => {
    if (Number(digits) >= 1 && Number(digits) <= 65_535) return Number(digits);
    throw fail(`hostfwd=${rule}: the ${name}'s port is ${digits}; ports are 1 to 65535`);
  };
  const guest = guestAddress === '' ? FIRST_GUEST : parseIpv4(guestAddress!);
  if (guest === undefined || !isGuest(guest)) {
    throw fail(
      `hostfwd=${rule}: no guest has the address ${guestAddress}; the first one is ${formatIpv4(FIRST_GUEST)}`,
    );
  }
  if (hostAddress !== '' && parseIpv4(hostAddress!) === undefined) {
    throw fail(`hostfwd=${rule}: ${hostAddress} is no IPv4 address of the host`);
  }
  return {
    protocol: protocol as 'tcp' | 'udp',
    hostAddress: hostAddress || DEFAULT_ADDRESS,
    hostPort: port('host', hostPort!),
    guestAddress: guest,
    guestPort: port('guest', guestPort!),
  };
}

export function parseCardAddress(text: string, fail: (what: string) => UserError): number {
  const mac = parseMac(text);
  // The lowest bit of the first byte marks groups of cards.
  if (mac !== undefined && Math.floor(mac / 2 ** 40) % 2 === 0 && mac !== 0) return mac;
  throw fail(`mac=${text} is no address of a card, such as 52:54:00:12:34:56`);
}

export interface OpenNetworks {
  readonly networks: readonly Network[];
  /** Lets go of the host's ports and connections. */
  close(): void;
}

/**
 * Networks as they are asked for, with their ports of the host open.
 * @throws UserError, also for a port that cannot be listened at.
 */
export async function openNetworks(specs: readonly (NetSpec | undefined)[]): Promise<OpenNetworks> {
  const networks: { backend: UserNetwork; mac?: number }[] = [];
  const close = () => {
    for (const { backend } of networks) backend.close();
  };
  for (const spec of specs) {
    if (spec === undefined) continue;
    const backend = new UserNetwork({ host: nodeNetwork, restrict: spec.restrict });
    networks.push({ backend, ...(spec.mac === undefined ? {} : { mac: spec.mac }) });
    for (const forward of spec.forwards) {
      try {
        await backend.forward(forward);
      } catch (error) {
        close();
        throw new UserError(`${spec.place}: ${whyNot(forward, error as NodeJS.ErrnoException)}`);
      }
    }
  }
  return { networks, close };
}

function whyNot({ protocol, hostAddress, hostPort }: Forward, { code, message }: NodeJS.ErrnoException): string {
  const port = `${protocol} port ${hostPort} of ${hostAddress}`;
  switch (code) {
    case 'EADDRINUSE':
      return `${port} is taken already; choose another one`;
    case 'EACCES':
      return `${port} needs privileges; choose one from 1024 on`;
    case 'EADDRNOTAVAIL':
      return `the host has no address ${hostAddress}`;
    default:
      return `${port} cannot be listened at: ${message}`;
  }
}
