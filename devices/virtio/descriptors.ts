/** What split and packed virtqueues have in common: descriptors, and what a list of them may be. */

import { virtqDescriptorFlags } from '../../isa/virtio.ts';
import { ChainReader, ChainWriter, type Segment } from './chain.ts';
import { type GuestMemory, u16, u32, u64 } from './guest-memory.ts';

export const DESCRIPTOR_SIZE = 16;

/** A driver may describe up to 2 ** 32 bytes in a chain (virtio 1.2, 2.7.5.2). */
const MOST_BYTES = 2 ** 32;

/** The driver has broken a rule of the specification that leaves the device unable to go on. */
export class DriverError extends Error {
  override readonly name = 'DriverError';
}

/** A copy of a descriptor, so that a hart that writes to it changes nothing any more. */
export interface Descriptor {
  readonly address: number;
  readonly length: number;
  /** At byte 12: the flags in a split ring, the buffer id in a packed one. */
  readonly first: number;
  /** At byte 14: the next descriptor in a split ring, the flags in a packed one. */
  readonly second: number;
}

/** `table` has to have been found to be memory. */
export function readDescriptor(memory: GuestMemory, table: number, index: number): Descriptor {
  return descriptorAt(memory.span(table + DESCRIPTOR_SIZE * index, DESCRIPTOR_SIZE, 'r'), 0);
}

/** @param table of which the descriptor is known to be a part */
export function descriptorAt(table: Uint8Array, index: number): Descriptor {
  const at = DESCRIPTOR_SIZE * index;
  return {
    address: u64(table, at),
    length: u32(table, at + 8),
    first: u16(table, at + 12),
    second: u16(table, at + 14),
  };
}

/** Collects the buffers of a chain, and checks what both formats of rings ask of them. */
export class SegmentList {
  readonly #memory: GuestMemory;
  readonly #mostDescriptors: number;
  readonly #readable: Segment[] = [];
  readonly #writable: Segment[] = [];
  #descriptors = 0;
  #bytes = 0;

  /** @param mostDescriptors the queue size (virtio 1.2, 2.7.5.3.1 and 2.8.17). */
  constructor(memory: GuestMemory, mostDescriptors: number) {
    this.#memory = memory;
    this.#mostDescriptors = mostDescriptors;
  }

  /** @throws DriverError */
  add({ address, length }: Descriptor, flags: number): void {
    this.#descriptors++;
    if (this.#descriptors > this.#mostDescriptors) {
      throw new DriverError(
        `a chain has more than ${this.#mostDescriptors} descriptors, the queue size, or a loop (2.7.5.3.1, 2.8.17)`,
      );
    }
    const writable = (flags & virtqDescriptorFlags.WRITE) !== 0;
    if (!writable && this.#writable.length > 0) {
      throw new DriverError('a device-readable buffer comes after a device-writable one (2.7.4.2, 2.8.17)');
    }
    if (length === 0) return;
    this.#bytes += length;
    if (this.#bytes > MOST_BYTES) throw new DriverError('a chain has more than 2^32 bytes (2.7.5.2)');
    checkMemory(this.#memory, 'a buffer', address, length);
    (writable ? this.#writable : this.#readable).push({ address, length });
  }

  get readable(): ChainReader {
    return new ChainReader(this.#memory, this.#readable);
  }

  get writable(): ChainWriter {
    return new ChainWriter(this.#memory, this.#writable);
  }
}

/**
 * The number of descriptors in an indirect table (virtio 1.2, 2.7.5.3 and 2.8.7).
 * @throws DriverError
 */
export function indirectLength(memory: GuestMemory, { address, length }: Descriptor): number {
  if (length === 0 || length % DESCRIPTOR_SIZE !== 0) {
    throw new DriverError(
      `an indirect table has ${length} bytes, not a multiple of ${DESCRIPTOR_SIZE} (2.7.5.3, 2.8.7)`,
    );
  }
  checkMemory(memory, 'an indirect table', address, length);
  return length / DESCRIPTOR_SIZE;
}

/** @throws DriverError */
export function checkMemory(memory: GuestMemory, what: string, address: number, length: number): void {
  if (!memory.contains(address, length)) {
    throw new DriverError(`${what} of ${length} bytes at 0x${address.toString(16)} is not in memory`);
  }
}

/** @throws DriverError */
export function checkPart(memory: GuestMemory, what: string, address: number, length: number, alignment: number): void {
  if (address % alignment !== 0) {
    throw new DriverError(`${what} at 0x${address.toString(16)} is not aligned to ${alignment} bytes (2.7, 2.8.10.1)`);
  }
  checkMemory(memory, what, address, length);
}
