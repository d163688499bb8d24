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
  SUPERVISOR_TIMER_INTERRUPT,
} from '../rv/causes.ts';
import { csrr_scause, csrw_hcounteren, csrw_hedeleg, csrw_hideleg, csrw_sie, SIE_STIE } from '../rv/csr.ts';
import { endGuest } from './end.ts';
import { handleAccessFault } from './faults.ts';
import { countException, countInterrupt, GUEST_STOPPED } from './guest.ts';
import { serveHostInterrupts } from './host/interrupts.ts';
import { handleGuestPageFault } from './mmio/emulate.ts';
import { NEXT, RESCHEDULE, RETRY, STOP, YIELD } from './outcome.ts';
import { handleSbiCall } from './sbi/sbi.ts';
import { nextVcpu, wait } from './scheduler.ts';
import { isTracing, traceExit } from './trace.ts';
import { Vcpu } from './vcpu.ts';
import { handleVirtualInstruction } from './virtual-instruction.ts';

/** The handler of each exception, by its code. What VS-mode takes itself (see `delegateToGuests`) never comes here. */
function handleException(vcpu: Vcpu, cause: u64): u32 {
  countException(vcpu.guest, cause);
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

/** What a guest takes without an exit: its own exceptions and its counters. */
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
  csrw_hideleg(0x444); // VSSI, VSTI, VSEI
  csrw_hcounteren(7); // cycle, time, instret
  csrw_sie(SIE_STIE);
}

/** trap.S calls this with the vCPU that trapped and enters the one that comes back. */
export function handle_exit(vcpu: Vcpu): Vcpu {
  const cause = csrr_scause();
  if (isTracing) traceExit(vcpu, cause);
  const outcome = <i64>cause < 0 ? handleInterrupt(vcpu, cause) : handleException(vcpu, cause);
  if (outcome == NEXT) {
    vcpu.sepc += 4;
    return vcpu;
  }
  return settle(vcpu, outcome);
}

/** The outcomes other than the common one. */
function settle(vcpu: Vcpu, outcome: u32): Vcpu {
  if (outcome == YIELD) {
    vcpu.sepc += 4;
    wait(vcpu);
  } else if (outcome == STOP) {
    endGuest(vcpu.guest);
  } else if (outcome != RESCHEDULE) {
    return vcpu;
  }
  return nextVcpu();
}

/** The end of a time slice, or a device of the host. */
function handleInterrupt(vcpu: Vcpu, cause: u64): u32 {
  countInterrupt(vcpu.guest, cause);
  if (cause == SUPERVISOR_EXTERNAL_INTERRUPT) {
    serveHostInterrupts();
    return RETRY;
  }
  return cause == SUPERVISOR_TIMER_INTERRUPT ? RESCHEDULE : handleUnexpected(vcpu);
}

function handleUnexpected(vcpu: Vcpu): u32 {
  vcpu.guest.state = GUEST_STOPPED;
  return STOP;
}
