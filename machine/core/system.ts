/** ecall, ebreak, wfi and the fences of address translation. */
import { BREAKPOINT, ECALL_FROM_HS, ECALL_FROM_M, ECALL_FROM_U, ECALL_FROM_VS } from './causes.ts';
import { HSTATUS_VTVM, HSTATUS_VTW, MSTATUS_TVM, MSTATUS_TW } from './csr-constants.ts';
import { flushVirtual } from './csr-status.ts';
import { flushSupervisor } from './csr-translation.ts';
import { wakes } from './interrupts.ts';
import { HART_HSTATUS, HART_MSTATUS, HART_RECHECK, HART_WAITING, SLOT_RS1 } from './layout.ts';
import { CONTEXT_V, isVirtual, PRIVILEGE_M, PRIVILEGE_S, PRIVILEGE_U, privilege } from './mode.ts';
import { flushPage } from './tlb.ts';
import { raise, raiseIllegal, raiseIllegalOrVirtual, raiseVirtual } from './trap.ts';

export function ecall(hart: usize): bool {
  const mode = privilege(hart);
  if (mode == PRIVILEGE_M) return raise(hart, ECALL_FROM_M, 0);
  if (mode == PRIVILEGE_U) return raise(hart, ECALL_FROM_U, 0);
  return raise(hart, isVirtual(hart) ? ECALL_FROM_VS : ECALL_FROM_HS, 0);
}

/** xtval is the instruction's address, a guest virtual one if V=1. */
export function ebreak(hart: usize, pc: u64): bool {
  return raise(hart, BREAKPOINT, pc, isVirtual(hart));
}

/** Whether the present mode may wait as long as it likes; else false, raised. The time limit of the others is 0. */
function mayWait(hart: usize): bool {
  if (privilege(hart) == PRIVILEGE_M) return true;
  if (load<u64>(hart, HART_MSTATUS) & MSTATUS_TW) return raiseIllegal(hart);
  return isVirtual(hart) && load<u64>(hart, HART_HSTATUS) & HSTATUS_VTW ? raiseVirtual(hart) : true;
}

/** Waits for an interrupt where it may. */
export function wfi(hart: usize): bool {
  if (!mayWait(hart)) return false;
  if (privilege(hart) == PRIVILEGE_U) return raiseIllegalOrVirtual(hart);
  if (!wakes(hart)) store<u32>(hart, 1, HART_WAITING);
  store<u32>(hart, 1, HART_RECHECK);
  return true;
}

/** wrs.nto: waits until a reservation ends, but any other reason to go on is as good (Unprivileged ISA, "Zawrs"). */
export function waitOnReservation(hart: usize): bool {
  return mayWait(hart);
}

/** Forgets the page that rs1 names, or all if rs1 is x0. Address spaces (rs2) are not told apart. */
function fence(hart: usize, slot: usize, virtualized: bool): bool {
  // The page being executed may be among those whose translation is no longer valid.
  store<u32>(hart, 1, HART_RECHECK);
  const rs1 = load<u8>(slot, SLOT_RS1);
  if (!rs1) {
    if (virtualized) flushVirtual(hart);
    else flushSupervisor(hart);
    return true;
  }
  const va = load<u64>(hart + rs1);
  const mode = virtualized ? CONTEXT_V : 0;
  flushPage(hart, mode | PRIVILEGE_U, va);
  flushPage(hart, mode | PRIVILEGE_S, va);
  flushPage(hart, (mode | PRIVILEGE_S) + 1, va);
  return true;
}

/** sfence.vma and sinval.vma */
export function sfence(hart: usize, slot: usize): bool {
  const mode = privilege(hart);
  if (mode == PRIVILEGE_U) return raiseIllegalOrVirtual(hart);
  if (isVirtual(hart)) {
    return load<u64>(hart, HART_HSTATUS) & HSTATUS_VTVM ? raiseVirtual(hart) : fence(hart, slot, true);
  }
  if (mode == PRIVILEGE_S && load<u64>(hart, HART_MSTATUS) & MSTATUS_TVM) return raiseIllegal(hart);
  return fence(hart, slot, false);
}

/** sfence.w.inval and sfence.inval.ir: they order, and here everything is in order. */
export function sfenceInval(hart: usize): bool {
  return privilege(hart) == PRIVILEGE_U ? raiseIllegalOrVirtual(hart) : true;
}

/** hfence.vvma and hinval.vvma */
export function hfenceVvma(hart: usize, slot: usize): bool {
  if (isVirtual(hart) || privilege(hart) == PRIVILEGE_U) return raiseIllegalOrVirtual(hart);
  return fence(hart, slot, true);
}

/** hfence.gvma and hinval.gvma: entries are by virtual address, so one guest physical page means all of them. */
export function hfenceGvma(hart: usize): bool {
  const mode = privilege(hart);
  if (isVirtual(hart) || mode == PRIVILEGE_U) return raiseIllegalOrVirtual(hart);
  if (mode == PRIVILEGE_S && load<u64>(hart, HART_MSTATUS) & MSTATUS_TVM) return raiseIllegal(hart);
  flushVirtual(hart);
  return true;
}
