/**
 * A driver of virtio devices (virtio 1.2, 3.1 and 4.2) that is as small as one can be: it waits for each buffer, without interrupts.
 * A guest's devices lie in eight slots; where none is, an access is a fault, so the device tree says which there are.
 */
import { fdtFindCompatible, fdtParent, fdtRegAddress } from '../lib/fdt.ts';
import { fence_r_rw, fence_rw_w, fence_w_o, mmio_read32, mmio_write32 } from '../rv/intrinsics.ts';

export const ID_NET: u32 = 1;
export const ID_BLOCK: u32 = 2;

// Register offsets (4.2.2, table 4.1).
const DEVICE_ID: usize = 0x008;
const DRIVER_FEATURES: usize = 0x020;
const DRIVER_FEATURES_SEL: usize = 0x024;
const QUEUE_SEL: usize = 0x030;
const QUEUE_NUM: usize = 0x038;
const QUEUE_READY: usize = 0x044;
const QUEUE_NOTIFY: usize = 0x050;
const STATUS: usize = 0x070;
const QUEUE_DESC: usize = 0x080;
const QUEUE_DRIVER: usize = 0x090;
const QUEUE_DEVICE: usize = 0x0a0;
const CONFIG: usize = 0x100;

const ACKNOWLEDGE: u32 = 1;
const DRIVER: u32 = 2;
const DRIVER_OK: u32 = 4;
const FEATURES_OK: u32 = 8;

export const QUEUE_SIZE: u32 = 8;
const F_NEXT: u16 = 1;
const F_WRITE: u16 = 2;

/** Address of the first device of this type, or 0. */
export function findDevice(dtb: usize, id: u32): usize {
  for (let node = fdtFindCompatible(dtb, 0, 'virtio,mmio'); node; node = fdtFindCompatible(dtb, node, 'virtio,mmio')) {
    const device = <usize>fdtRegAddress(dtb, fdtParent(dtb, node), node, 0);
    if (mmio_read32(device + DEVICE_ID) == id) return device;
  }
  return 0;
}

/** A word of the device's configuration space. */
export function config(device: usize, offset: usize): u32 {
  return mmio_read32(device + CONFIG + offset);
}

/** Resets the device and accepts VERSION_1, its one feature that every driver needs. */
export function startDevice(device: usize): void {
  mmio_write32(device + STATUS, 0);
  mmio_write32(device + STATUS, ACKNOWLEDGE | DRIVER);
  mmio_write32(device + DRIVER_FEATURES_SEL, 1);
  mmio_write32(device + DRIVER_FEATURES, 1);
  mmio_write32(device + STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
}

/** All queues have been made. */
export function deviceReady(device: usize): void {
  mmio_write32(device + STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
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
    mmio_write32(device + QUEUE_SEL, index);
    mmio_write32(device + QUEUE_NUM, QUEUE_SIZE);
    this.place(QUEUE_DESC, this.descriptors);
    this.place(QUEUE_DRIVER, this.available);
    this.place(QUEUE_DEVICE, this.used);
    mmio_write32(device + QUEUE_READY, 1);
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
    store<u16>(at + 12, isWritable ? F_WRITE : 0);
    store<u16>(at + 14, <u16>++this.parts);
    if (this.parts > 1) store<u16>(at - 16 + 12, load<u16>(at - 16 + 12) | F_NEXT);
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
    mmio_write32(this.device + QUEUE_NOTIFY, this.index);
  }

  /** Gives the device a buffer of one part to write, as `number` (below QUEUE_SIZE): other than `send`, many may be under way. */
  offer(number: u32, address: usize, length: u32): void {
    const at = this.descriptors + 16 * number;
    store<u64>(at, address);
    store<u32>(at + 8, length);
    store<u16>(at + 12, F_WRITE);
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
