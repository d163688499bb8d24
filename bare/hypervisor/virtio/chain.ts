/** A buffer of a virtqueue: the parts that the device reads, then those that it writes (virtio 1.2, 2.7.4). */

import { Guest } from '../guest/guest.ts';
import { PAGE_SIZE } from '../memory/allocator.ts';
import { hostAddress } from '../memory/guest-memory.ts';
import { allocate, free } from '../memory/heap.ts';

/** A part, which is in the guest's memory as far as was checked when it was added. */
class Part {
  address: u64;
  length: u32;
  isWritable: u32;
}

export class Chain {
  guest: Guest;
  /** What the queue knows it by. */
  head: u32;
  /** Descriptors that it takes of a packed queue. */
  slots: u32;
  /** Parts, which stand behind the fields. */
  count: u32;
  /** Bytes that the device may read, and those that it may write; each below 2^40. */
  readable: u64;
  writable: u64;
}

const PARTS: usize = offsetof<Chain>();
/** Parts that fit into the page that a chain is. */
export const CHAIN_LIMIT: u32 = 250;

export function createChain(guest: Guest): Chain {
  const chain = changetype<Chain>(allocate(PAGE_SIZE));
  chain.guest = guest;
  return chain;
}

export function freeChain(chain: Chain): void {
  free(changetype<usize>(chain), PAGE_SIZE);
}

/** Adds a part, which is in the guest's memory; there are fewer than CHAIN_LIMIT. */
export function addPart(chain: Chain, address: u64, length: u32, isWritable: bool): void {
  const part = partAt(chain, chain.count++);
  part.address = address;
  part.length = length;
  part.isWritable = isWritable ? 1 : 0;
  if (isWritable) chain.writable += length;
  else chain.readable += length;
}

function partAt(chain: Chain, index: u32): Part {
  return changetype<Part>(changetype<usize>(chain) + PARTS + <usize>index * offsetof<Part>());
}

/** Copies `size` bytes from `offset` of what the device may read; fewer where there are fewer. Returns how many. */
export function readChain(chain: Chain, offset: u64, destination: usize, size: u64): u64 {
  return copy(chain, false, offset, destination, size);
}

/** Copies `size` bytes to `offset` of what the device may write; fewer where there is less room. Returns how many. */
export function writeChain(chain: Chain, offset: u64, source: usize, size: u64): u64 {
  return copy(chain, true, offset, source, size);
}

function copy(chain: Chain, isWritable: bool, offset: u64, own: usize, size: u64): u64 {
  const start = offset;
  const end = min(offset + size, isWritable ? chain.writable : chain.readable);
  while (offset < end) {
    const step = min(findSpan(chain, isWritable, offset), end - offset);
    if (isWritable) memory.copy(spanAddress, own, <usize>step);
    else memory.copy(own, spanAddress, <usize>step);
    own += <usize>step;
    offset += step;
  }
  return offset - start;
}

/** Where the last `findSpan` found its byte, for the hypervisor. */
export let spanAddress: usize = 0;

/** Finds byte `offset` of one side of the chain, which it has, and returns how many bytes from there on lie together. */
export function findSpan(chain: Chain, isWritable: bool, offset: u64): u64 {
  const side: u32 = isWritable ? 1 : 0;
  let index: u32 = 0;
  let part = partAt(chain, 0);
  while (part.isWritable != side || offset >= part.length) {
    if (part.isWritable == side) offset -= part.length;
    part = partAt(chain, ++index);
  }
  const address = part.address + offset;
  spanAddress = hostAddress(chain.guest, address);
  return min<u64>(part.length - offset, PAGE_SIZE - (address & (PAGE_SIZE - 1)));
}
