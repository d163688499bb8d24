/** An Ethernet switch between network cards, of one machine or of several in one program. */

import type { NetworkBackend } from '../network-backend.ts';
import { isGroupMac } from './address.ts';
import { decodeEthernet, ETHERNET_HEADER, MTU } from './ethernet.ts';
import { FrameCarrier } from './frame-carrier.ts';

/** Addresses that it remembers; the one learnt first makes room. */
const MOST_ADDRESSES = 256;

export class NetworkSwitch {
  readonly #ports: FrameCarrier[] = [];
  /** Behind which port a station is. */
  readonly #addresses = new Map<number, FrameCarrier>();

  /** A new port, to plug a card into. */
  port(): NetworkBackend {
    const port: FrameCarrier = new FrameCarrier((frame) => this.#forward(port, frame));
    this.#ports.push(port);
    return port;
  }

  #forward(from: FrameCarrier, frame: Uint8Array): void {
    const ethernet = decodeEthernet(frame);
    if (ethernet === undefined || frame.length > ETHERNET_HEADER + MTU || isGroupMac(ethernet.source)) return;
    this.#learn(ethernet.source, from);
    const to = this.#addresses.get(ethernet.destination);
    // A frame for somebody unknown goes everywhere, as one for all does.
    for (const port of to === undefined ? this.#ports : [to]) if (port !== from) port.deliver(frame);
  }

  #learn(address: number, port: FrameCarrier): void {
    const full = this.#addresses.size === MOST_ADDRESSES && !this.#addresses.has(address);
    if (full) this.#addresses.delete(this.#addresses.keys().next().value!);
    this.#addresses.set(address, port);
  }
}
