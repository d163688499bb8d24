/**
 * Structures of the hypervisor: lists of free slots by size class, filled a page at a time. Larger ones are pages.
 * AssemblyScript's own `new` never frees, so it is for boot alone.
 */
import { acquire, release } from '../../lib/lock.ts';
import { allocatePages, freePagesAt, orderOf, PAGE_SIZE } from './allocator.ts';

const SMALLEST_SHIFT: u32 = 5;
const LARGEST_SLOT: usize = 2048;
const freeSlots = new StaticArray<usize>(7);
const lock: usize = memory.data<u32>([0]);

/** The size class of `size` bytes: 0 for 32, 1 for 64, … 6 for 2048. */
function sizeClass(size: usize): u32 {
  return size <= 32 ? 0 : <u32>(64 - clz(size - 1)) - SMALLEST_SHIFT;
}

/** `size` bytes of zeros, aligned to 16. Panics when memory is out. */
export function allocate(size: usize): usize {
  if (size > LARGEST_SLOT) return allocatePages(orderOf(size));
  const index = sizeClass(size);
  const slotSize = (<usize>32) << index;
  acquire(lock);
  if (freeSlots[index] == 0) {
    const page = allocatePages(0);
    for (let offset: usize = 0; offset < PAGE_SIZE; offset += slotSize) giveBack(page + offset, index);
  }
  const slot = freeSlots[index];
  freeSlots[index] = load<usize>(slot);
  release(lock);
  memory.fill(slot, 0, slotSize);
  return slot;
}

/** Gives back what `allocate(size)` returned. */
export function free(address: usize, size: usize): void {
  if (size > LARGEST_SLOT) {
    freePagesAt(address);
    return;
  }
  acquire(lock);
  giveBack(address, sizeClass(size));
  release(lock);
}

function giveBack(slot: usize, index: u32): void {
  store<usize>(slot, freeSlots[index]);
  freeSlots[index] = slot;
}
