/** The supervisor's timer: `stimecmp` (Sstc), or else the machine's timer, whose interrupt is passed on (ACLINT, "MTIMER"). */

import { csrc_mie, csrc_mip, csrr_time, csrs_mie, csrs_mip, csrw_stimecmp, MIE_MTIE, MIP_STIP } from '../rv/csr.ts';
import { mmio_read64, mmio_write64 } from '../rv/intrinsics.ts';
import { SBI_PMU_FW_SET_TIMER } from '../rv/sbi.ts';
import { countEvent } from './events.ts';
import { hasSstc, hasTime } from './features.ts';
import { Hart } from './hart.ts';
import { mtime, mtimecmp } from './platform.ts';

const NEVER: u64 = ~0;
const MTIMECMP_SIZE: usize = 8;

/** A supervisor timer interrupt when the time is `value` or later; one that is pending is cleared. */
export function setTimer(hart: Hart, value: u64): void {
  countEvent(hart, SBI_PMU_FW_SET_TIMER);
  if (hasSstc) {
    csrw_stimecmp(value);
    return;
  }
  mmio_write64(mtimecmp + MTIMECMP_SIZE * <usize>hart.id, value);
  csrc_mip(MIP_STIP);
  csrs_mie(MIE_MTIE);
}

export function stopTimer(hart: Hart): void {
  setTimer(hart, NEVER);
  csrc_mie(MIE_MTIE);
}

/** The machine timer's interrupt stays pending until the next `setTimer`, so it is disabled here. */
export function passTimerInterruptOn(): void {
  csrc_mie(MIE_MTIE);
  csrs_mip(MIP_STIP);
}

export function currentTime(): u64 {
  return hasTime ? csrr_time() : mmio_read64(mtime);
}
