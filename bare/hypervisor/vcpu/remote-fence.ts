/**
 * Fences that one vCPU asks others of its guest for. Those that run are done in their harts by the firmware, and those that do not
 * get theirs when they next take a hart: no hart is disturbed that has not the vCPU.
 */

import { fence_i, hfence_vvma, hfence_vvma_address, hfence_vvma_all, hfence_vvma_asid } from '../../rv/intrinsics.ts';
import { SBI_PMU_FW_FENCE_I_SENT } from '../../rv/sbi.ts';
import { vcpuOf } from '../guest/guest.ts';
import { hostFenceGuest, hostFenceGuestAsid, hostFenceI } from '../host/host-sbi.ts';
import { countEvent } from './pmu.ts';
import { lockScheduler, unlockScheduler } from './scheduler.ts';
import { RUNNING, Vcpu } from './vcpu.ts';

/** Kinds of fence, numbered like the functions of the SBI's RFENCE extension. */
export const FENCE_I: u64 = 0;
export const SFENCE_VMA: u64 = 1;
export const SFENCE_VMA_ASID: u64 = 2;

const PAGE_SIZE: u64 = 4096;
/** For a longer range the whole address space is as cheap. In bytes. */
const RANGE_LIMIT: u64 = 64 * PAGE_SIZE;

/**
 * The vCPU, which is resident, has the harts of its guest whose bits are set forget: instructions, or translations of `size` bytes from
 * `start` on, in all address spaces or that of `asid`. `size` 0 with `start` 0, or all ones, is the whole address space.
 */
export function remoteFence(vcpu: Vcpu, harts: u64, kind: u64, start: u64, size: u64, asid: u64): void {
  const isAll = size > RANGE_LIMIT || (start == 0 && size == 0);
  if (isAll) {
    start = 0;
    size = 0;
  }
  countFences(vcpu, harts, kind);
  const others = runningElsewhere(vcpu, harts);
  if ((harts >> vcpu.id) & 1) fenceHere(kind, start, size, asid);
  if (!others) return;
  if (kind == FENCE_I) hostFenceI(others);
  else if (kind == SFENCE_VMA) hostFenceGuest(others, start, size);
  else hostFenceGuestAsid(others, start, size, asid);
}

function countFences(vcpu: Vcpu, harts: u64, kind: u64): void {
  const sent = SBI_PMU_FW_FENCE_I_SENT + 2 * kind;
  for (; harts; harts &= harts - 1) {
    countEvent(vcpu.pmu, sent);
    countEvent(vcpuOf(vcpu.guest, <usize>ctz(harts)).pmu, sent + 1);
  }
}

/** The ids of the hosts' harts in which the other vCPUs run, as bits; those that do not run will fence before they do. */
function runningElsewhere(vcpu: Vcpu, harts: u64): u64 {
  let ids: u64 = 0;
  harts &= ~((<u64>1) << vcpu.id);
  if (!harts) return 0;
  lockScheduler();
  for (; harts; harts &= harts - 1) {
    const other = vcpuOf(vcpu.guest, <usize>ctz(harts));
    if (other.state == RUNNING) ids |= (<u64>1) << other.hart.id;
    else other.mustFence = 1;
  }
  unlockScheduler();
  return ids;
}

function fenceHere(kind: u64, start: u64, size: u64, asid: u64): void {
  if (kind == FENCE_I) {
    fence_i();
  } else if (size == 0 && start == 0) {
    if (kind == SFENCE_VMA) hfence_vvma_all();
    else hfence_vvma_asid(asid);
  } else {
    // A range without bytes is taken for one page: no harm.
    const last = start + max<u64>(size, 1) - 1;
    for (let page = start & ~(PAGE_SIZE - 1); page <= last && page + PAGE_SIZE > page; page += PAGE_SIZE) {
      if (kind == SFENCE_VMA) hfence_vvma_address(page);
      else hfence_vvma(page, asid);
    }
  }
}
