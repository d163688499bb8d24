/** What the two formats of virtqueues, split and packed, are to what lies above them. */

import type { State, StateReader } from '../state.ts';
import type { ChainReader, ChainWriter } from './chain.ts';
import type { GuestMemory } from './guest-memory.ts';

/** Where the driver has put a virtqueue, and what has been negotiated about it. */
export interface RingOptions {
  readonly memory: GuestMemory;
  /** Queue Size, in descriptors. */
  readonly size: number;
  /** Guest physical addresses of its three parts (virtio 1.2, 2.6). */
  readonly descriptorArea: number;
  readonly driverArea: number;
  readonly deviceArea: number;
  /** VIRTIO_F_EVENT_IDX */
  readonly eventIndex: boolean;
  /** VIRTIO_F_INDIRECT_DESC */
  readonly indirect: boolean;
}

/** A buffer as it is taken from the ring. */
export interface AvailableBuffer {
  readonly id: number;
  /** Descriptors of the ring that it occupies. */
  readonly slots: number;
  readonly readable: ChainReader;
  readonly writable: ChainWriter;
}

export interface Ring {
  /**
   * The next buffer that the driver has made available. When there is none, the driver is asked to notify the next time.
   * @throws DriverError
   */
  take(): AvailableBuffer | undefined;
  /** Takes back that a buffer of so many slots has been taken: the last one that has been, and is not put yet. */
  untake(slots: number): void;
  /** Marks a buffer used, with the number of bytes written to it. */
  put(id: number, slots: number, written: number): void;
  /** Whether the driver wants to hear of what has been put since this was called last. */
  wantsInterrupt(): boolean;
  /** How far the device has come. */
  save(): State;
  /** @throws StateError */
  load(state: StateReader): void;
}
