/**
 * Packed virtqueues: virtio 1.2, 2.8. One ring of descriptors, which the driver makes available and the device overwrites with what
 * is used; and a structure for each side by which it says when it wants to be told.
 */
import { fence_rw_rw, fence_rw_w } from '../../rv/intrinsics.ts';
import { VIRTIO_F_EVENT_IDX, VIRTQ_DESC_F_INDIRECT, VIRTQ_DESC_F_NEXT, VIRTQ_DESC_F_WRITE } from '../../rv/virtio.ts';
import { Chain } from './chain.ts';
import {
  addDescriptor,
  address,
  DESCRIPTOR_SIZE,
  fourth,
  isIndirectTable,
  length,
  readDescriptor,
  readIndirect,
  third,
} from './descriptors.ts';
import { hasFeature } from './device.ts';
import { broken, inDescriptors, inDriver, inUsed, placeAreas, Queue } from './queue.ts';

const LENGTH: u64 = 8;
const ID: u64 = 12;
const FLAGS: u64 = 14;
const F_AVAILABLE: u16 = 1 << 7;
const F_USED: u16 = 1 << 15;

/** Event suppression (2.8.14): a place with its wrap counter, and above it what it is for. */
const EVENT_SIZE: u64 = 4;
const EVENT_OFFSET: u32 = 0x7fff;
const EVENT_WRAP_SHIFT: u32 = 15;
const EVENT_FLAGS_SHIFT: u32 = 16;
const EVENT_FLAGS_MASK: u32 = 3;
const DISABLE: u32 = 1;
const AT_DESCRIPTOR: u32 = 2;

export function startPacked(queue: Queue): bool {
  const size = queue.size;
  if (!size || size > queue.maximum) return broken(queue, 'a queue has a size that is not one up to the maximum (2.8)');
  const isAligned = ((queue.descriptors & 15) | (queue.driver & 3) | (queue.used & 3)) == 0;
  if (!isAligned) return broken(queue, 'a queue is not aligned (2.8.10.1)');
  return placeAreas(queue, DESCRIPTOR_SIZE * size, EVENT_SIZE, EVENT_SIZE);
}

/** If there is none the driver is asked to tell of the next buffer (2.8.10). */
export function takePacked(queue: Queue, chain: Chain): bool {
  if (!isAvailable(queue)) {
    if (!hasFeature(queue.device, VIRTIO_F_EVENT_IDX)) return false;
    const place = queue.nextAvailable | (queue.availableWrap << EVENT_WRAP_SHIFT);
    store<u32>(inUsed(queue, 0), place | (AT_DESCRIPTOR << EVENT_FLAGS_SHIFT));
    // The driver may have added one just before it saw that (2.8.21.2).
    fence_rw_rw();
    if (!isAvailable(queue)) return false;
  }
  fence_rw_rw();
  return walk(queue, chain);
}

/** AVAIL is as the wrap counter, and USED is not (2.8.1). */
function isAvailable(queue: Queue): bool {
  const flags = load<u16>(inDescriptors(queue, DESCRIPTOR_SIZE * queue.nextAvailable + FLAGS));
  const isMade: u32 = flags & F_AVAILABLE ? 1 : 0;
  const isUsed: u32 = flags & F_USED ? 1 : 0;
  return isMade == queue.availableWrap && isUsed != queue.availableWrap;
}

/** The descriptors of a chain follow each other; the id that counts is that of the last (2.8.6). */
function walk(queue: Queue, chain: Chain): bool {
  chain.slots = 0;
  while (true) {
    readDescriptor(inDescriptors(queue, DESCRIPTOR_SIZE * queue.nextAvailable));
    const flags = fourth;
    chain.head = third;
    chain.slots++;
    pass(queue, 1);
    if (flags & VIRTQ_DESC_F_INDIRECT) {
      if (!isIndirectTable(queue, chain.slots == 1 && !(flags & VIRTQ_DESC_F_NEXT))) return false;
      return addTable(queue, chain, address, length / <u32>DESCRIPTOR_SIZE);
    }
    if (!addDescriptor(queue, chain, flags)) return false;
    if (!(flags & VIRTQ_DESC_F_NEXT)) return true;
  }
}

/** So do those of an indirect table; of their flags only WRITE counts (2.8.7). */
function addTable(queue: Queue, chain: Chain, table: u64, count: u32): bool {
  for (let index: u32 = 0; index < count; index++) {
    readIndirect(queue, table, index);
    if (!addDescriptor(queue, chain, fourth)) return false;
  }
  return true;
}

function pass(queue: Queue, slots: u32): void {
  const next = queue.nextAvailable + slots;
  queue.nextAvailable = <u16>(next < queue.size ? next : next - queue.size);
  if (next >= queue.size) queue.availableWrap ^= 1;
}

export function untakePacked(queue: Queue, slots: u32): void {
  const isAround = queue.nextAvailable < <u16>slots;
  queue.nextAvailable = <u16>(queue.nextAvailable + (isAround ? queue.size : 0) - slots);
  if (isAround) queue.availableWrap ^= 1;
}

/** Overwrites a descriptor; the others that the buffer had are passed over. The flags last, by which the driver sees the rest (2.8.4). */
export function putPacked(queue: Queue, chain: Chain, written: u32): void {
  const descriptor = DESCRIPTOR_SIZE * queue.nextUsed;
  store<u32>(inDescriptors(queue, descriptor + LENGTH), written);
  store<u16>(inDescriptors(queue, descriptor + ID), <u16>chain.head);
  fence_rw_w();
  const wrap: u16 = queue.usedWrap ? F_AVAILABLE | F_USED : 0;
  store<u16>(inDescriptors(queue, descriptor + FLAGS), wrap | (written ? VIRTQ_DESC_F_WRITE : 0));
  const next = queue.nextUsed + chain.slots;
  queue.nextUsed = <u16>(next < queue.size ? next : next - queue.size);
  if (next >= queue.size) queue.usedWrap ^= 1;
  queue.news += chain.slots;
}

/** Driver Event Suppression (2.8.10): whether the event is at one of the places that were passed. */
export function wantsPackedInterrupt(queue: Queue): bool {
  const event = load<u32>(inDriver(queue, 0));
  const flags = (event >> EVENT_FLAGS_SHIFT) & EVENT_FLAGS_MASK;
  if (flags != AT_DESCRIPTOR || !hasFeature(queue.device, VIRTIO_F_EVENT_IDX)) return flags != DISABLE;
  const isThisRound = ((event >> EVENT_WRAP_SHIFT) & 1) == queue.usedWrap;
  const since = queue.nextUsed + (isThisRound ? 0 : queue.size) - (event & EVENT_OFFSET);
  return since - 1 < queue.news;
}
