/** Fences that one hart has others execute. One at a time for the whole system; who asks waits until all have done it. */

import { release, tryAcquire } from '../lib/lock.ts';
import { csrr_hgatp, csrrw_hgatp, csrw_hgatp } from '../rv/csr.ts';
import {
  fence_i,
  hfence_gvma,
  hfence_gvma_address,
  hfence_gvma_all,
  hfence_gvma_vmid,
  hfence_vvma,
  hfence_vvma_address,
  hfence_vvma_all,
  hfence_vvma_asid,
  pause,
  sfence_vma,
  sfence_vma_address,
  sfence_vma_all,
  sfence_vma_asid,
} from '../rv/intrinsics.ts';
import { SBI_HSM_STATE_STOPPED } from '../rv/sbi.ts';
import { countFenceReceived, countFencesSent } from './events.ts';
import { hasHypervisor } from './features.ts';
import { currentHart, HART_LIMIT, Hart, hartById } from './hart.ts';
import { stateOf } from './hart-state.ts';
import { answerRequests, REQUEST_FENCE, requestOfHarts } from './ipi.ts';

/** Kinds of fence, numbered like the functions of the SBI's RFENCE extension. */
export const FENCE_I: u64 = 0;
export const SFENCE_VMA: u64 = 1;
export const SFENCE_VMA_ASID: u64 = 2;
export const HFENCE_GVMA_VMID: u64 = 3;
export const HFENCE_GVMA: u64 = 4;
export const HFENCE_VVMA_ASID: u64 = 5;
export const HFENCE_VVMA: u64 = 6;

const PAGE_SIZE: u64 = 4096;
/** For a longer range the whole address space is as cheap. In bytes. */
const RANGE_LIMIT: u64 = 64 * PAGE_SIZE;

/** The fence under way. In memory, where atomics order it, unlike module-level variables. */
class Fence {
  kind: u64;
  start: u64;
  pages: u64;
  /** Address space or virtual machine. */
  id: u64;
  /** The caller's, for VVMA. */
  hgatp: u64;
  /** Harts that have not executed it; by atomics. */
  outstanding: u64;
}

const fence = changetype<Fence>(memory.data<u64>([0, 0, 0, 0, 0, 0]));
const lock: usize = memory.data<u32>([0]);

/**
 * Executes the fence on every hart whose bit is set in `harts` and that is not stopped. `start` and `size` are bytes; `size` 0
 * with `start` 0, or all ones, is the whole address space. `id` is the ASID or VMID of the kinds that have one.
 */
export function remoteFence(harts: u64, kind: u64, start: u64, size: u64, id: u64): void {
  const self = currentHart();
  // The fence under way may want this hart too.
  while (!tryAcquire(lock)) answerRequests(self);
  fence.kind = kind;
  fence.start = start & ~(PAGE_SIZE - 1);
  fence.pages = pageCount(start, size);
  fence.id = id;
  fence.hgatp = hasHypervisor ? csrr_hgatp() : 0;
  const own = (<u64>1) << self.id;
  const others = withoutStopped(harts & ~own);
  atomic.store<u64>(outstanding(), popcnt<u64>(others));
  countFencesSent(self, kind, popcnt<u64>(others));
  requestOfHarts(others, REQUEST_FENCE);
  if (harts & own) execute();
  while (atomic.load<u64>(outstanding()) != 0) pause();
  release(lock);
}

/** On a hart that was asked. */
export function answerFence(hart: Hart): void {
  countFenceReceived(hart, fence.kind);
  execute();
  atomic.sub<u64>(outstanding(), 1);
}

/** Pages that the range touches; 0 stands for the whole address space. */
export function pageCount(start: u64, size: u64): u64 {
  if (size > RANGE_LIMIT || (start == 0 && size == 0)) return 0;
  const pages = ((start & (PAGE_SIZE - 1)) + size + PAGE_SIZE - 1) / PAGE_SIZE;
  // A range without bytes touches no page, but 0 means all of them; one page too many does no harm.
  return max<u64>(pages, 1);
}

/** A stopped hart forgets what it has cached when it starts: hart-sleep.ts. */
function withoutStopped(harts: u64): u64 {
  let left = harts;
  for (let id: u64 = 0; id < HART_LIMIT; id++) {
    if (stateOf(hartById(id)) == SBI_HSM_STATE_STOPPED) left &= ~((<u64>1) << id);
  }
  return left;
}

function outstanding(): usize {
  return changetype<usize>(fence) + offsetof<Fence>('outstanding');
}

function execute(): void {
  if (fence.kind == FENCE_I) {
    fence_i();
    return;
  }
  const guestVirtual = fence.kind == HFENCE_VVMA || fence.kind == HFENCE_VVMA_ASID;
  // HFENCE.VVMA acts on the VMID in hgatp: the caller's, not the one that happens to be here.
  const hgatp = guestVirtual ? csrrw_hgatp(fence.hgatp) : 0;
  if (fence.pages == 0) executeForAll();
  for (let page: u64 = 0; page < fence.pages; page++) executeForPage(fence.start + page * PAGE_SIZE);
  if (guestVirtual) csrw_hgatp(hgatp);
}

function executeForAll(): void {
  if (fence.kind == SFENCE_VMA) sfence_vma_all();
  else if (fence.kind == SFENCE_VMA_ASID) sfence_vma_asid(fence.id);
  else if (fence.kind == HFENCE_GVMA_VMID) hfence_gvma_vmid(fence.id);
  else if (fence.kind == HFENCE_GVMA) hfence_gvma_all();
  else if (fence.kind == HFENCE_VVMA_ASID) hfence_vvma_asid(fence.id);
  else hfence_vvma_all();
}

/** HFENCE.GVMA takes a guest physical address shifted right by 2: Priv. 1.13, "Hypervisor Memory-Management Fence". */
function executeForPage(address: u64): void {
  if (fence.kind == SFENCE_VMA) sfence_vma_address(address);
  else if (fence.kind == SFENCE_VMA_ASID) sfence_vma(address, fence.id);
  else if (fence.kind == HFENCE_GVMA_VMID) hfence_gvma(address >> 2, fence.id);
  else if (fence.kind == HFENCE_GVMA) hfence_gvma_address(address >> 2);
  else if (fence.kind == HFENCE_VVMA_ASID) hfence_vvma(address, fence.id);
  else hfence_vvma_address(address);
}
