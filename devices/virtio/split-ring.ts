/**
 * Split virtqueues (virtio 1.2, 2.7): a descriptor table and an available ring that the driver writes, and a used ring that the
 * device writes.
 *
 *   descriptor area   { address 64, length 32, flags 16, next 16 } for each descriptor
 *   driver area       flags 16, idx 16, head 16 for each descriptor, used_event 16
 *   device area       flags 16, idx 16, { id 32, length 32 } for each descriptor, avail_event 16
 */

import { virtqAvailableFlags, virtqDescriptorFlags } from '../../isa/virtio.ts';
import type { State, StateReader } from '../state.ts';
import { checkPart, DESCRIPTOR_SIZE, DriverError, indirectLength, readDescriptor, SegmentList } from './descriptors.ts';
import { loadU16, storeU16, storeU32 } from './guest-memory.ts';
import type { AvailableBuffer, Ring, RingOptions } from './ring.ts';

/** Queue Size is at most this, and a power of 2 (virtio 1.2, 2.7). */
const MOST_DESCRIPTORS = 2 ** 15;
const FLAGS = 0;
const IDX = 2;
const RING = 4;
const USED_ELEMENT_SIZE = 8;

export class SplitRing implements Ring {
  readonly #options: RingOptions;
  /** Index of the next entry of the available ring, and of the used ring; they count modulo 2 ** 16. */
  #available = 0;
  #used = 0;
  /** Buffers put since the driver has last been asked whether it wants to hear of them. */
  #news = 0;

  /** @throws DriverError when the driver has not set it up as the specification asks. */
  constructor(options: RingOptions) {
    const { memory, size, descriptorArea, driverArea, deviceArea, eventIndex } = options;
    if (size === 0 || size > MOST_DESCRIPTORS || (size & (size - 1)) !== 0) {
      throw new DriverError(`its size is ${size}, not a power of 2 up to ${MOST_DESCRIPTORS} (2.7)`);
    }
    const event = eventIndex ? 2 : 0;
    checkPart(memory, 'the descriptor table', descriptorArea, DESCRIPTOR_SIZE * size, 16);
    checkPart(memory, 'the available ring', driverArea, RING + 2 * size + event, 2);
    checkPart(memory, 'the used ring', deviceArea, RING + USED_ELEMENT_SIZE * size + event, 4);
    this.#options = options;
  }

  take(): AvailableBuffer | undefined {
    if (this.#waiting() === 0) {
      if (!this.#options.eventIndex) return undefined;
      this.#requestNotification();
      // The driver may have added a buffer before it could see the request (2.7.10).
      if (this.#waiting() === 0) return undefined;
    }
    const { memory, driverArea, size } = this.#options;
    const head = loadU16(memory, driverArea + RING + 2 * (this.#available % size));
    this.#available = (this.#available + 1) & 0xffff;
    const segments = this.#walk(head);
    return { id: head, slots: 1, readable: segments.readable, writable: segments.writable };
  }

  untake(_slots: number): void {
    this.#available = (this.#available - 1) & 0xffff;
  }

  put(id: number, _slots: number, written: number): void {
    const { memory, deviceArea, size } = this.#options;
    const element = deviceArea + RING + USED_ELEMENT_SIZE * (this.#used % size);
    storeU32(memory, element, id);
    storeU32(memory, element + 4, written);
    this.#used = (this.#used + 1) & 0xffff;
    this.#news++;
    storeU16(memory, deviceArea + IDX, this.#used);
  }

  /** Used Buffer Notification Suppression (2.7.7). */
  wantsInterrupt(): boolean {
    const { memory, driverArea, size, eventIndex } = this.#options;
    const news = this.#news;
    this.#news = 0;
    if (news === 0) return false;
    if (!eventIndex) return (loadU16(memory, driverArea + FLAGS) & virtqAvailableFlags.NO_INTERRUPT) === 0;
    const usedEvent = loadU16(memory, driverArea + RING + 2 * size);
    const since = (this.#used - usedEvent) & 0xffff;
    return since >= 1 && since <= news;
  }

  save(): State {
    return { available: this.#available, used: this.#used, news: this.#news };
  }

  load(state: StateReader): void {
    this.#available = state.number('available', 0xffff);
    this.#used = state.number('used', 0xffff);
    this.#news = state.number('news', 0xffff_ffff);
  }

  /** @throws DriverError when idx has jumped or gone back (2.7.6.1): it would make more available than there can be. */
  #waiting(): number {
    const { memory, driverArea, size } = this.#options;
    const idx = loadU16(memory, driverArea + IDX);
    const waiting = (idx - this.#available) & 0xffff;
    if (waiting > size) {
      throw new DriverError(`the available idx went from ${this.#available} to ${idx}, by more than ${size} (2.7.6.1)`);
    }
    return waiting;
  }

  /** Available Buffer Notification Suppression (2.7.10): avail_event is the last field of the device area. */
  #requestNotification(): void {
    const { memory, deviceArea, size } = this.#options;
    storeU16(memory, deviceArea + RING + USED_ELEMENT_SIZE * size, this.#available);
  }

  #walk(head: number): SegmentList {
    const { memory, descriptorArea, size, indirect } = this.#options;
    const segments = new SegmentList(memory, size);
    let table = descriptorArea;
    let length = size;
    let index = head;
    for (;;) {
      if (index >= length)
        throw new DriverError(`descriptor ${index} is not one of the ${length} in its table (2.7.5)`);
      const descriptor = readDescriptor(memory, table, index);
      const { first: flags, second: next } = descriptor;
      if ((flags & virtqDescriptorFlags.INDIRECT) !== 0) {
        if (!indirect) throw new DriverError('an indirect descriptor without VIRTIO_F_INDIRECT_DESC (2.7.5.3.1)');
        if (table !== descriptorArea) throw new DriverError('an indirect descriptor in an indirect table (2.7.5.3.1)');
        if ((flags & virtqDescriptorFlags.NEXT) !== 0)
          throw new DriverError('an indirect descriptor with a next (2.7.5.3.1)');
        length = indirectLength(memory, descriptor);
        table = descriptor.address;
        index = 0;
        continue;
      }
      segments.add(descriptor, flags);
      if ((flags & virtqDescriptorFlags.NEXT) === 0) return segments;
      index = next;
    }
  }
}
