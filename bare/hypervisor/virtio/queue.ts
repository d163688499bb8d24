/**
 * The device's side of a virtqueue: virtio 1.2, 2.6. It has one of two formats, split (2.7, split-ring.ts) or packed (2.8,
 * packed-ring.ts), which the driver chooses for all queues of a device.
 *
 * The driver is hostile: every address that it gives is checked against the guest's memory, every index against the queue's size, and
 * what breaks a rule stops the device until its driver resets it.
 */
import { fence_rw_rw } from '../../rv/intrinsics.ts';
import { VIRTIO_F_RING_PACKED } from '../../rv/virtio.ts';
import { Guest } from '../guest/guest.ts';
import { contiguousAddress, hostAddress, isGuestMemory } from '../memory/guest-memory.ts';
import { Chain } from './chain.ts';
import { breakDevice, hasFeature, interruptDriver, VirtioDevice } from './device.ts';
import { putPacked, startPacked, takePacked, untakePacked, wantsPackedInterrupt } from './packed-ring.ts';
import { putSplit, startSplit, takeSplit, untakeSplit, wantsSplitInterrupt } from './split-ring.ts';

export class Queue {
  device: VirtioDevice;
  index: u32;
  /** The largest size, which a driver reads; `size` is what it has chosen. */
  maximum: u32;
  size: u32;
  /** The driver has handed the queue over, and the device is running. */
  ready: bool;
  live: bool;
  isPacked: bool;
  // Guest physical addresses of the three areas (2.6), as the driver wrote them: descriptors, and what driver and device write.
  descriptors: u64;
  driver: u64;
  used: u64;
  // Where they lie for the hypervisor; 0 for one that is in pieces.
  hostDescriptors: usize;
  hostDriver: usize;
  hostUsed: usize;
  /** The next place to take a buffer from, and the next to give one back in: free-running in a split ring. */
  nextAvailable: u16;
  nextUsed: u16;
  /** What AVAIL and USED mean at these places of a packed ring: it changes each time around (2.8.1). */
  availableWrap: u32;
  usedWrap: u32;
  /** Places that buffers were given back in since the driver has been told. */
  news: u32;
}

/** The driver has handed the queue over: takes its places, or breaks the device. */
export function startQueue(queue: Queue): void {
  queue.isPacked = hasFeature(queue.device, VIRTIO_F_RING_PACKED);
  queue.nextAvailable = 0;
  queue.nextUsed = 0;
  queue.availableWrap = 1;
  queue.usedWrap = 1;
  queue.news = 0;
  queue.live = queue.isPacked ? startPacked(queue) : startSplit(queue);
}

/** Finds the queue's areas, which have so many bytes; false when one is not all memory. */
export function placeAreas(queue: Queue, descriptorSize: u64, driverSize: u64, usedSize: u64): bool {
  const guest = queue.device.guest;
  if (
    !isGuestMemory(guest, queue.descriptors, descriptorSize) ||
    !isGuestMemory(guest, queue.driver, driverSize) ||
    !isGuestMemory(guest, queue.used, usedSize)
  ) {
    return broken(queue, 'a queue is not in memory (2.6)');
  }
  queue.hostDescriptors = contiguousAddress(guest, queue.descriptors, descriptorSize);
  queue.hostDriver = contiguousAddress(guest, queue.driver, driverSize);
  queue.hostUsed = contiguousAddress(guest, queue.used, usedSize);
  return true;
}

/** Takes the next buffer that the driver has made available; false when there is none, or it is broken. */
export function popChain(queue: Queue, chain: Chain): bool {
  if (!queue.live) return false;
  chain.count = 0;
  chain.readable = 0;
  chain.writable = 0;
  return queue.isPacked ? takePacked(queue, chain) : takeSplit(queue, chain);
}

/** The buffer goes back to the available ones: the last `popChain` has not happened. */
export function unpopChain(queue: Queue, chain: Chain): void {
  if (queue.isPacked) untakePacked(queue, chain.slots);
  else untakeSplit(queue);
}

/** Gives the buffer back, with how many bytes were written into it. */
export function pushUsed(queue: Queue, chain: Chain, written: u32): void {
  if (!queue.live) return;
  if (queue.isPacked) putPacked(queue, chain, written);
  else putSplit(queue, chain.head, written);
}

/** Tells the driver of what has been given back since the last time, if it wants to know. */
export function signal(queue: Queue): void {
  if (!queue.live || !queue.news) return;
  fence_rw_rw();
  const isWanted = queue.isPacked ? wantsPackedInterrupt(queue) : wantsSplitInterrupt(queue);
  queue.news = 0;
  if (isWanted) interruptDriver(queue.device);
}

/** The driver has broken a rule. */
export function broken(queue: Queue, reason: string): bool {
  breakDevice(queue.device, reason);
  return false;
}

export function inDescriptors(queue: Queue, offset: u64): usize {
  return place(queue.device.guest, queue.hostDescriptors, queue.descriptors, offset);
}

export function inDriver(queue: Queue, offset: u64): usize {
  return place(queue.device.guest, queue.hostDriver, queue.driver, offset);
}

export function inUsed(queue: Queue, offset: u64): usize {
  return place(queue.device.guest, queue.hostUsed, queue.used, offset);
}

/** Host address of a field of an area. Alignment keeps a field within its page. */
function place(guest: Guest, host: usize, area: u64, offset: u64): usize {
  return host ? host + <usize>offset : hostAddress(guest, area + offset);
}
