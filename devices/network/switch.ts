/** An Ethernet switch between network cards, of one machine or of several in one program. */

import type { NetworkBackend, NetworkCard } from '../network-backend.ts';
import type { State } from '../state.ts';
import { isGroupMac } from './address.ts';
import { decodeEthernet, ETHERNET_HEADER, MTU } from './ethernet.ts';
import { FrameQueue } from './frame-queue.ts';

/** Addresses that it remembers; the one learnt first makes room. */
const MOST_ADDRESSES = 256;

export class NetworkSwitch {
  readonly #ports: SwitchPort[] = [];
  /** Behind which port a station is. */
  readonly #addresses = new Map<number, SwitchPort>();

  /** A new port, to plug a card into. */
  port(): NetworkBackend {
    const port = new SwitchPort((frame) => this.#forward(port, frame));
    this.#ports.push(port);
    return port;
  }

  #forward(from: SwitchPort, frame: Uint8Array): void {
    const ethernet = decodeEthernet(frame);
    if (ethernet === undefined || frame.length > ETHERNET_HEADER + MTU || isGroupMac(ethernet.source)) return;
    this.#learn(ethernet.source, from);
    const to = this.#addresses.get(ethernet.destination);
    // A frame for somebody unknown goes everywhere, as one for all does.
    for (const port of to === undefined ? this.#ports : [to]) if (port !== from) port.deliver(frame);
  }

  #learn(address: number, port: SwitchPort): void {
    const full = this.#addresses.size === MOST_ADDRESSES && !this.#addresses.has(address);
    if (full) this.#addresses.delete(this.#addresses.keys().next().value!);
    this.#addresses.set(address, port);
  }
}

class SwitchPort implements NetworkBackend {
  /** Another machine's card might not take them. */
  readonly takesUnfinished = false;
  readonly deadline = Number.POSITIVE_INFINITY;
  readonly send: (frame: Uint8Array) => void;
  readonly #frames = new FrameQueue();

  constructor(send: (frame: Uint8Array) => void) {
    this.send = send;
  }

  attach(card: NetworkCard): void {
    this.#frames.card = card;
  }

  deliver(frame: Uint8Array): void {
    this.#frames.send(frame);
  }

  resume(): void {
    this.#frames.resume();
  }

  timeout(): void {}

  reset(): void {
    this.#frames.clear();
  }

  /** Frames under way may be lost. */
  save(): State {
    return {};
  }

  load(): void {
    this.reset();
  }
}
