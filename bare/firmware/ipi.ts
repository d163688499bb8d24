/** Requests of one hart to another: bits in its state and a machine software interrupt (ACLINT, "MSWI"). */

import { csrs_mip, MIP_SSIP } from '../rv/csr.ts';
import { fence_iorw_iorw, mmio_write32 } from '../rv/intrinsics.ts';
import { SBI_PMU_FW_IPI_RECEIVED, SBI_PMU_FW_IPI_SENT } from '../rv/sbi.ts';
import { countEvent } from './events.ts';
import { currentHart, HART_LIMIT, Hart, hartById } from './hart.ts';
import { msip } from './platform.ts';
import { answerFence } from './remote-fence.ts';

/** Raise the supervisor software interrupt. */
export const REQUEST_SOFTWARE_INTERRUPT: u64 = 1;
/** Execute the fence of remote-fence.ts. */
export const REQUEST_FENCE: u64 = 2;
/** Start, at the address that hart-sleep.ts has left. */
export const REQUEST_WAKE: u64 = 4;

const MSIP_SIZE: usize = 4;

/** Asks every hart whose bit is set in `harts`. */
export function requestOfHarts(harts: u64, what: u64): void {
  if (what == REQUEST_SOFTWARE_INTERRUPT) countEvent(currentHart(), SBI_PMU_FW_IPI_SENT, popcnt<u64>(harts));
  for (let id: u64 = 0; id < HART_LIMIT; id++) {
    if ((harts >> id) & 1) requestOf(hartById(id), what);
  }
}

export function requestOf(hart: Hart, what: u64): void {
  atomic.or<u64>(changetype<usize>(hart) + offsetof<Hart>('requests'), what);
  fence_iorw_iorw();
  mmio_write32(msip + MSIP_SIZE * <usize>hart.id, 1);
}

/**
 * Does what other harts have asked for, and gives what that was. The interrupt is cleared first, so that a later request raises
 * it again.
 */
export function answerRequests(hart: Hart): u64 {
  mmio_write32(msip + MSIP_SIZE * <usize>hart.id, 0);
  fence_iorw_iorw();
  const requests = atomic.xchg<u64>(changetype<usize>(hart) + offsetof<Hart>('requests'), 0);
  if (requests & REQUEST_SOFTWARE_INTERRUPT) {
    csrs_mip(MIP_SSIP);
    countEvent(hart, SBI_PMU_FW_IPI_RECEIVED);
  }
  if (requests & REQUEST_FENCE) answerFence(hart);
  return requests;
}
