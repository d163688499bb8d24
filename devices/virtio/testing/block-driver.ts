/** A driver of block devices (virtio 1.2, 5.2), for tests. */

import { Driver, F_RING_PACKED, F_VERSION_1, type Part, type Target } from './driver.ts';
import { type DriverQueue, driverQueue, type Format } from './driver-queue.ts';

export const IN = 0;
export const OUT = 1;
export const FLUSH = 4;
export const GET_ID = 8;
export const DISCARD = 11;
export const WRITE_ZEROES = 13;

export const OK = 0;
export const IOERR = 1;
export const UNSUPP = 2;

export const F_FLUSH = 9;

/** The header of a request. */
export function header(type: number, sector: number): number[] {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setBigUint64(8, BigInt(sector), true);
  return [...bytes];
}

/** A segment of a discard or write zeroes request. */
export function segment(sector: number, sectors: number, flags = 0): number[] {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(sector), true);
  view.setUint32(8, sectors, true);
  view.setUint32(12, flags, true);
  return [...bytes];
}

export class BlockDriver extends Driver {
  readonly queue: DriverQueue;

  /** Sets the device up, with these features besides the format's. */
  constructor(target: Target, format: Format, { features = [] as readonly number[], queueSize = 8 } = {}) {
    super(target);
    const accepted = this.negotiate([F_VERSION_1, ...features, ...(format === 'packed' ? [F_RING_PACKED] : [])]);
    if (!accepted) throw new Error('the device does not take the features');
    this.queue = driverQueue(this, format, 0, queueSize);
    this.ready();
  }

  /** Has one request served, and returns its status; undefined when the device has not used it. */
  request(type: number, sector: number, data: readonly Part[] = [], indirect = false): number | undefined {
    const status = this.writable(1);
    this.bytes(status.address, 1)[0] = 0xff;
    const parts = [this.readable(header(type, sector)), ...data, status];
    const id = indirect ? this.queue.addIndirect(parts) : this.queue.add(parts);
    this.notify(0);
    const used = this.queue.used();
    return used.length === 1 && used[0]!.id === id ? this.contents(status)[0] : undefined;
  }

  /** The sectors, read one after the other. @throws Error when the device does not say that all went well. */
  read(sector: number, count = 1): number[] {
    const data = this.writable(512 * count);
    const status = this.request(IN, sector, [data]);
    if (status !== OK) throw new Error(`reading ended with status ${status}`);
    return this.contents(data);
  }
}
