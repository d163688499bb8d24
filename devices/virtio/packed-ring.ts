/**
 * Packed virtqueues (virtio 1.2, 2.8): one ring of descriptors that the driver makes available and the device overwrites with
 * what is used, and two structures by which either side says when it wants to be notified.
 *
 *   descriptor area   { address 64, length 32, buffer id 16, flags 16 } for each descriptor
 *   driver area       offset and wrap counter 16, flags 16     when the device interrupts
 *   device area       the same                                 when the driver notifies
 */

import { virtqDescriptorFlags } from '../../isa/virtio.ts';
import type { State, StateReader } from '../state.ts';
import {
  checkPart,
  DESCRIPTOR_SIZE,
  type Descriptor,
  DriverError,
  descriptorAt,
  indirectLength,
  readDescriptor,
  SegmentList,
} from './descriptors.ts';
import { loadU16, storeU16, storeU32 } from './guest-memory.ts';
import type { AvailableBuffer, Ring, RingOptions } from './ring.ts';

/** Queue Size is at most this (virtio 1.2, 2.8). */
const MOST_DESCRIPTORS = 2 ** 15;
const VIRTQ_DESC_F_AVAIL = 1 << 7;
const VIRTQ_DESC_F_USED = 1 << 15;

/** Offsets in a descriptor. */
const LENGTH = 8;
const FLAGS = 14;

/** The event suppression structure (virtio 1.2, 2.8.14). */
const EVENT_SIZE = 4;
const EVENT_DESC = 0;
const EVENT_FLAGS = 2;
const EVENT_WRAP_SHIFT = 15;
const RING_EVENT_FLAGS_DISABLE = 1;
const RING_EVENT_FLAGS_DESC = 2;

/** A place in the ring, with the wrap counter that goes with it: it changes each time around (virtio 1.2, 2.8.1). */
interface Position {
  offset: number;
  wrap: number;
}

export class PackedRing implements Ring {
  readonly #options: RingOptions;
  /** Where the next available descriptor is expected, and where the next used one goes. */
  readonly #available: Position = { offset: 0, wrap: 1 };
  readonly #used: Position = { offset: 0, wrap: 1 };
  /** Descriptors passed by `#used` since the driver has last been asked whether it wants to hear of them. */
  #news = 0;

  /** @throws DriverError when the driver has not set it up as the specification asks. */
  constructor(options: RingOptions) {
    const { memory, size, descriptorArea, driverArea, deviceArea } = options;
    if (size === 0 || size > MOST_DESCRIPTORS) {
      throw new DriverError(`its size is ${size}, not one from 1 to ${MOST_DESCRIPTORS} (2.8)`);
    }
    checkPart(memory, 'the descriptor ring', descriptorArea, DESCRIPTOR_SIZE * size, 16);
    checkPart(memory, 'the driver event suppression', driverArea, EVENT_SIZE, 4);
    checkPart(memory, 'the device event suppression', deviceArea, EVENT_SIZE, 4);
    this.#options = options;
  }

  take(): AvailableBuffer | undefined {
    if (!this.#isAvailable()) {
      if (!this.#options.eventIndex) return undefined;
      this.#requestNotification();
      // The driver may have added a buffer before it could see the request (2.8.21.2).
      if (!this.#isAvailable()) return undefined;
    }
    return this.#walk();
  }

  untake(slots: number): void {
    this.#advance(this.#available, -slots);
  }

  put(id: number, slots: number, written: number): void {
    const { memory, descriptorArea } = this.#options;
    const descriptor = descriptorArea + DESCRIPTOR_SIZE * this.#used.offset;
    const wrap = this.#used.wrap === 1 ? VIRTQ_DESC_F_AVAIL | VIRTQ_DESC_F_USED : 0;
    storeU32(memory, descriptor + LENGTH, written);
    storeU16(memory, descriptor + LENGTH + 4, id);
    // The flags last: they tell the driver that the rest is there (2.8.4).
    storeU16(memory, descriptor + FLAGS, wrap | (written > 0 ? virtqDescriptorFlags.WRITE : 0));
    this.#advance(this.#used, slots);
    this.#news += slots;
  }

  /** Driver and Device Event Suppression (2.8.10). */
  wantsInterrupt(): boolean {
    const { memory, driverArea, eventIndex } = this.#options;
    const news = this.#news;
    this.#news = 0;
    if (news === 0) return false;
    const flags = loadU16(memory, driverArea + EVENT_FLAGS) & 3;
    if (flags !== RING_EVENT_FLAGS_DESC || !eventIndex) return flags !== RING_EVENT_FLAGS_DISABLE;
    const since = this.#since(loadU16(memory, driverArea + EVENT_DESC));
    return since >= 1 && since <= news;
  }

  save(): State {
    return {
      available: this.#available.offset,
      availableWrap: this.#available.wrap,
      used: this.#used.offset,
      usedWrap: this.#used.wrap,
      news: this.#news,
    };
  }

  load(state: StateReader): void {
    const last = this.#options.size - 1;
    Object.assign(this.#available, { offset: state.number('available', last), wrap: state.number('availableWrap', 1) });
    Object.assign(this.#used, { offset: state.number('used', last), wrap: state.number('usedWrap', 1) });
    this.#news = state.number('news', 0xffff_ffff);
  }

  /** How many descriptors ago the one of an event was used. */
  #since(event: number): number {
    const offset = event & ((1 << EVENT_WRAP_SHIFT) - 1);
    const thisRound = event >>> EVENT_WRAP_SHIFT === this.#used.wrap;
    return this.#used.offset - offset + (thisRound ? 0 : this.#options.size);
  }

  #isAvailable(): boolean {
    const { memory, descriptorArea } = this.#options;
    const flags = loadU16(memory, descriptorArea + DESCRIPTOR_SIZE * this.#available.offset + FLAGS);
    const available = (flags & VIRTQ_DESC_F_AVAIL) !== 0 ? 1 : 0;
    const used = (flags & VIRTQ_DESC_F_USED) !== 0 ? 1 : 0;
    return available === this.#available.wrap && used !== this.#available.wrap;
  }

  #requestNotification(): void {
    const { memory, deviceArea } = this.#options;
    const { offset, wrap } = this.#available;
    storeU16(memory, deviceArea + EVENT_DESC, offset | (wrap << EVENT_WRAP_SHIFT));
    storeU16(memory, deviceArea + EVENT_FLAGS, RING_EVENT_FLAGS_DESC);
  }

  #advance(position: Position, slots: number): void {
    const { size } = this.#options;
    position.offset += slots;
    if (position.offset >= 0 && position.offset < size) return;
    position.offset -= Math.sign(slots) * size;
    position.wrap ^= 1;
  }

  #walk(): AvailableBuffer {
    const { memory, descriptorArea, size } = this.#options;
    const segments = new SegmentList(memory, size);
    for (let slots = 1; ; slots++) {
      const descriptor = readDescriptor(memory, descriptorArea, this.#available.offset);
      const { first: id, second: flags } = descriptor;
      this.#advance(this.#available, 1);
      if ((flags & virtqDescriptorFlags.INDIRECT) !== 0) this.#addIndirect(segments, descriptor, slots);
      else segments.add(descriptor, flags);
      // The id is in the last descriptor (2.8.6). It means nothing to the device.
      if ((flags & virtqDescriptorFlags.NEXT) === 0) {
        return { id, slots, readable: segments.readable, writable: segments.writable };
      }
    }
  }

  /** The descriptors of an indirect table follow each other; of their flags only VIRTQ_DESC_F_WRITE counts (2.8.7). */
  #addIndirect(segments: SegmentList, descriptor: Descriptor, slots: number): void {
    const { memory, indirect } = this.#options;
    if (!indirect) throw new DriverError('an indirect descriptor without VIRTIO_F_INDIRECT_DESC (2.8.19)');
    if (slots > 1 || (descriptor.second & virtqDescriptorFlags.NEXT) !== 0) {
      throw new DriverError('an indirect descriptor in a list of descriptors (2.8.19)');
    }
    const length = indirectLength(memory, descriptor);
    const table = memory.span(descriptor.address, length * DESCRIPTOR_SIZE, 'r');
    for (let index = 0; index < length; index++) {
      const element = descriptorAt(table, index);
      segments.add(element, element.second);
    }
  }
}
