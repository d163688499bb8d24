/**
 * The driver's side of a split virtqueue (virtio 1.2, 2.7). Who uses it divides the descriptors among its requests for good, so
 * that none has to be looked for.
 */
import { fence_r_rw, fence_rw_w, fence_w_o, mmio_read32, mmio_write32 } from '../../rv/intrinsics.ts';
import {
  VIRTIO_MMIO_QUEUE_ALIGN,
  VIRTIO_MMIO_QUEUE_DESC_LOW,
  VIRTIO_MMIO_QUEUE_DEVICE_LOW,
  VIRTIO_MMIO_QUEUE_DRIVER_LOW,
  VIRTIO_MMIO_QUEUE_NOTIFY,
  VIRTIO_MMIO_QUEUE_NUM,
  VIRTIO_MMIO_QUEUE_NUM_MAX,
  VIRTIO_MMIO_QUEUE_PFN,
  VIRTIO_MMIO_QUEUE_READY,
  VIRTIO_MMIO_QUEUE_SEL,
  VIRTQ_AVAIL_F_NO_INTERRUPT,
} from '../../rv/virtio.ts';
import { PAGE_SIZE } from '../memory/allocator.ts';
import { allocate } from '../memory/heap.ts';
import { interruptHere } from './interrupts.ts';
import { HostVirtio } from './virtio.ts';

const DESCRIPTOR_SIZE: usize = 16;
const RING_INDEX: usize = 2;
const RING_ENTRIES: usize = 4;
const AVAILABLE_ENTRY: usize = 2;
const USED_ENTRY: usize = 8;
/** Room for 256 descriptors with their rings. */
const QUEUE_PAGES: usize = 3;

export class HostQueue {
  device: HostVirtio;
  index: u32;
  size: u32;
  descriptors: usize;
  available: usize;
  used: usize;
  nextAvailable: u16;
  nextUsed: u16;
  /** Bytes that the device has written into what `takeUsed` returned last. */
  written: u32;
}

/** Sets up a queue of at most `most` descriptors, up to 256; null when the device has no such queue. */
export function createHostQueue(device: HostVirtio, index: u32, most: u32): HostQueue | null {
  const base = device.base;
  mmio_write32(base + VIRTIO_MMIO_QUEUE_SEL, index);
  const size = min(mmio_read32(base + VIRTIO_MMIO_QUEUE_NUM_MAX), most);
  if (!size) return null;
  const queue = changetype<HostQueue>(allocate(offsetof<HostQueue>()));
  queue.device = device;
  queue.index = index;
  queue.size = size;
  // In one piece, the used ring on a page of its own: so version 1 wants it (2.7.2), and version 2 has nothing against it.
  queue.descriptors = allocate(QUEUE_PAGES * PAGE_SIZE);
  queue.available = queue.descriptors + size * DESCRIPTOR_SIZE;
  const end = queue.available + RING_ENTRIES + (size + 1) * AVAILABLE_ENTRY;
  queue.used = (end + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
  mmio_write32(base + VIRTIO_MMIO_QUEUE_NUM, size);
  if (device.isLegacy) placeLegacy(base, queue);
  else place(base, queue);
  return queue;
}

function place(base: usize, queue: HostQueue): void {
  writeAddress(base + VIRTIO_MMIO_QUEUE_DESC_LOW, queue.descriptors);
  writeAddress(base + VIRTIO_MMIO_QUEUE_DRIVER_LOW, queue.available);
  writeAddress(base + VIRTIO_MMIO_QUEUE_DEVICE_LOW, queue.used);
  mmio_write32(base + VIRTIO_MMIO_QUEUE_READY, 1);
}

function placeLegacy(base: usize, queue: HostQueue): void {
  mmio_write32(base + VIRTIO_MMIO_QUEUE_ALIGN, <u32>PAGE_SIZE);
  mmio_write32(base + VIRTIO_MMIO_QUEUE_PFN, <u32>(queue.descriptors / PAGE_SIZE));
}

function writeAddress(register: usize, address: usize): void {
  mmio_write32(register, <u32>address);
  mmio_write32(register + 4, <u32>(address >> 32));
}

/** The device need not tell of buffers that it has used: they are found when they are needed (2.7.7). */
export function suppressInterrupts(queue: HostQueue): void {
  store<u16>(queue.available, VIRTQ_AVAIL_F_NO_INTERRUPT);
}

/** Fills in a descriptor; with VIRTQ_DESC_F_NEXT the one behind it continues it. */
export function setDescriptor(queue: HostQueue, index: u32, address: usize, length: u32, flags: u16): void {
  const at = queue.descriptors + index * DESCRIPTOR_SIZE;
  store<u64>(at, address);
  store<u32>(at + 8, length);
  store<u16>(at + 12, flags);
  store<u16>(at + 14, <u16>(index + 1));
}

export function descriptorLength(queue: HostQueue, index: u32): u32 {
  return load<u32>(queue.descriptors + index * DESCRIPTOR_SIZE + 8);
}

export function shortenDescriptor(queue: HostQueue, index: u32, length: u32): void {
  store<u32>(queue.descriptors + index * DESCRIPTOR_SIZE + 8, length);
}

/** Makes the chain that begins with descriptor `head` available. The device looks after `notifyHost`. */
export function publish(queue: HostQueue, head: u32): void {
  const place = <usize>(queue.nextAvailable & <u16>(queue.size - 1));
  store<u16>(queue.available + RING_ENTRIES + place * AVAILABLE_ENTRY, <u16>head);
  fence_rw_w();
  queue.nextAvailable++;
  store<u16>(queue.available + RING_INDEX, queue.nextAvailable);
}

export function notifyHost(queue: HostQueue): void {
  const handler = queue.device.handler;
  if (handler) interruptHere(handler);
  fence_w_o();
  mmio_write32(queue.device.base + VIRTIO_MMIO_QUEUE_NOTIFY, queue.index);
}

/** The first descriptor of a chain that the device has given back, or -1. */
export function takeUsed(queue: HostQueue): i32 {
  fence_r_rw();
  if (load<u16>(queue.used + RING_INDEX) == queue.nextUsed) return -1;
  fence_r_rw();
  const entry = queue.used + RING_ENTRIES + <usize>(queue.nextUsed & <u16>(queue.size - 1)) * USED_ENTRY;
  queue.nextUsed++;
  queue.written = load<u32>(entry + 4);
  return <i32>load<u32>(entry);
}
