/** The driver's side of a virtqueue, split (virtio 1.2, 2.7) or packed (2.8). */

import { type Driver, INDIRECT, NEXT, type Part, type QueuePlace, type Used, WRITE } from './driver.ts';

const AVAIL = 1 << 7;
const USED = 1 << 15;

export type Format = 'split' | 'packed';

/** A descriptor before the format is known. */
interface Descriptor {
  readonly address: number;
  readonly length: number;
  readonly flags: number;
}

export abstract class DriverQueue {
  readonly driver: Driver;
  readonly place: QueuePlace;

  constructor(driver: Driver, place: QueuePlace) {
    this.driver = driver;
    this.place = place;
  }

  /** Makes a buffer available, and returns its id. */
  abstract add(parts: readonly Part[]): number;
  /** The same through an indirect table. */
  abstract addIndirect(parts: readonly Part[]): number;
  /** Makes these descriptors available as they are, followed by each other if they have the flag. */
  abstract addRaw(descriptors: readonly Descriptor[]): number;
  /** What the device has given back since the last call. */
  abstract used(): Used[];
  /** Asks for no interrupts: by the flag, not by an event. */
  abstract suppressInterrupts(suppress: boolean): void;
  /** Asks for an interrupt once the buffer is used that comes after `count` others from now on; needs F_EVENT_IDX. */
  abstract interruptAfter(count: number): void;
  /** Whether the device wants to be notified of the buffer that has been added last. */
  abstract get notificationWanted(): boolean;
  /** Writes an indirect table with these descriptors, and returns its address. */
  abstract table(descriptors: readonly Descriptor[]): number;

  protected static flagged(parts: readonly Part[]): Descriptor[] {
    return parts.map(({ address, length, writable }, index) => ({
      address,
      length,
      flags: (writable ? WRITE : 0) | (index < parts.length - 1 ? NEXT : 0),
    }));
  }

  protected indirect(descriptors: readonly Descriptor[]): Descriptor {
    return { address: this.table(descriptors), length: 16 * descriptors.length, flags: INDIRECT };
  }
}

export class SplitDriverQueue extends DriverQueue {
  #available = 0;
  #used = 0;
  #free = 0;

  static place(driver: Driver, size: number): QueuePlace {
    return {
      size,
      descriptors: driver.allocate(16 * size),
      driver: driver.allocate(6 + 2 * size, 2),
      device: driver.allocate(6 + 8 * size, 4),
    };
  }

  add(parts: readonly Part[]): number {
    return this.addRaw(DriverQueue.flagged(parts));
  }

  addIndirect(parts: readonly Part[]): number {
    return this.addRaw([this.indirect(DriverQueue.flagged(parts))]);
  }

  addRaw(descriptors: readonly Descriptor[]): number {
    const { size } = this.place;
    const indices = descriptors.map(() => this.#free++ % size);
    for (const [position, descriptor] of descriptors.entries()) {
      this.write(this.place.descriptors, indices[position]!, descriptor, indices[position + 1] ?? 0);
    }
    this.makeAvailable(indices[0]!);
    return indices[0]!;
  }

  write(table: number, index: number, { address, length, flags }: Descriptor, next: number): void {
    const at = table + 16 * index;
    this.driver.setU64(at, address);
    this.driver.setU32(at + 8, length);
    this.driver.setU16(at + 12, flags);
    this.driver.setU16(at + 14, next);
  }

  makeAvailable(head: number): void {
    const { driver, size } = this.place;
    this.driver.setU16(driver + 4 + 2 * (this.#available % size), head);
    this.#available = (this.#available + 1) & 0xffff;
    this.driver.setU16(driver + 2, this.#available);
  }

  used(): Used[] {
    const { device, size } = this.place;
    const used: Used[] = [];
    for (; this.#used !== this.driver.u16(device + 2); this.#used = (this.#used + 1) & 0xffff) {
      const element = device + 4 + 8 * (this.#used % size);
      used.push({ id: this.driver.u32(element), length: this.driver.u32(element + 4) });
    }
    return used;
  }

  suppressInterrupts(suppress: boolean): void {
    this.driver.setU16(this.place.driver, suppress ? 1 : 0);
  }

  interruptAfter(count: number): void {
    const { driver, device, size } = this.place;
    this.driver.setU16(driver + 4 + 2 * size, (this.driver.u16(device + 2) + count) & 0xffff);
  }

  get notificationWanted(): boolean {
    const { device, size } = this.place;
    return this.driver.u16(device + 4 + 8 * size) === ((this.#available - 1) & 0xffff);
  }

  table(descriptors: readonly Descriptor[]): number {
    const table = this.driver.allocate(16 * descriptors.length);
    for (const [index, descriptor] of descriptors.entries()) this.write(table, index, descriptor, index + 1);
    return table;
  }
}

export class PackedDriverQueue extends DriverQueue {
  #next = 0;
  #wrap = 1;
  #usedNext = 0;
  #usedWrap = 1;
  #id = 0;
  #last = { offset: 0, wrap: 1 };
  /** Descriptors of each buffer. */
  readonly #slots = new Map<number, number>();

  static place(driver: Driver, size: number): QueuePlace {
    return {
      size,
      descriptors: driver.allocate(16 * size),
      driver: driver.allocate(4, 4),
      device: driver.allocate(4, 4),
    };
  }

  add(parts: readonly Part[]): number {
    return this.addRaw(DriverQueue.flagged(parts));
  }

  /** In an indirect table only WRITE counts (2.8.7). */
  addIndirect(parts: readonly Part[]): number {
    const descriptors = DriverQueue.flagged(parts).map((each) => ({ ...each, flags: each.flags & WRITE }));
    return this.addRaw([this.indirect(descriptors)]);
  }

  addRaw(descriptors: readonly Descriptor[]): number {
    const id = this.#id++ % this.place.size;
    this.#slots.set(id, descriptors.length);
    this.#last = { offset: this.#next, wrap: this.#wrap };
    const writes: (() => void)[] = [];
    for (const descriptor of descriptors) {
      const [offset, flags] = [this.#next, descriptor.flags | (this.#wrap === 1 ? AVAIL : USED)];
      writes.push(() => this.write(this.place.descriptors, offset, { ...descriptor, flags }, id));
      this.#next++;
      if (this.#next === this.place.size) {
        this.#next = 0;
        this.#wrap ^= 1;
      }
    }
    // The first one last: it makes all of them available (2.8.6).
    for (const write of writes.reverse()) write();
    return id;
  }

  write(table: number, index: number, { address, length, flags }: Descriptor, id: number): void {
    const at = table + 16 * index;
    this.driver.setU64(at, address);
    this.driver.setU32(at + 8, length);
    this.driver.setU16(at + 12, id);
    this.driver.setU16(at + 14, flags);
  }

  used(): Used[] {
    const used: Used[] = [];
    for (;;) {
      const at = this.place.descriptors + 16 * this.#usedNext;
      const flags = this.driver.u16(at + 14);
      const mark = this.#usedWrap === 1 ? AVAIL | USED : 0;
      const slots = this.#slots.get(this.driver.u16(at + 12));
      if ((flags & (AVAIL | USED)) !== mark || slots === undefined) return used;
      const id = this.driver.u16(at + 12);
      this.#slots.delete(id);
      used.push({ id, length: (flags & WRITE) !== 0 ? this.driver.u32(at + 8) : 0 });
      this.#usedNext += slots;
      if (this.#usedNext < this.place.size) continue;
      this.#usedNext -= this.place.size;
      this.#usedWrap ^= 1;
    }
  }

  suppressInterrupts(suppress: boolean): void {
    this.driver.setU16(this.place.driver + 2, suppress ? 1 : 0);
  }

  /** Each buffer is taken to have one descriptor. */
  interruptAfter(count: number): void {
    const { size, driver } = this.place;
    const offset = this.#usedNext + count;
    const wrap = offset >= size ? this.#usedWrap ^ 1 : this.#usedWrap;
    this.driver.setU16(driver, (offset % size) | (wrap << 15));
    this.driver.setU16(driver + 2, 2);
  }

  get notificationWanted(): boolean {
    const flags = this.driver.u16(this.place.device + 2);
    const event = this.driver.u16(this.place.device);
    return flags === 0 || (flags === 2 && event === (this.#last.offset | (this.#last.wrap << 15)));
  }

  table(descriptors: readonly Descriptor[]): number {
    const table = this.driver.allocate(16 * descriptors.length);
    for (const [index, descriptor] of descriptors.entries()) this.write(table, index, descriptor, 0);
    return table;
  }
}

/** A queue of that format in memory of its own, given to the device. */
export function driverQueue(driver: Driver, format: Format, index: number, size: number): DriverQueue {
  const Queue = format === 'split' ? SplitDriverQueue : PackedDriverQueue;
  const queue = new Queue(driver, Queue.place(driver, size));
  driver.enable(index, queue.place);
  return queue;
}
