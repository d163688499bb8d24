/** For tests of structures that come from the hypervisor's heap: gives it memory of V8's. */
import type { InV8 } from './in-v8.ts';

const PAGE_SIZE = 4096n;

/** `size` is a multiple of 4 KiB; the entry exports `initializeAllocator` and `addMemory`, and has room for a third more. */
export function startHeap(bare: InV8, size: number): void {
  const tags = bare.allocate(size / Number(PAGE_SIZE) + 1);
  const start = (bare.allocate(size + Number(PAGE_SIZE)) + PAGE_SIZE - 1n) & -PAGE_SIZE;
  bare.call('initializeAllocator', start, BigInt(size), tags);
  bare.call('addMemory', start, start + BigInt(size));
}
