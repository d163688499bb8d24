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
  SUPERVISOR_TIMER_INTERRUPT,
} from '../rv/causes.ts';
import { csrr_scause, csrw_hcounteren, csrw_hedeleg, csrw_hideleg, csrw_sie, SIE_STIE } from '../rv/csr.ts';
import { endGuest } from './end.ts';
import { handleAccessFault, handleGuestPageFault } from './faults.ts';
import { exitCounter, FIRST_INTERRUPT, GUEST_STOPPED } from './guest.ts';
import { NEXT, RESCHEDULE, STOP, YIELD } from './outcome.ts';
import { handleSbiCall } from './sbi/sbi.ts';
import { nextVcpu } from './scheduler.ts';
import { isTracing, traceExit } from './trace.ts';
import { Vcpu } from './vcpu.ts';
import { handleVirtualInstruction } from './virtual-instruction.ts';

type Handler = (vcpu: Vcpu) => u32;

/** By the exception code of scause. What VS-mode handles itself (see `delegateToGuests`) never comes here. */
const handlers: StaticArray<Handler> = [
  handleUnexpected, //          0  instruction address misaligned
  handleAccessFault, //         1  instruction access fault
  handleUnexpected, //          2  illegal instruction
  handleUnexpected, //          3  breakpoint
  handleUnexpected, //          4  load address misaligned
  handleAccessFault, //         5  load access fault
  handleUnexpected, //          6  store address misaligned
  handleAccessFault, //         7  store access fault
  handleUnexpected, //          8  environment call from VU-mode
  handleUnexpected, //          9  environment call from HS-mode
  handleSbiCall, //             10 environment call from VS-mode
  handleUnexpected, //          11
  handleUnexpected, //          12 instruction page fault
  handleUnexpected, //          13 load page fault
  handleUnexpected, //          14
  handleUnexpected, //          15 store page fault
  handleUnexpected, //          16
  handleUnexpected, //          17
  handleUnexpected, //          18
  handleUnexpected, //          19
  handleGuestPageFault, //      20 instruction guest-page fault
  handleGuestPageFault, //      21 load guest-page fault
  handleVirtualInstruction, //  22 virtual instruction
  handleGuestPageFault, //      23 store guest-page fault
];

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
  let outcome: u32;
  if (cause < <u64>handlers.length) {
    const counter = exitCounter(vcpu.guest, cause);
    store<u64>(counter, load<u64>(counter) + 1);
    if (isTracing) traceExit(vcpu, cause);
    outcome = handlers[<i32>cause](vcpu);
  } else {
    outcome = handleInterrupt(vcpu, cause);
  }
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
    vcpu.waiting = true;
  } else if (outcome == STOP) {
    endGuest(vcpu.guest);
  } else if (outcome != RESCHEDULE) {
    return vcpu;
  }
  return nextVcpu();
}

function handleInterrupt(vcpu: Vcpu, cause: u64): u32 {
  const code = (cause << 1) >> 1;
  const counter = exitCounter(vcpu.guest, FIRST_INTERRUPT + (code & 15));
  store<u64>(counter, load<u64>(counter) + 1);
  if (cause != SUPERVISOR_TIMER_INTERRUPT) return handleUnexpected(vcpu);
  return RESCHEDULE;
}

function handleUnexpected(vcpu: Vcpu): u32 {
  vcpu.guest.state = GUEST_STOPPED;
  return STOP;
}
