/**
 * The way of every exit: trap.S has saved the guest and calls `handle_exit`; the cause selects a handler; its outcome says how
 * to go on; trap.S restores the vCPU that is returned.
 */

import {
  BREAKPOINT,
  ECALL_FROM_U,
  ILLEGAL_INSTRUCTION,
  INSTRUCTION_ADDRESS_MISALIGNED,
  INSTRUCTION_PAGE_FAULT,
  LOAD_ADDRESS_MISALIGNED,
  LOAD_PAGE_FAULT,
  STORE_ADDRESS_MISALIGNED,
  STORE_PAGE_FAULT,
  SUPERVISOR_EXTERNAL_INTERRUPT,
  SUPERVISOR_SOFTWARE_INTERRUPT,
  SUPERVISOR_TIMER_INTERRUPT,
} from '../rv/causes.ts';
import {
  csrr_scause,
  csrw_hedeleg,
  csrw_hideleg,
  csrw_sie,
  HIDELEG_LCOFIP,
  HIDELEG_VSEIP,
  HIDELEG_VSSIP,
  HIDELEG_VSTIP,
  SIE_SEIE,
  SIE_SSIE,
  SIE_STIE,
} from '../rv/csr.ts';
import { handleAccessFault } from './faults.ts';
import { GUEST_STOPPED } from './guest/guest.ts';
import { leaveRunning } from './guest/guest-life.ts';
import { serveHostInterrupts } from './host/interrupts.ts';
import { handleGuestPageFault } from './mmio/emulate.ts';
import { KICKED, NEXT, RESCHEDULE, RETRY, STOP, SUSPEND, YIELD } from './outcome.ts';
import { beginExit, endExit, isTracing } from './report/trace.ts';
import { handleSbiCall } from './sbi/sbi.ts';
import { answerKick, stopRunning, takeTurns, wait } from './vcpu/scheduler.ts';
import { countException, countInterrupt, Vcpu } from './vcpu/vcpu.ts';
import { handleVirtualInstruction } from './virtual-instruction.ts';

/** The handler of each exception, by its code. What VS-mode takes itself (see `delegateToGuests`) never comes here. */
function handleException(vcpu: Vcpu, cause: u64): u32 {
  countException(vcpu, cause);
  switch (<u32>cause) {
    case 1: // instruction access fault
    case 5: // load access fault
    case 7: // store or AMO access fault
      return handleAccessFault(vcpu);
    case 10: // environment call from VS-mode
      return handleSbiCall(vcpu);
    case 20: // instruction guest-page fault
    case 21: // load guest-page fault
    case 23: // store or AMO guest-page fault
      return handleGuestPageFault(vcpu);
    case 22: // virtual instruction
      return handleVirtualInstruction(vcpu);
    default:
      return handleUnexpected(vcpu);
  }
}

/** What guests take on this hart without an exit: their own exceptions and interrupts. */
export function delegateToGuests(): void {
  csrw_hedeleg(
    (1 << INSTRUCTION_ADDRESS_MISALIGNED) |
      (1 << ILLEGAL_INSTRUCTION) |
      (1 << BREAKPOINT) |
      (1 << LOAD_ADDRESS_MISALIGNED) |
      (1 << STORE_ADDRESS_MISALIGNED) |
      (1 << ECALL_FROM_U) |
      (1 << INSTRUCTION_PAGE_FAULT) |
      (1 << LOAD_PAGE_FAULT) |
      (1 << STORE_PAGE_FAULT),
  );
  // The counters' interrupt where the hart has Shlcofideleg.
  csrw_hideleg(HIDELEG_VSSIP | HIDELEG_VSTIP | HIDELEG_VSEIP | HIDELEG_LCOFIP);
  csrw_sie(SIE_SSIE | SIE_STIE | SIE_SEIE);
}

/** trap.S calls this with the vCPU that trapped and enters the one that comes back. */
export function handle_exit(vcpu: Vcpu): Vcpu {
  if (!isTracing) return handleExit(vcpu);
  const begun = beginExit(vcpu);
  const next = handleExit(vcpu);
  endExit(begun);
  return next;
}

function handleExit(vcpu: Vcpu): Vcpu {
  const cause = csrr_scause();
  const outcome = <i64>cause < 0 ? handleInterrupt(vcpu, cause) : handleException(vcpu, cause);
  if (outcome == NEXT) {
    vcpu.sepc += 4;
    return vcpu;
  }
  return settle(vcpu, outcome);
}

/** The outcomes other than the common one. */
function settle(vcpu: Vcpu, outcome: u32): Vcpu {
  switch (outcome) {
    case YIELD:
      vcpu.sepc += 4;
      return wait(vcpu);
    case SUSPEND:
      return wait(vcpu);
    case RESCHEDULE:
      return takeTurns(vcpu);
    case KICKED:
      return answerKick(vcpu);
    case STOP:
      return stopRunning(vcpu);
    default:
      return vcpu;
  }
}

/** The end of a turn, a timer that has come, or a device of the host; or another hart has something for this vCPU. */
function handleInterrupt(vcpu: Vcpu, cause: u64): u32 {
  countInterrupt(vcpu, cause);
  if (cause == SUPERVISOR_TIMER_INTERRUPT) return RESCHEDULE;
  if (cause == SUPERVISOR_SOFTWARE_INTERRUPT) return KICKED;
  if (cause != SUPERVISOR_EXTERNAL_INTERRUPT) return handleUnexpected(vcpu);
  serveHostInterrupts();
  return RETRY;
}

function handleUnexpected(vcpu: Vcpu): u32 {
  leaveRunning(vcpu, GUEST_STOPPED);
  return STOP;
}
