/**
 * The device's side of a split virtqueue: virtio 1.2, 2.7. The driver is hostile: every address that it gives is checked against
 * the guest's memory, every index against the queue's size, and what breaks a rule stops the device until its driver resets it.
 */
import { fence_rw_rw, fence_rw_w } from '../../rv/intrinsics.ts';
import { Guest } from '../guest/guest.ts';
import { contiguousAddress, hostAddress, isGuestMemory } from '../memory/guest-memory.ts';
import { addPart, CHAIN_LIMIT, Chain } from './chain.ts';
import { breakDevice, hasFeature, interruptDriver, VirtioDevice } from './device.ts';
import { VIRTIO_F_EVENT_IDX, VIRTIO_F_INDIRECT_DESC } from './features.ts';

export class Queue {
  device: VirtioDevice;
  index: u32;
  /** The largest size, which a driver reads; `size` is what it has chosen. */
  maximum: u32;
  size: u32;
  /** The driver has handed the queue over, and the device is running. */
  ready: bool;
  live: bool;
  // Guest physical addresses of descriptor table, available ring and used ring (2.7), as the driver wrote them.
  descriptors: u64;
  driver: u64;
  used: u64;
  // Where they lie for the hypervisor; 0 for one that is in pieces.
  hostDescriptors: usize;
  hostDriver: usize;
  hostUsed: usize;
  /** Of the ring positions, which are free-running 16-bit numbers: the next to take, the next to fill. */
  nextAvailable: u16;
  nextUsed: u16;
  /** `nextUsed` when the driver was last told. */
  signalled: u16;
}

// A descriptor: virtio 1.2, 2.7.5.
const DESCRIPTOR_SIZE: u64 = 16;
const DESCRIPTOR_LENGTH: u64 = 8;
const DESCRIPTOR_FLAGS: u64 = 12;
const DESCRIPTOR_NEXT: u64 = 14;
const F_NEXT: u16 = 1;
const F_WRITE: u16 = 2;
const F_INDIRECT: u16 = 4;

// The rings: 2.7.6 and 2.7.8. Both have flags and index in front and an event behind.
const RING_INDEX: u64 = 2;
const RING_ENTRIES: u64 = 4;
const AVAILABLE_ENTRY: u64 = 2;
const USED_ENTRY: u64 = 8;
const EVENT_SIZE: u64 = 2;
const F_NO_INTERRUPT: u16 = 1;

/** The driver has handed the queue over: takes its places, or breaks the device. */
export function startQueue(queue: Queue): void {
  const guest = queue.device.guest;
  const size = queue.size;
  if (!size || size > queue.maximum || size & (size - 1)) {
    breakDevice(queue.device, 'a queue has a size that is no power of 2 up to the maximum (2.7)');
    return;
  }
  const driverSize = RING_ENTRIES + AVAILABLE_ENTRY * size + EVENT_SIZE;
  const usedSize = RING_ENTRIES + USED_ENTRY * size + EVENT_SIZE;
  const isAligned = ((queue.descriptors & 15) | (queue.driver & 1) | (queue.used & 3)) == 0;
  if (
    !isAligned ||
    !isGuestMemory(guest, queue.descriptors, DESCRIPTOR_SIZE * size) ||
    !isGuestMemory(guest, queue.driver, driverSize) ||
    !isGuestMemory(guest, queue.used, usedSize)
  ) {
    breakDevice(queue.device, 'a queue is not in memory, or not aligned (2.7)');
    return;
  }
  queue.hostDescriptors = contiguousAddress(guest, queue.descriptors, DESCRIPTOR_SIZE * size);
  queue.hostDriver = contiguousAddress(guest, queue.driver, driverSize);
  queue.hostUsed = contiguousAddress(guest, queue.used, usedSize);
  queue.nextAvailable = 0;
  queue.nextUsed = 0;
  queue.signalled = 0;
  queue.live = true;
}

/** Takes the next buffer that the driver has made available; false when there is none, or it is broken. */
export function popChain(queue: Queue, chain: Chain): bool {
  if (!queue.live || !hasAvailable(queue)) return false;
  const entry = RING_ENTRIES + AVAILABLE_ENTRY * (queue.nextAvailable & <u16>(queue.size - 1));
  const head = load<u16>(inDriver(queue, entry));
  queue.nextAvailable++;
  if (hasFeature(queue.device, VIRTIO_F_EVENT_IDX)) askForNotification(queue);
  chain.head = head;
  chain.count = 0;
  chain.readable = 0;
  chain.writable = 0;
  return walk(queue, chain, head);
}

/** Whether the driver has made more available than was taken. */
function hasAvailable(queue: Queue): bool {
  const index = load<u16>(inDriver(queue, RING_INDEX));
  if (index == queue.nextAvailable) {
    if (!hasFeature(queue.device, VIRTIO_F_EVENT_IDX)) return false;
    // The driver may have added one just before it saw that it shall tell (2.7.10.1).
    askForNotification(queue);
    fence_rw_rw();
    if (load<u16>(inDriver(queue, RING_INDEX)) == queue.nextAvailable) return false;
  }
  fence_rw_rw();
  if (<u32>(load<u16>(inDriver(queue, RING_INDEX)) - queue.nextAvailable) <= queue.size) return true;
  breakDevice(queue.device, 'more buffers are available than the queue has places (2.7.13)');
  return false;
}

/** The driver tells of the next buffer that it adds: avail_event (2.7.10). */
function askForNotification(queue: Queue): void {
  store<u16>(inUsed(queue, RING_ENTRIES + USED_ENTRY * queue.size), queue.nextAvailable);
}

/** The buffer goes back to the available ones: the last `popChain` has not happened. */
export function unpopChain(queue: Queue): void {
  queue.nextAvailable--;
}

/** Reads the descriptors from `head` on, in the queue's table and perhaps an indirect one (2.7.5.3). */
function walk(queue: Queue, chain: Chain, head: u32): bool {
  const guest = queue.device.guest;
  let table = queue.descriptors;
  let count = queue.size;
  let index = head;
  let isIndirect = false;
  // A longer chain is forbidden, in an indirect table too, or has a loop (2.7.5, 2.7.5.3.1).
  let left = queue.size;
  while (true) {
    if (index >= count) return broken(queue, 'a descriptor has a number beyond its table (2.7.5)');
    const at = isIndirect ? hostAddress(guest, table + DESCRIPTOR_SIZE * index) : inTable(queue, index);
    // Read once, since the driver may change it meanwhile.
    const address = load<u64>(at);
    const length = load<u32>(at + <usize>DESCRIPTOR_LENGTH);
    const flags = load<u16>(at + <usize>DESCRIPTOR_FLAGS);
    const next = load<u16>(at + <usize>DESCRIPTOR_NEXT);
    if (flags & F_INDIRECT) {
      if (isIndirect || flags & F_NEXT || !hasFeature(queue.device, VIRTIO_F_INDIRECT_DESC)) {
        return broken(queue, 'an indirect descriptor where none may be (2.7.5.3.1)');
      }
      const isTable = length && !(length & <u32>(DESCRIPTOR_SIZE - 1)) && !(address & (DESCRIPTOR_SIZE - 1));
      if (!isTable || !isGuestMemory(guest, address, length)) {
        return broken(queue, 'an indirect table is not in memory, or none (2.7.5.3)');
      }
      isIndirect = true;
      table = address;
      count = length >> 4;
      index = 0;
      continue;
    }
    if (!isGuestMemory(guest, address, length)) return broken(queue, 'a buffer is not in memory (2.7.5)');
    const isWritable = (flags & F_WRITE) != 0;
    if (!isWritable && chain.writable)
      return broken(queue, 'a part to be read comes behind one to be written (2.7.4.2)');
    if (chain.count == CHAIN_LIMIT) return broken(queue, 'a buffer has more than 250 parts');
    addPart(chain, address, length, isWritable);
    if (!(flags & F_NEXT)) return true;
    if (!--left) return broken(queue, 'a chain of descriptors is longer than the queue (2.7.5)');
    index = next;
  }
}

function broken(queue: Queue, reason: string): bool {
  breakDevice(queue.device, reason);
  return false;
}

/** Gives the buffer back, with how many bytes were written into it (2.7.8). */
export function pushUsed(queue: Queue, head: u32, written: u32): void {
  if (!queue.live) return;
  const entry = RING_ENTRIES + USED_ENTRY * (queue.nextUsed & <u16>(queue.size - 1));
  store<u32>(inUsed(queue, entry), head);
  store<u32>(inUsed(queue, entry + 4), written);
  fence_rw_w();
  queue.nextUsed++;
  store<u16>(inUsed(queue, RING_INDEX), queue.nextUsed);
}

/** Tells the driver of what has been given back since the last time, if it wants to know (2.7.7). */
export function signal(queue: Queue): void {
  if (!queue.live || queue.nextUsed == queue.signalled) return;
  fence_rw_rw();
  const before = queue.signalled;
  if (hasFeature(queue.device, VIRTIO_F_EVENT_IDX)) {
    const event = load<u16>(inDriver(queue, RING_ENTRIES + AVAILABLE_ENTRY * queue.size));
    queue.signalled = queue.nextUsed;
    // Whether the event is one of the positions filled meanwhile.
    if (<u16>(queue.nextUsed - event - 1) >= <u16>(queue.nextUsed - before)) return;
  } else {
    queue.signalled = queue.nextUsed;
    if (load<u16>(inDriver(queue, 0)) & F_NO_INTERRUPT) return;
  }
  interruptDriver(queue.device);
}

function inTable(queue: Queue, index: u32): usize {
  return place(queue.device.guest, queue.hostDescriptors, queue.descriptors, DESCRIPTOR_SIZE * index);
}

function inDriver(queue: Queue, offset: u64): usize {
  return place(queue.device.guest, queue.hostDriver, queue.driver, offset);
}

function inUsed(queue: Queue, offset: u64): usize {
  return place(queue.device.guest, queue.hostUsed, queue.used, offset);
}

/** Host address of a field of an area. Alignment keeps a field within its page. */
function place(guest: Guest, host: usize, area: u64, offset: u64): usize {
  return host ? host + <usize>offset : hostAddress(guest, area + offset);
}
