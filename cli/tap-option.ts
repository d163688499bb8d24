/** `--net tap,ifname=tap0`: a guest's cable that ends in a network interface of the host. */
import { LONGEST_TAP_NAME } from '../kvm/tap/open.ts';
import { UserError } from './errors.ts';

export interface TapSpec {
  /** Of the host's interface. */
  readonly name: string;
  /** The card's address, as the user has written it. */
  readonly mac?: string;
}

const USAGE = 'write tap,ifname=NAME, and behind it ,mac=ADDRESS';

/** @returns undefined for another kind of network. @throws UserError */
export function parseTap(text: string): TapSpec | undefined {
  const [kind, ...options] = text.split(',');
  if (kind !== 'tap') return undefined;
  const fail = (what: string) => new UserError(`--net ${text}: ${what}`);
  let name: string | undefined;
  let mac: string | undefined;
  for (const option of options) {
    const [key, value = ''] = option.split('=', 2) as [string, string?];
    if (key === 'ifname') name = value;
    else if (key === 'mac') mac = value;
    else throw fail(`there is no option ${option}; ${USAGE}`);
  }
  if (name === undefined) throw fail(USAGE);
  if (!/^[\w.-]+$/.test(name) || name.length > LONGEST_TAP_NAME) {
    throw fail(`${name} is no name of an interface: 1 to ${LONGEST_TAP_NAME} letters and digits`);
  }
  return { name, ...(mac === undefined ? {} : { mac }) };
}
