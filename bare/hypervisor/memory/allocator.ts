/**
 * Physical memory in blocks of 2^order pages, aligned to their size (a binary buddy system): guests get blocks that large leaves
 * can map, page tables single pages, and what is freed grows together again.
 *
 * One byte for each page tells what starts there; free blocks are linked through their own first words.
 */
import { acquire, release } from '../../lib/lock.ts';
import { panic } from '../report/panic.ts';

export const PAGE_SHIFT: usize = 12;
export const PAGE_SIZE: usize = 4096;
/** The largest block: 1 GiB, the largest leaf of Sv39. */
export const MAX_ORDER: u32 = 18;

/** Tags of the byte for a page: free blocks and allocated ones by order; everything else is inside a block or not ours. */
const INSIDE: u8 = 0;
const FREE: u8 = 0x40;
const ALLOCATED: u8 = 0x80;
const ORDER_MASK: u8 = 0x3f;

/** A free block's first words. */
@unmanaged
class FreeBlock {
  next: usize;
  previous: usize;
}

/** Heads of the lists of free blocks, by order. */
const freeLists = new StaticArray<usize>(MAX_ORDER + 1);
let tags: usize = 0;
let firstPage: usize = 0;
let pageCount: usize = 0;
let freePages: usize = 0;
const lock: usize = memory.data<u32>([0]);

/** Bytes of tags that memory of `size` bytes needs. */
export function tagsSize(size: usize): usize {
  return size >> PAGE_SHIFT;
}

/**
 * Starts with nothing free. `start` and `size` span all memory that will be added, `tagBytes` is tagsSize(size) bytes that
 * are not part of what will be added.
 */
export function initializeAllocator(start: usize, size: usize, tagBytes: usize): void {
  tags = tagBytes;
  firstPage = start >> PAGE_SHIFT;
  pageCount = size >> PAGE_SHIFT;
  freePages = 0;
  for (let order: u32 = 0; order <= MAX_ORDER; order++) freeLists[order] = 0;
  memory.fill(tags, INSIDE, pageCount);
}

/** Adds the whole pages of [start, end) as free memory. */
export function addMemory(start: usize, end: usize): void {
  let page = (start + PAGE_SIZE - 1) >> PAGE_SHIFT;
  const last = end >> PAGE_SHIFT;
  while (page < last) {
    let order = min<u32>(<u32>ctz(page), MAX_ORDER);
    while (page + ((<usize>1) << order) > last) order--;
    insert(page << PAGE_SHIFT, order);
    page += (<usize>1) << order;
  }
}

/** Free memory, in bytes. */
export function freeMemory(): usize {
  return freePages << PAGE_SHIFT;
}

/** The smallest order whose blocks hold `size` bytes. */
export function orderOf(size: usize): u32 {
  return size <= PAGE_SIZE ? 0 : <u32>(64 - clz(size - 1)) - <u32>PAGE_SHIFT;
}

/** A block of 2^order pages aligned to its size, with what was last written there; 0 if there is none. */
export function tryAllocatePages(order: u32): usize {
  acquire(lock);
  const block = take(order);
  release(lock);
  return block;
}

function take(order: u32): usize {
  let found = order;
  while (found <= MAX_ORDER && freeLists[found] == 0) found++;
  if (found > MAX_ORDER) return 0;
  const block = freeLists[found];
  unlink(block, found);
  // The upper halves of a block that is too large stay free.
  while (found > order) {
    found--;
    link(block + (PAGE_SIZE << found), found);
  }
  setTag(block, ALLOCATED | <u8>order);
  freePages -= (<usize>1) << order;
  return block;
}

/** A block as above, of zeros. Panics when memory is out: for what the hypervisor itself cannot do without. */
export function allocatePages(order: u32): usize {
  const block = tryAllocatePages(order);
  if (block == 0) panic('out of memory');
  memory.fill(block, 0, PAGE_SIZE << order);
  return block;
}

/** Gives back a block that came from an allocation, whole, and says how many bytes that were. */
export function freePagesAt(block: usize): usize {
  const tag = tagOf(block);
  if ((tag & ALLOCATED) == 0) panic('freed memory that was not allocated');
  const order = tag & ORDER_MASK;
  acquire(lock);
  insert(block, order);
  release(lock);
  return PAGE_SIZE << order;
}

/** Makes a block free, growing it by its buddy for as long as that is free too. */
function insert(block: usize, order: u32): void {
  freePages += (<usize>1) << order;
  while (order < MAX_ORDER) {
    const buddy = block ^ (PAGE_SIZE << order);
    if (!isOurs(buddy) || tagOf(buddy) != (FREE | <u8>order)) break;
    unlink(buddy, order);
    setTag(max(block, buddy), INSIDE);
    block = min(block, buddy);
    order++;
  }
  link(block, order);
}

function isOurs(address: usize): bool {
  return (address >> PAGE_SHIFT) - firstPage < pageCount;
}

function tagOf(address: usize): u8 {
  return load<u8>(tags + (address >> PAGE_SHIFT) - firstPage);
}

function setTag(address: usize, tag: u8): void {
  store<u8>(tags + (address >> PAGE_SHIFT) - firstPage, tag);
}

function link(address: usize, order: u32): void {
  const block = changetype<FreeBlock>(address);
  const head = freeLists[order];
  block.next = head;
  block.previous = 0;
  if (head) changetype<FreeBlock>(head).previous = address;
  freeLists[order] = address;
  setTag(address, FREE | <u8>order);
}

function unlink(address: usize, order: u32): void {
  const block = changetype<FreeBlock>(address);
  if (block.next) changetype<FreeBlock>(block.next).previous = block.previous;
  if (block.previous) changetype<FreeBlock>(block.previous).next = block.next;
  else freeLists[order] = block.next;
  setTag(address, INSIDE);
}
