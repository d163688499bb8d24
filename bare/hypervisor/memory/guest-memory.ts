/**
 * A guest's physical memory, which is not contiguous outside: it has its pages from the beginning, but they are scrubbed, and appear in
 * the G-stage tables, only when the guest or the hypervisor first touches them.
 */
import { acquire, release } from '../../lib/lock.ts';
import { hfence_gvma_address } from '../../rv/intrinsics.ts';
import { Guest } from '../guest/guest.ts';
import { freePagesAt, MAX_ORDER, orderOf, PAGE_SIZE, tryAllocatePages } from './allocator.ts';
import { GUEST_MEMORY } from './gstage.ts';
import { joinLeaves, MEGAPAGE, mapRange, scrubLeaf, translate, translateReserved, UNMAPPED } from './page-table.ts';

/** Whether [address, address + size) is all the guest's memory. */
export function isGuestMemory(guest: Guest, address: u64, size: u64): bool {
  const offset = address - guest.memoryStart;
  return address >= guest.memoryStart && offset <= guest.memorySize && size <= guest.memorySize - offset;
}

/** Host address of a byte of the guest's memory; 0 where it has none. What follows on the same page is contiguous. */
export function hostAddress(guest: Guest, address: u64): usize {
  const physical = translate(guest.gStage, address);
  if (physical != UNMAPPED) return <usize>physical;
  return appear(guest, address) ? <usize>translate(guest.gStage, address) : 0;
}

/**
 * Lets the guest, which has faulted at this address, go on there if it is its memory, which nobody has touched yet or another hart just
 * has. False where it has none.
 */
export function touchMemory(guest: Guest, address: u64): bool {
  if (!appear(guest, address)) return false;
  // The hart may remember that there was nothing (Priv. 1.13, "Hypervisor Memory-Management Fence Instructions").
  hfence_gvma_address(address >> 2);
  return true;
}

/** Scrubs the memory around the address and maps it, unless it is there already: by 2 MiB where alignment allows, until 1 GiB is full. */
function appear(guest: Guest, address: u64): bool {
  const lock = changetype<usize>(guest) + offsetof<Guest>('scrubbing');
  acquire(lock);
  const isMemory = scrubLeaf(guest.gStage, address);
  if (isMemory) joinLeaves(guest.gStage, address);
  release(lock);
  return isMemory;
}

/** Host address of [address, address + size), which is all the guest's memory, if it lies together there too; else 0. */
export function contiguousAddress(guest: Guest, address: u64, size: u64): usize {
  const start = hostAddress(guest, address);
  let page = (address & ~(<u64>PAGE_SIZE - 1)) + PAGE_SIZE;
  for (; page < address + size; page += PAGE_SIZE) {
    if (hostAddress(guest, page) != start + <usize>(page - address)) return 0;
  }
  return start;
}

/**
 * Gives the guest its memory, in blocks as large as alignment and what is free allow, so that large leaves map it. False when memory
 * is out; what was given until then goes back with `freeGuestMemory`.
 */
export function allocateGuestMemory(guest: Guest): bool {
  let address = guest.memoryStart;
  let left = guest.memorySize;
  while (left) {
    let order = min<u32>(largestOrder(address), orderOf(left));
    while (PAGE_SIZE << order > left) order--;
    let block = tryAllocatePages(order);
    while (!block && order) block = tryAllocatePages(--order);
    if (!block) return false;
    const size = PAGE_SIZE << order;
    mapRange(guest.gStage, address, block, size, GUEST_MEMORY, MEGAPAGE);
    address += size;
    left -= size;
  }
  return true;
}

/** Frees what `allocateGuestMemory` gave: a block starts wherever the address is one that the allocator handed out. */
export function freeGuestMemory(guest: Guest): void {
  let address = guest.memoryStart;
  const end = address + guest.memorySize;
  while (address < end) {
    const block = translateReserved(guest.gStage, address);
    if (block == UNMAPPED) return;
    address += freePagesAt(<usize>block);
  }
}

function largestOrder(address: u64): u32 {
  return address ? min<u32>(<u32>ctz(address >> 12), MAX_ORDER) : MAX_ORDER;
}

/** Copies from the hypervisor's memory to the guest's. The caller has checked the range. */
export function copyToGuest(guest: Guest, address: u64, source: usize, size: usize): void {
  while (size) {
    const step = min<usize>(size, PAGE_SIZE - (<usize>address & (PAGE_SIZE - 1)));
    memory.copy(hostAddress(guest, address), source, step);
    address += step;
    source += step;
    size -= step;
  }
}
