/** A driver of network devices (virtio 1.2, 5.1), for tests. */

import { Driver, F_RING_PACKED, F_VERSION_1, type Part, type Target } from './driver.ts';
import { type DriverQueue, driverQueue, type Format } from './driver-queue.ts';

export const F_MAC = 5;
export const F_MRG_RXBUF = 15;
export const F_STATUS = 16;
export const HEADER = 12;

export class NetDriver extends Driver {
  readonly receiveQueue: DriverQueue;
  readonly transmitQueue: DriverQueue;
  readonly #buffers = new Map<number, Part>();

  /** Sets the device up, with these features besides the format's. */
  constructor(
    target: Target,
    format: Format,
    { features = [F_MAC, F_STATUS] as readonly number[], queueSize = 8 } = {},
  ) {
    super(target);
    const accepted = this.negotiate([F_VERSION_1, ...features, ...(format === 'packed' ? [F_RING_PACKED] : [])]);
    if (!accepted) throw new Error('the device does not take the features');
    this.receiveQueue = driverQueue(this, format, 0, queueSize);
    this.transmitQueue = driverQueue(this, format, 1, queueSize);
    this.ready();
  }

  /** Offers buffers of these lengths for frames. */
  offer(...lengths: readonly number[]): void {
    for (const length of lengths) {
      const buffer = this.writable(length);
      this.#buffers.set(this.receiveQueue.add([buffer]), buffer);
    }
    this.notify(0);
  }

  /** The buffers that have come back since the last call, each cut to what was written. */
  received(): number[][] {
    return this.receiveQueue.used().map(({ id, length }) => this.contents(this.#buffers.get(id)!).slice(0, length));
  }

  /** Sends what stands in these parts, and returns whether the device has given the buffer back. */
  send(...parts: readonly (readonly number[])[]): boolean {
    this.transmitQueue.add(parts.map((part) => this.readable(part)));
    this.notify(1);
    return this.transmitQueue.used().length === 1;
  }

  /** A frame behind the header that asks for nothing. */
  sendFrame(frame: readonly number[]): boolean {
    return this.send([...new Array(HEADER).fill(0), ...frame]);
  }
}
