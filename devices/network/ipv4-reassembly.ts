/**
 * Puts fragmented IPv4 packets together (RFC 791, 3.2). A sender that means well never sends overlapping fragments, so one
 * that overlaps spoils its packet (as RFC 5722 rules for IPv6). What is kept is bounded in number, size and time.
 */

import { type Ipv4Packet, LONGEST_PAYLOAD } from './ipv4.ts';

/** Packets that may be incomplete at the same time; a further one takes the place of the oldest. */
const MOST_PACKETS = 16;
/** Milliseconds from the first fragment on. RFC 1122, 3.3.2 asks for 60 to 120 s; nothing is under way so long on this wire. */
const PATIENCE = 15_000;

interface Incomplete {
  readonly deadline: number;
  /** Without overlaps; in the order of arrival. */
  readonly fragments: Ipv4Packet[];
  received: number;
  /** Known when the last fragment has come. */
  length: number | undefined;
  /** Its further fragments are swallowed. */
  spoilt: boolean;
}

export class Ipv4Reassembly {
  readonly #now: () => number;
  /** Oldest first. */
  readonly #incomplete = new Map<string, Incomplete>();

  /** @param now milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The whole packet if `packet` completes one or is one already. */
  add(packet: Ipv4Packet): Ipv4Packet | undefined {
    if (packet.fragmentOffset === 0 && !packet.moreFragments) return packet;
    this.#forgetOverdue();
    const key = [packet.source, packet.destination, packet.protocol, packet.identification].join();
    const whole = this.#incomplete.get(key) ?? this.#start(key);
    if (!whole.spoilt && !fits(packet, whole)) {
      whole.spoilt = true;
      whole.fragments.length = 0;
    }
    if (whole.spoilt) return undefined;
    whole.fragments.push(packet);
    whole.received += packet.payload.length;
    if (!packet.moreFragments) whole.length = end(packet);
    if (whole.received !== whole.length) return undefined;
    this.#incomplete.delete(key);
    return join(whole.fragments, whole.length);
  }

  clear(): void {
    this.#incomplete.clear();
  }

  #start(key: string): Incomplete {
    if (this.#incomplete.size === MOST_PACKETS) this.#incomplete.delete(this.#incomplete.keys().next().value!);
    const deadline = this.#now() + PATIENCE;
    const whole: Incomplete = { deadline, fragments: [], received: 0, length: undefined, spoilt: false };
    this.#incomplete.set(key, whole);
    return whole;
  }

  #forgetOverdue(): void {
    for (const [key, { deadline }] of this.#incomplete) {
      if (deadline > this.#now()) return;
      this.#incomplete.delete(key);
    }
  }
}

function end({ fragmentOffset, payload }: Ipv4Packet): number {
  return fragmentOffset + payload.length;
}

function fits(packet: Ipv4Packet, { fragments, length }: Incomplete): boolean {
  if (packet.payload.length === 0 || end(packet) > LONGEST_PAYLOAD) return false;
  if (packet.moreFragments && packet.payload.length % 8 !== 0) return false;
  // Nothing lies behind the last fragment, and there is one last fragment.
  if (length !== undefined && (!packet.moreFragments || end(packet) > length)) return false;
  if (!packet.moreFragments && fragments.some((other) => end(other) > packet.fragmentOffset)) return false;
  return fragments.every((other) => end(other) <= packet.fragmentOffset || end(packet) <= other.fragmentOffset);
}

function join(fragments: readonly Ipv4Packet[], length: number): Ipv4Packet {
  const payload = new Uint8Array(length);
  for (const each of fragments) payload.set(each.payload, each.fragmentOffset);
  return { ...fragments[0]!, payload, fragmentOffset: 0, moreFragments: false };
}
