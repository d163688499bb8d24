/**
 * Traps: how an instruction raises one, and what the hart does with it (Priv. 1.13, "Trap Entry" of the hypervisor
 * extension, and the xtvec, xepc, xcause, xtval registers).
 */
import { COUNTER_OVERFLOW_INTERRUPT, ILLEGAL_INSTRUCTION, VIRTUAL_INSTRUCTION } from './causes.ts';
import {
  HSTATUS_GVA,
  HSTATUS_SPV,
  HSTATUS_SPVP,
  MSTATUS_GVA,
  MSTATUS_MIE,
  MSTATUS_MPIE,
  MSTATUS_MPP,
  MSTATUS_MPP_SHIFT,
  MSTATUS_MPV,
  MSTATUS_SIE,
  MSTATUS_SPIE,
  MSTATUS_SPP,
} from './csr-constants.ts';
import { countersChangeMode } from './hpm.ts';
import {
  HART_HEDELEG,
  HART_HIDELEG,
  HART_HSTATUS,
  HART_HTINST,
  HART_HTVAL,
  HART_MCAUSE,
  HART_MEDELEG,
  HART_MEPC,
  HART_MIDELEG,
  HART_MSTATUS,
  HART_MTINST,
  HART_MTVAL,
  HART_MTVAL2,
  HART_MTVEC,
  HART_PC,
  HART_PRIVILEGE,
  HART_SCAUSE,
  HART_SEPC,
  HART_STVAL,
  HART_STVEC,
  HART_TRAP_CAUSE,
  HART_TRAP_GVA,
  HART_TRAP_TINST,
  HART_TRAP_TVAL,
  HART_TRAP_TVAL2,
  HART_VIRTUAL,
  HART_VSCAUSE,
  HART_VSEPC,
  HART_VSSTATUS,
  HART_VSTVAL,
  HART_VSTVEC,
} from './layout.ts';
import { isVirtual, PRIVILEGE_M, PRIVILEGE_S, privilege } from './mode.ts';

export const INTERRUPT: u64 = 0x8000000000000000;

/** Records an exception for the run loop, and returns false: "the instruction did not complete". */
export function raise(hart: usize, cause: u64, tval: u64, gva: bool = false): bool {
  store<u64>(hart, cause, HART_TRAP_CAUSE);
  store<u64>(hart, tval, HART_TRAP_TVAL);
  store<u64>(hart, 0, HART_TRAP_TVAL2);
  store<u64>(hart, 0, HART_TRAP_TINST);
  store<u32>(hart, gva ? 1 : 0, HART_TRAP_GVA);
  return false;
}

/** The same for a guest-page fault at guest physical address `gpa`; `tinst` is a pseudoinstruction or 0. */
export function raiseGuestPageFault(hart: usize, cause: u64, tval: u64, gpa: u64, tinst: u64): bool {
  raise(hart, cause, tval, true);
  store<u64>(hart, gpa >> 2, HART_TRAP_TVAL2);
  store<u64>(hart, tinst, HART_TRAP_TINST);
  return false;
}

/** xtval gets the instruction's bits when the trap is taken (run.ts): few instructions fail, all would pay. */
export function raiseIllegal(hart: usize): bool {
  return raise(hart, ILLEGAL_INSTRUCTION, 0);
}

export function raiseVirtual(hart: usize): bool {
  return raise(hart, VIRTUAL_INSTRUCTION, 0);
}

/** Illegal instruction when the hart is not virtualized, virtual instruction when it is. */
export function raiseIllegalOrVirtual(hart: usize): bool {
  return isVirtual(hart) ? raiseVirtual(hart) : raiseIllegal(hart);
}

function vector(tvec: u64, cause: u64): u64 {
  const base = tvec & ~(<u64>3);
  return tvec & 1 && cause & INTERRUPT ? base + ((cause & ~INTERRUPT) << 2) : base;
}

function enter(hart: usize, mode: u32, virtualization: u32, pc: u64): void {
  store<u32>(hart, mode, HART_PRIVILEGE);
  store<u32>(hart, virtualization, HART_VIRTUAL);
  store<u64>(hart, pc, HART_PC);
  countersChangeMode(hart);
}

/** The SIE/SPIE/SPP stack, which sstatus and vsstatus have alike. */
function pushSupervisor(status: u64, from: u32): u64 {
  let pushed = status & ~(MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP);
  if (status & MSTATUS_SIE) pushed |= MSTATUS_SPIE;
  if (from == PRIVILEGE_S) pushed |= MSTATUS_SPP;
  return pushed;
}

function trapToVs(hart: usize, cause: u64): void {
  // VS interrupts appear to the guest at the supervisor's positions, one below (Priv. 1.13, "Trap Entry"); the counters' is no such.
  const isOfVs = (cause & INTERRUPT) != 0 && cause != (INTERRUPT | COUNTER_OVERFLOW_INTERRUPT);
  const seen = isOfVs ? cause - 1 : cause;
  store<u64>(hart, pushSupervisor(load<u64>(hart, HART_VSSTATUS), privilege(hart)), HART_VSSTATUS);
  store<u64>(hart, load<u64>(hart, HART_PC), HART_VSEPC);
  store<u64>(hart, seen, HART_VSCAUSE);
  store<u64>(hart, load<u64>(hart, HART_TRAP_TVAL), HART_VSTVAL);
  enter(hart, PRIVILEGE_S, 1, vector(load<u64>(hart, HART_VSTVEC), seen));
}

function trapToHs(hart: usize, cause: u64): void {
  const from = privilege(hart);
  let hstatus = load<u64>(hart, HART_HSTATUS) & ~(HSTATUS_SPV | HSTATUS_GVA);
  if (isVirtual(hart)) {
    hstatus |= HSTATUS_SPV;
    hstatus = from == PRIVILEGE_S ? hstatus | HSTATUS_SPVP : hstatus & ~HSTATUS_SPVP;
  }
  if (load<u32>(hart, HART_TRAP_GVA)) hstatus |= HSTATUS_GVA;
  store<u64>(hart, hstatus, HART_HSTATUS);
  store<u64>(hart, pushSupervisor(load<u64>(hart, HART_MSTATUS), from), HART_MSTATUS);
  store<u64>(hart, load<u64>(hart, HART_PC), HART_SEPC);
  store<u64>(hart, cause, HART_SCAUSE);
  store<u64>(hart, load<u64>(hart, HART_TRAP_TVAL), HART_STVAL);
  store<u64>(hart, load<u64>(hart, HART_TRAP_TVAL2), HART_HTVAL);
  store<u64>(hart, load<u64>(hart, HART_TRAP_TINST), HART_HTINST);
  enter(hart, PRIVILEGE_S, 0, vector(load<u64>(hart, HART_STVEC), cause));
}

function trapToM(hart: usize, cause: u64): void {
  const status = load<u64>(hart, HART_MSTATUS);
  let pushed = status & ~(MSTATUS_MIE | MSTATUS_MPIE | MSTATUS_MPP | MSTATUS_MPV | MSTATUS_GVA);
  if (status & MSTATUS_MIE) pushed |= MSTATUS_MPIE;
  pushed |= (<u64>privilege(hart)) << MSTATUS_MPP_SHIFT;
  if (isVirtual(hart)) pushed |= MSTATUS_MPV;
  if (load<u32>(hart, HART_TRAP_GVA)) pushed |= MSTATUS_GVA;
  store<u64>(hart, pushed, HART_MSTATUS);
  store<u64>(hart, load<u64>(hart, HART_PC), HART_MEPC);
  store<u64>(hart, cause, HART_MCAUSE);
  store<u64>(hart, load<u64>(hart, HART_TRAP_TVAL), HART_MTVAL);
  store<u64>(hart, load<u64>(hart, HART_TRAP_TVAL2), HART_MTVAL2);
  store<u64>(hart, load<u64>(hart, HART_TRAP_TINST), HART_MTINST);
  enter(hart, PRIVILEGE_M, 0, vector(load<u64>(hart, HART_MTVEC), cause));
}

/** Takes the trap recorded by `raise` at HART_PC, in the mode that delegation gives it to. */
export function takeTrap(hart: usize): void {
  const cause = load<u64>(hart, HART_TRAP_CAUSE);
  const bit = (<u64>1) << (cause & 63);
  const toS = load<u64>(hart + (cause & INTERRUPT ? HART_MIDELEG : HART_MEDELEG)) & bit;
  const toVs = load<u64>(hart + (cause & INTERRUPT ? HART_HIDELEG : HART_HEDELEG)) & bit;
  if (privilege(hart) == PRIVILEGE_M || !toS) trapToM(hart, cause);
  else if (isVirtual(hart) && toVs) trapToVs(hart, cause);
  else trapToHs(hart, cause);
}

/** Takes interrupt `number` (interrupts.ts has chosen it). */
export function takeInterrupt(hart: usize, number: u32): void {
  raise(hart, INTERRUPT | <u64>number, 0);
  takeTrap(hart);
}
