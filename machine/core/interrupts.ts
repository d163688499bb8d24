/**
 * Pending interrupts and which of them is taken: Priv. 1.13, "Machine Interrupt (mip and mie) Registers",
 * "Hypervisor Interrupt (hvip, hip, and hie) Registers".
 */
import {
  COUNTER_OVERFLOW_INTERRUPT,
  MACHINE_EXTERNAL_INTERRUPT,
  MACHINE_SOFTWARE_INTERRUPT,
  MACHINE_TIMER_INTERRUPT,
  SUPERVISOR_EXTERNAL_INTERRUPT,
  SUPERVISOR_GUEST_EXTERNAL_INTERRUPT,
  SUPERVISOR_SOFTWARE_INTERRUPT,
  SUPERVISOR_TIMER_INTERRUPT,
  VIRTUAL_SUPERVISOR_EXTERNAL_INTERRUPT,
  VIRTUAL_SUPERVISOR_SOFTWARE_INTERRUPT,
  VIRTUAL_SUPERVISOR_TIMER_INTERRUPT,
} from './causes.ts';
import { MIP_STIP, MSTATUS_MIE, MSTATUS_SIE } from './csr-constants.ts';
import {
  HART_HIDELEG,
  HART_LINES,
  HART_MIDELEG,
  HART_MIE,
  HART_MIP,
  HART_MSTATUS,
  HART_TIMERS,
  HART_VSSTATUS,
} from './layout.ts';
import { isVirtual, PRIVILEGE_M, PRIVILEGE_S, privilege } from './mode.ts';
import { hasStimecmp } from './time.ts';

export const NO_INTERRUPT: u32 = ~(<u32>0);

/** The bits of mip that software can set; with stimecmp in use, STIP is not among them. */
export function softwareBits(hart: usize): u64 {
  const bits = load<u64>(hart, HART_MIP);
  return hasStimecmp(hart) ? bits & ~MIP_STIP : bits;
}

/** mip: what software, interrupt lines and timers make pending. */
export function pendingBits(hart: usize): u64 {
  return softwareBits(hart) | <u64>load<u32>(hart, HART_LINES) | <u64>load<u32>(hart, HART_TIMERS);
}

/** Whether wfi may end: an interrupt is pending and locally enabled, whatever the global enables say. */
export function wakes(hart: usize): bool {
  return (pendingBits(hart) & load<u64>(hart, HART_MIE)) != 0;
}

/** The one of highest priority among candidates of one privilege level. */
function first(candidates: u64): u32 {
  if (has(candidates, MACHINE_EXTERNAL_INTERRUPT)) return MACHINE_EXTERNAL_INTERRUPT;
  if (has(candidates, MACHINE_SOFTWARE_INTERRUPT)) return MACHINE_SOFTWARE_INTERRUPT;
  if (has(candidates, MACHINE_TIMER_INTERRUPT)) return MACHINE_TIMER_INTERRUPT;
  if (has(candidates, SUPERVISOR_EXTERNAL_INTERRUPT)) return SUPERVISOR_EXTERNAL_INTERRUPT;
  if (has(candidates, SUPERVISOR_SOFTWARE_INTERRUPT)) return SUPERVISOR_SOFTWARE_INTERRUPT;
  if (has(candidates, SUPERVISOR_TIMER_INTERRUPT)) return SUPERVISOR_TIMER_INTERRUPT;
  if (has(candidates, SUPERVISOR_GUEST_EXTERNAL_INTERRUPT)) return SUPERVISOR_GUEST_EXTERNAL_INTERRUPT;
  if (has(candidates, VIRTUAL_SUPERVISOR_EXTERNAL_INTERRUPT)) return VIRTUAL_SUPERVISOR_EXTERNAL_INTERRUPT;
  if (has(candidates, VIRTUAL_SUPERVISOR_SOFTWARE_INTERRUPT)) return VIRTUAL_SUPERVISOR_SOFTWARE_INTERRUPT;
  if (has(candidates, VIRTUAL_SUPERVISOR_TIMER_INTERRUPT)) return VIRTUAL_SUPERVISOR_TIMER_INTERRUPT;
  return COUNTER_OVERFLOW_INTERRUPT;
}

function has(candidates: u64, number: u32): bool {
  return ((candidates >> number) & 1) != 0;
}

/** The interrupt to take now, or NO_INTERRUPT. Those for M come before those for HS, and those before the guest's. */
export function nextInterrupt(hart: usize): u32 {
  const pending = pendingBits(hart) & load<u64>(hart, HART_MIE);
  if (!pending) return NO_INTERRUPT;
  const mode = privilege(hart);
  const virtualized = isVirtual(hart);
  const status = load<u64>(hart, HART_MSTATUS);
  const delegated = load<u64>(hart, HART_MIDELEG);
  const forM = pending & ~delegated;
  if (forM && (mode < PRIVILEGE_M || status & MSTATUS_MIE)) return first(forM);
  if (mode == PRIVILEGE_M) return NO_INTERRUPT;
  const guests = load<u64>(hart, HART_HIDELEG);
  const forHs = pending & delegated & ~guests;
  if (forHs && (virtualized || mode < PRIVILEGE_S || status & MSTATUS_SIE)) return first(forHs);
  const forVs = pending & delegated & guests;
  if (!forVs || !virtualized) return NO_INTERRUPT;
  return mode < PRIVILEGE_S || load<u64>(hart, HART_VSSTATUS) & MSTATUS_SIE ? first(forVs) : NO_INTERRUPT;
}
