/** Network device (virtio 1.2, 5.1): a queue for frames to the guest and one for frames from it, of one back end. */

import { netFeatures, virtioTypes } from '../../isa/virtio.ts';
import type { NetworkBackend, NetworkCard } from '../network-backend.ts';
import type { State, StateReader } from '../state.ts';
import type { Chain } from './chain.ts';
import type { DriverLink, VirtioModel } from './model.ts';
import type { Virtqueue } from './virtqueue.ts';

// Virtqueues (5.1.2).
export const RECEIVEQ = 0;
export const TRANSMITQ = 1;

const QUEUE_SIZE = 256;
/** The configuration space (5.1.4): the MAC address, then the status. */
const CONFIG_SIZE = 8;
const CONFIG_STATUS = 6;
const VIRTIO_NET_S_LINK_UP = 1;

/** What stands before each frame (5.1.6): flags 8, gso_type 8, then these of 16 bits. */
const HEADER_SIZE = 12;
const HEADER_HDR_LEN = 2;
const HEADER_GSO_SIZE = 4;
const HEADER_CSUM_START = 6;
const HEADER_CSUM_OFFSET = 8;
const HEADER_NUM_BUFFERS = 10;
const VIRTIO_NET_HDR_F_NEEDS_CSUM = 1;
const VIRTIO_NET_HDR_GSO_TCPV4 = 1;

/** With a VLAN tag and 1500 bytes; unfinished, with an IPv4 packet. What is longer no network takes. */
const LONGEST_FRAME = 1518;
const LONGEST_UNFINISHED = 14 + 0xffff;

/** Where the headers of TCP over IPv4 without options begin in a frame, and fields in that of TCP. */
const TCP_START = 14 + 20;
const TCP_DATA_OFFSET = 12;
const TCP_CHECKSUM = 16;

/** What the first card of a machine has unless it is told another, as QEMU's. */
export const FIRST_MAC = 0x5254_0012_3456;

export interface NetOptions {
  /** Below 2 ** 48. */
  readonly mac: number;
  /** The machine's time in whole milliseconds. */
  readonly now: () => number;
}

export class Net implements VirtioModel, NetworkCard {
  readonly name = 'virtio-net';
  readonly deviceId = virtioTypes.NET;
  readonly features: readonly number[];
  readonly queueSizes = [QUEUE_SIZE, QUEUE_SIZE];
  readonly config = new Uint8Array(CONFIG_SIZE);
  readonly now: () => number;
  readonly #backend: NetworkBackend;
  #link: DriverLink | undefined;

  constructor(backend: NetworkBackend, { mac, now }: NetOptions) {
    this.#backend = backend;
    const offloads = [netFeatures.CSUM, netFeatures.HOST_TSO4, netFeatures.GUEST_CSUM, netFeatures.GUEST_TSO4];
    this.features = [
      ...[netFeatures.MAC, netFeatures.STATUS, netFeatures.MRG_RXBUF],
      ...(backend.takesUnfinished ? offloads : []),
    ];
    this.now = now;
    const view = new DataView(this.config.buffer);
    view.setUint16(0, Math.floor(mac / 2 ** 32));
    view.setUint32(2, mac % 2 ** 32);
    view.setUint16(CONFIG_STATUS, VIRTIO_NET_S_LINK_UP, true);
    backend.attach(this);
  }

  connect(link: DriverLink): void {
    this.#link = link;
  }

  /** Frames may come as long as there is a driver to take them. */
  get listening(): boolean {
    return this.#link?.queue(RECEIVEQ) !== undefined;
  }

  get paced(): boolean {
    return this.listening;
  }

  get deadline(): number {
    return this.#backend.deadline;
  }

  timeout(): void {
    this.#backend.timeout();
  }

  notify(queue: Virtqueue, index: number): void {
    if (index === RECEIVEQ) this.#backend.resume();
    else this.#transmit(queue);
  }

  get takesUnfinished(): boolean {
    const needed = [netFeatures.GUEST_CSUM, netFeatures.GUEST_TSO4];
    return needed.every((feature) => this.#link?.hasFeature(feature) === true);
  }

  /** A card without a driver drops what comes. */
  receive(frame: Uint8Array, segmentSize?: number): boolean {
    const queue = this.#link?.queue(RECEIVEQ);
    if (queue === undefined) return true;
    const chains = this.#room(queue, HEADER_SIZE + frame.length);
    if (chains === undefined) return false;
    chains[0]!.writable.write(receiveHeader(chains.length, frame, segmentSize));
    let done = 0;
    for (const chain of chains) {
      done += chain.writable.write(frame.subarray(done));
      queue.push(chain, chain.writable.written);
    }
    queue.signal();
    return true;
  }

  reset(): void {
    this.#backend.reset();
  }

  save(): State {
    return { backend: this.#backend.save() };
  }

  load(state: StateReader): void {
    this.#backend.load(state.state('backend'));
  }

  /** Buffers for `length` bytes: several if the driver has agreed to that (5.1.6.4). undefined if there are too few. */
  #room(queue: Virtqueue, length: number): Chain[] | undefined {
    const chains: Chain[] = [];
    const most = this.#link!.hasFeature(netFeatures.MRG_RXBUF) ? QUEUE_SIZE : 1;
    let room = 0;
    while (room < length) {
      const chain = queue.pop();
      if (chain === undefined) {
        for (const taken of chains.reverse()) queue.unpop(taken);
        return undefined;
      }
      chains.push(chain);
      room += chain.writable.length;
      const tooSmall = chain.writable.length < HEADER_SIZE || (chains.length === most && room < length);
      if (!tooSmall) continue;
      this.#link!.needsReset(`a receive buffer of ${chain.writable.length} bytes (5.1.6.3.1)`);
      return undefined;
    }
    return chains;
  }

  #transmit(queue: Virtqueue): void {
    for (let chain = queue.pop(); chain !== undefined; chain = queue.pop()) {
      this.#send(chain);
      queue.push(chain, 0);
    }
    queue.signal();
  }

  /** Sends a copy, since the guest may change its own; nothing if it is no frame. */
  #send({ readable }: Chain): void {
    const header = readable.read(HEADER_SIZE);
    if (header === undefined) return;
    const unfinished = (header[0]! & VIRTIO_NET_HDR_F_NEEDS_CSUM) !== 0 && this.#link!.hasFeature(netFeatures.CSUM);
    const longest = unfinished && this.#link!.hasFeature(netFeatures.HOST_TSO4) ? LONGEST_UNFINISHED : LONGEST_FRAME;
    if (readable.left === 0 || readable.left > longest) return;
    this.#backend.send(readable.read(readable.left)!, unfinished);
  }
}

/** The header before a frame in so many buffers: of a segment that is unfinished it says what there is to be done. */
function receiveHeader(buffers: number, frame: Uint8Array, segmentSize: number | undefined): Uint8Array {
  const header = new Uint8Array(HEADER_SIZE);
  const view = new DataView(header.buffer);
  view.setUint16(HEADER_NUM_BUFFERS, buffers, true);
  if (segmentSize === undefined) return header;
  const headers = TCP_START + (frame[TCP_START + TCP_DATA_OFFSET]! >> 4) * 4;
  header[0] = VIRTIO_NET_HDR_F_NEEDS_CSUM;
  view.setUint16(HEADER_CSUM_START, TCP_START, true);
  view.setUint16(HEADER_CSUM_OFFSET, TCP_CHECKSUM, true);
  if (frame.length - headers <= segmentSize) return header;
  header[1] = VIRTIO_NET_HDR_GSO_TCPV4;
  view.setUint16(HEADER_HDR_LEN, headers, true);
  view.setUint16(HEADER_GSO_SIZE, segmentSize, true);
  return header;
}
