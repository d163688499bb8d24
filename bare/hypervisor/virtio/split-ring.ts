/**
 * Split virtqueues: virtio 1.2, 2.7. A table of descriptors and an available ring that the driver writes, and a used ring that the
 * device writes. Positions in the rings are free-running 16-bit numbers.
 */
import { fence_rw_rw, fence_rw_w } from '../../rv/intrinsics.ts';
import {
  VIRTIO_F_EVENT_IDX,
  VIRTQ_AVAIL_F_NO_INTERRUPT,
  VIRTQ_DESC_F_INDIRECT,
  VIRTQ_DESC_F_NEXT,
} from '../../rv/virtio.ts';
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

// The rings: 2.7.6 and 2.7.8. Both have flags and index in front and an event behind.
const RING_FLAGS: u64 = 0;
const RING_INDEX: u64 = 2;
const RING_ENTRIES: u64 = 4;
const AVAILABLE_ENTRY: u64 = 2;
const USED_ENTRY: u64 = 8;
const EVENT_SIZE: u64 = 2;

export function startSplit(queue: Queue): bool {
  const size = queue.size;
  if (!size || size > queue.maximum || size & (size - 1)) {
    return broken(queue, 'a queue has a size that is no power of 2 up to the maximum (2.7)');
  }
  const isAligned = ((queue.descriptors & 15) | (queue.driver & 1) | (queue.used & 3)) == 0;
  if (!isAligned) return broken(queue, 'a queue is not aligned (2.7)');
  const driverSize = RING_ENTRIES + AVAILABLE_ENTRY * size + EVENT_SIZE;
  return placeAreas(queue, DESCRIPTOR_SIZE * size, driverSize, RING_ENTRIES + USED_ENTRY * size + EVENT_SIZE);
}

export function takeSplit(queue: Queue, chain: Chain): bool {
  if (!hasAvailable(queue)) return false;
  const entry = RING_ENTRIES + AVAILABLE_ENTRY * (queue.nextAvailable & <u16>(queue.size - 1));
  chain.head = load<u16>(inDriver(queue, entry));
  queue.nextAvailable++;
  return walk(queue, chain);
}

export function untakeSplit(queue: Queue): void {
  queue.nextAvailable--;
}

/** Whether the driver has made more available than was taken. If not it is asked to tell of the next buffer (2.7.10). */
function hasAvailable(queue: Queue): bool {
  if (availableIndex(queue) == queue.nextAvailable) {
    if (!hasFeature(queue.device, VIRTIO_F_EVENT_IDX)) return false;
    store<u16>(inUsed(queue, RING_ENTRIES + USED_ENTRY * queue.size), queue.nextAvailable);
    // The driver may have added one just before it saw that.
    fence_rw_rw();
    if (availableIndex(queue) == queue.nextAvailable) return false;
  }
  fence_rw_rw();
  if (<u32>(availableIndex(queue) - queue.nextAvailable) <= queue.size) return true;
  return broken(queue, 'more buffers are available than the queue has places (2.7.13)');
}

function availableIndex(queue: Queue): u16 {
  return load<u16>(inDriver(queue, RING_INDEX));
}

/** Reads the descriptors from the chain's head on, in the queue's table and perhaps an indirect one (2.7.5.3). */
function walk(queue: Queue, chain: Chain): bool {
  let table: u64 = 0;
  let count = queue.size;
  let index = chain.head;
  while (true) {
    if (index >= count) return broken(queue, 'a descriptor has a number beyond its table (2.7.5)');
    if (table) readIndirect(queue, table, index);
    else readDescriptor(inDescriptors(queue, DESCRIPTOR_SIZE * index));
    const flags = third;
    if (flags & VIRTQ_DESC_F_INDIRECT) {
      if (!isIndirectTable(queue, !table && !(flags & VIRTQ_DESC_F_NEXT))) return false;
      table = address;
      count = length / <u32>DESCRIPTOR_SIZE;
      index = 0;
      continue;
    }
    if (!addDescriptor(queue, chain, flags)) return false;
    if (!(flags & VIRTQ_DESC_F_NEXT)) return true;
    index = fourth;
  }
}

/** The used ring's next element (2.7.8). */
export function putSplit(queue: Queue, head: u32, written: u32): void {
  const entry = RING_ENTRIES + USED_ENTRY * (queue.nextUsed & <u16>(queue.size - 1));
  store<u32>(inUsed(queue, entry), head);
  store<u32>(inUsed(queue, entry + 4), written);
  fence_rw_w();
  queue.nextUsed++;
  queue.news++;
  store<u16>(inUsed(queue, RING_INDEX), queue.nextUsed);
}

/** Used Buffer Notification Suppression (2.7.7): whether the event is one of the positions that were filled. */
export function wantsSplitInterrupt(queue: Queue): bool {
  if (!hasFeature(queue.device, VIRTIO_F_EVENT_IDX)) {
    return (load<u16>(inDriver(queue, RING_FLAGS)) & VIRTQ_AVAIL_F_NO_INTERRUPT) == 0;
  }
  const event = load<u16>(inDriver(queue, RING_ENTRIES + AVAILABLE_ENTRY * queue.size));
  return <u32>(<u16>(queue.nextUsed - event - 1)) < queue.news;
}
