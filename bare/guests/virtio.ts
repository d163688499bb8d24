/**
 * A driver of virtio devices (virtio 1.2, 3.1 and 4.2) that is as small as one can be: it waits for each buffer, without interrupts.
 * A guest's devices lie in eight slots; where none is, an access is a fault, so the device tree says which there are.
 */
import { fdtFindCompatible, fdtParent, fdtRegAddress } from '../lib/fdt.ts';
import { fence_r_rw, fence_rw_w, fence_w_o, mmio_read32, mmio_write32 } from '../rv/intrinsics.ts';
import {
  VIRTIO_MMIO_CONFIG,
  VIRTIO_MMIO_DEVICE_ID,
  VIRTIO_MMIO_DRIVER_FEATURES,
  VIRTIO_MMIO_DRIVER_FEATURES_SEL,
  VIRTIO_MMIO_QUEUE_DESC_LOW,
  VIRTIO_MMIO_QUEUE_DEVICE_LOW,
  VIRTIO_MMIO_QUEUE_DRIVER_LOW,
  VIRTIO_MMIO_QUEUE_NOTIFY,
  VIRTIO_MMIO_QUEUE_NUM,
  VIRTIO_MMIO_QUEUE_READY,
  VIRTIO_MMIO_QUEUE_SEL,
  VIRTIO_MMIO_STATUS,
  VIRTIO_STATUS_ACKNOWLEDGE,
  VIRTIO_STATUS_DRIVER,
  VIRTIO_STATUS_DRIVER_OK,
  VIRTIO_STATUS_FEATURES_OK,
  VIRTQ_DESC_F_NEXT,
  VIRTQ_DESC_F_WRITE,
} from '../rv/virtio.ts';

export const QUEUE_SIZE: u32 = 8;

/** Address of the first device of this type, or 0. */
export function findDevice(dtb: usize, id: u32): usize {
  for (let node = fdtFindCompatible(dtb, 0, 'virtio,mmio'); node; node = fdtFindCompatible(dtb, node, 'virtio,mmio')) {
    const device = <usize>fdtRegAddress(dtb, fdtParent(dtb, node), node, 0);
    if (mmio_read32(device + VIRTIO_MMIO_DEVICE_ID) == id) return device;
  }
  return 0;
}

/** A word of the device's configuration space. */
export function config(device: usize, offset: usize): u32 {
  return mmio_read32(device + VIRTIO_MMIO_CONFIG + offset);
}

/** Resets the device and accepts VERSION_1, its one feature that every driver needs. */
export function startDevice(device: usize): void {
  mmio_write32(device + VIRTIO_MMIO_STATUS, 0);
  mmio_write32(device + VIRTIO_MMIO_STATUS, VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER);
  mmio_write32(device + VIRTIO_MMIO_DRIVER_FEATURES_SEL, 1);
  mmio_write32(device + VIRTIO_MMIO_DRIVER_FEATURES, 1);
  mmio_write32(
    device + VIRTIO_MMIO_STATUS,
    VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_FEATURES_OK,
  );
}

/** All queues have been made. */
export function deviceReady(device: usize): void {
  mmio_write32(
    device + VIRTIO_MMIO_STATUS,
    VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_FEATURES_OK | VIRTIO_STATUS_DRIVER_OK,
  );
}

/** A split virtqueue (2.7): one buffer of many parts at a time, or many of one. */
export class Queue {
  device: usize;
  index: u32;
  descriptors: usize;
  available: usize;
  used: usize;
  /** Descriptors of the buffer that is being described. */
  parts: u32;
  /** Buffers so far. */
  count: u16;
  /** Of those that were offered, how many `next` has taken back, and the bytes of the last. */
  taken: u16;
  length: u32;

  constructor(device: usize, index: u32) {
    this.device = device;
    this.index = index;
    // Static arrays are aligned to 16, and there is no translation: their addresses are physical.
    this.descriptors = changetype<usize>(new StaticArray<u64>(2 * QUEUE_SIZE));
    this.available = changetype<usize>(new StaticArray<u16>(3 + QUEUE_SIZE));
    this.used = changetype<usize>(new StaticArray<u32>(2 + 2 * QUEUE_SIZE));
    mmio_write32(device + VIRTIO_MMIO_QUEUE_SEL, index);
    mmio_write32(device + VIRTIO_MMIO_QUEUE_NUM, QUEUE_SIZE);
    this.place(VIRTIO_MMIO_QUEUE_DESC_LOW, this.descriptors);
    this.place(VIRTIO_MMIO_QUEUE_DRIVER_LOW, this.available);
    this.place(VIRTIO_MMIO_QUEUE_DEVICE_LOW, this.used);
    mmio_write32(device + VIRTIO_MMIO_QUEUE_READY, 1);
  }

  private place(register: usize, address: usize): void {
    mmio_write32(this.device + register, <u32>address);
    mmio_write32(this.device + register + 4, <u32>(address >> 32));
  }

  /** Adds a part to the buffer; those that the device reads come first. */
  add(address: usize, length: u32, isWritable: bool): void {
    const at = this.descriptors + 16 * this.parts;
    store<u64>(at, address);
    store<u32>(at + 8, length);
    store<u16>(at + 12, isWritable ? VIRTQ_DESC_F_WRITE : 0);
    store<u16>(at + 14, <u16>++this.parts);
    if (this.parts > 1) store<u16>(at - 16 + 12, load<u16>(at - 16 + 12) | VIRTQ_DESC_F_NEXT);
  }

  /** Gives the buffer to the device. */
  send(): void {
    this.publish(0);
    this.parts = 0;
  }

  private publish(head: u16): void {
    store<u16>(this.available + 4 + 2 * (this.count & <u16>(QUEUE_SIZE - 1)), head);
    fence_rw_w();
    this.count++;
    store<u16>(this.available + 2, this.count);
    fence_w_o();
    mmio_write32(this.device + VIRTIO_MMIO_QUEUE_NOTIFY, this.index);
  }

  /** Gives the device a buffer of one part to write, as `number` (below QUEUE_SIZE): other than `send`, many may be under way. */
  offer(number: u32, address: usize, length: u32): void {
    const at = this.descriptors + 16 * number;
    store<u64>(at, address);
    store<u32>(at + 8, length);
    store<u16>(at + 12, VIRTQ_DESC_F_WRITE);
    this.publish(<u16>number);
  }

  /** The number of the next buffer that the device gives back of those that were offered, or -1; `length` is what it has written. */
  next(): i32 {
    fence_r_rw();
    if (load<u16>(this.used + 2) == this.taken) return -1;
    fence_r_rw();
    const entry = this.used + 4 + 8 * <usize>(this.taken & <u16>(QUEUE_SIZE - 1));
    this.taken++;
    this.length = load<u32>(entry + 4);
    return load<u32>(entry);
  }

  /** Whether the device has given the buffer back. */
  isDone(): bool {
    fence_r_rw();
    return load<u16>(this.used + 2) == this.count;
  }

  /** Gives the buffer to the device and waits until it comes back. */
  sendAndWait(): void {
    this.send();
    while (!this.isDone()) {}
  }
}
