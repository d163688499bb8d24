/** Every trap into M-mode from S- or U-mode: cause, handler, and back by trap.S to where the hart's state says. */
import {
  ECALL_FROM_HS,
  ILLEGAL_INSTRUCTION,
  MACHINE_SOFTWARE_INTERRUPT,
  MACHINE_TIMER_INTERRUPT,
} from '../rv/causes.ts';
import { csrr_mcause, csrr_mtinst, csrr_mtval, csrr_mtval2, MCAUSE_INTERRUPT } from '../rv/csr.ts';
import { handleIllegalInstruction } from './emulate-time.ts';
import { countTrap } from './events.ts';
import { hasHypervisor, hasTime } from './features.ts';
import { currentHart } from './hart.ts';
import { answerRequests } from './ipi.ts';
import { report_firmware_fault } from './panic.ts';
import { redirect } from './redirect.ts';
import { handleCall } from './sbi/call.ts';
import { passTimerInterruptOn } from './timer.ts';

/**
 * trap.S calls this. Loads and stores at addresses that are not aligned are not emulated: where the hart does not do them
 * itself, their exceptions go to S-mode, which has them delegated.
 */
export function handle_trap(): void {
  const hart = currentHart();
  const cause = csrr_mcause();
  countTrap(hart, cause);
  if (cause == ECALL_FROM_HS) {
    handleCall(hart);
  } else if (cause == MACHINE_SOFTWARE_INTERRUPT) {
    answerRequests(hart);
  } else if (cause == MACHINE_TIMER_INTERRUPT) {
    passTimerInterruptOn();
  } else if (cause & MCAUSE_INTERRUPT) {
    report_firmware_fault(cause, hart.mepc, 0);
  } else if (cause == ILLEGAL_INSTRUCTION && !hasTime) {
    handleIllegalInstruction(hart, csrr_mtval());
  } else {
    redirect(hart, cause, csrr_mtval(), hasHypervisor ? csrr_mtval2() : 0, hasHypervisor ? csrr_mtinst() : 0);
  }
}
