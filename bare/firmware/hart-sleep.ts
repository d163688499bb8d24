/** A hart that waits: for a start or for an interrupt. It goes on answering the requests of others. */

import {
  csrc_mip,
  csrr_mie,
  csrr_mip,
  csrr_mstatus,
  csrw_mie,
  csrw_satp,
  MIE_MSIE,
  MIP_MTIP,
  MIP_SSIP,
  MSTATUS_MPP_SHIFT,
  MSTATUS_SXL,
  MSTATUS_UXL,
} from '../rv/csr.ts';
import { fence_i, hfence_gvma_all, sfence_vma_all, wfi } from '../rv/intrinsics.ts';
import { SBI_HSM_STATE_STARTED } from '../rv/sbi.ts';
import { resetCounters } from './counters.ts';
import { hasHypervisor } from './features.ts';
import { A0, A1, Hart, setRegister } from './hart.ts';
import { setState } from './hart-state.ts';
import { answerRequests, REQUEST_WAKE, requestOf } from './ipi.ts';
import { passTimerInterruptOn, stopTimer } from './timer.ts';

const MPP_SUPERVISOR: u64 = 1 << MSTATUS_MPP_SHIFT;

/** Wakes a hart that is START_PENDING: it goes on in S-mode at `address`, with its id in a0 and `startArgument` in a1. */
export function wake(hart: Hart, address: u64, startArgument: u64): void {
  hart.startAddress = address;
  hart.startArgument = startArgument;
  requestOf(hart, REQUEST_WAKE);
}

/** Sleeps until another hart wakes this one. */
export function waitForStart(hart: Hart): void {
  stopTimer(hart);
  resetCounters(hart);
  csrw_mie(MIE_MSIE);
  while (!(answerRequests(hart) & REQUEST_WAKE)) wfi();
  csrc_mip(MIP_SSIP);
  enterSupervisor(hart, hart.startAddress, hart.startArgument);
}

/** Sleeps until an interrupt that S-mode has enabled is pending. */
export function waitForInterrupt(hart: Hart): void {
  while (true) {
    answerRequests(hart);
    if (csrr_mip() & csrr_mie() & MIP_MTIP) passTimerInterruptOn();
    if (csrr_mip() & csrr_mie() & ~MIE_MSIE) return;
    wfi();
  }
}

/**
 * Makes the hart's state what S-mode starts with: satp = 0, sstatus.SIE = 0, a0 = hart id, a1 = `startArgument`. It has cached
 * no instruction and no translation, since remote fences leave stopped harts out.
 */
export function enterSupervisor(hart: Hart, address: u64, startArgument: u64): void {
  setState(hart, SBI_HSM_STATE_STARTED);
  csrw_satp(0);
  fence_i();
  sfence_vma_all();
  if (hasHypervisor) hfence_gvma_all();
  hart.mepc = address;
  hart.mstatus = (csrr_mstatus() & (MSTATUS_UXL | MSTATUS_SXL)) | MPP_SUPERVISOR;
  setRegister(hart, A0, hart.id);
  setRegister(hart, A1, startArgument);
}
