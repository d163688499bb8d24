/**
 * Who may read and write which CSR: Priv. 1.13, "CSR Address Mapping Conventions", "Virtual-Instruction Exceptions",
 * mcounteren, scounteren, hcounteren, FS of mstatus and vsstatus, Sstc, and Smstateen.
 */
import {
  CSR_CYCLE,
  CSR_HGATP,
  CSR_HPMCOUNTER31,
  CSR_SATP,
  CSR_SCOUNTEREN,
  CSR_SCOUNTOVF,
  CSR_SENVCFG,
  CSR_STIMECMP,
  CSR_VSTIMECMP,
  HSTATUS_VTVM,
  MCOUNTEREN_TM,
  MSTATUS_TVM,
} from './csr-constants.ts';
import { isFloatCsr } from './csr-float.ts';
import { guestStateEnabled, isSstateen, machineStateEnabled } from './csr-state-enable.ts';
import { floatEnabled } from './float/state.ts';
import { HART_HCOUNTEREN, HART_HSTATUS, HART_MCOUNTEREN, HART_MSTATUS, HART_SCOUNTEREN } from './layout.ts';
import { isVirtual, PRIVILEGE_M, PRIVILEGE_S, PRIVILEGE_U, privilege } from './mode.ts';
import { hasStimecmp, hasVstimecmp } from './time.ts';
import { raiseIllegal, raiseVirtual } from './trap.ts';

/** Bits 9:8 of a number: the lowest privilege that reaches it. */
const LEVEL_S: u32 = 1;
const LEVEL_H: u32 = 2;
const LEVEL_M: u32 = 3;

function levelOf(number: u32): u32 {
  return (number >> 8) & 3;
}

export function isReadOnly(number: u32): bool {
  return number >> 10 == 3;
}

/** From a supervisor register to the one of VS-mode that takes its place while V=1. */
const TO_VS: u32 = 0x100;

/** Supervisor registers of which there is one for both. */
function isShared(number: u32): bool {
  return number == CSR_SCOUNTEREN || number == CSR_SENVCFG || number == CSR_SCOUNTOVF || isSstateen(number);
}

/** The number that `number` stands for in the present mode. */
export function effectiveCsr(hart: usize, number: u32): u32 {
  if (levelOf(number) != LEVEL_S || !isVirtual(hart)) return number;
  return isShared(number) ? number : number + TO_VS;
}

function isCounter(number: u32): bool {
  return number >= CSR_CYCLE && number <= CSR_HPMCOUNTER31;
}

function mayReadCounter(hart: usize, number: u32): bool {
  const bit = (<u64>1) << (number - CSR_CYCLE);
  const mode = privilege(hart);
  if (mode == PRIVILEGE_M) return true;
  if (!(load<u64>(hart, HART_MCOUNTEREN) & bit)) return raiseIllegal(hart);
  if (isVirtual(hart) && !(load<u64>(hart, HART_HCOUNTEREN) & bit)) return raiseVirtual(hart);
  if (mode == PRIVILEGE_S || load<u64>(hart, HART_SCOUNTEREN) & bit) return true;
  return isVirtual(hart) ? raiseVirtual(hart) : raiseIllegal(hart);
}

/** Whether M-mode lets others use the compare registers of Sstc at all. */
function timerCompareOpen(hart: usize): bool {
  return hasStimecmp(hart) && (load<u64>(hart, HART_MCOUNTEREN) & MCOUNTEREN_TM) != 0;
}

function isTimerCompare(number: u32): bool {
  return number == CSR_STIMECMP || number == CSR_VSTIMECMP;
}

/** With V=1: the CSR exists, and HS-mode might access it as far as its level says. */
function mayAccessVirtualized(hart: usize, number: u32): bool {
  if (!machineStateEnabled(hart, number)) return false;
  if (isTimerCompare(number) && !timerCompareOpen(hart)) return raiseIllegal(hart);
  if (levelOf(number) == LEVEL_H || privilege(hart) == PRIVILEGE_U) return raiseVirtual(hart);
  if (number == CSR_SATP && load<u64>(hart, HART_HSTATUS) & HSTATUS_VTVM) return raiseVirtual(hart);
  if (number == CSR_STIMECMP) {
    const open = hasVstimecmp(hart) && (load<u64>(hart, HART_HCOUNTEREN) & MCOUNTEREN_TM) != 0;
    if (!open) return raiseVirtual(hart);
  }
  return guestStateEnabled(hart, number);
}

/** Whether the present mode may access the existing CSR `number`, as written in the instruction; else false, raised. */
export function mayAccess(hart: usize, number: u32, write: bool): bool {
  if (write && isReadOnly(number)) return raiseIllegal(hart);
  const mode = privilege(hart);
  const level = levelOf(number);
  if (isCounter(number)) return mayReadCounter(hart, number);
  if (isFloatCsr(number)) return floatEnabled(hart) || raiseIllegal(hart);
  if (mode == PRIVILEGE_M || level == PRIVILEGE_U) return true;
  if (level == LEVEL_M) return raiseIllegal(hart);
  if (isVirtual(hart)) return mayAccessVirtualized(hart, number);
  if (mode == PRIVILEGE_U) return raiseIllegal(hart);
  if (isTimerCompare(number) && !timerCompareOpen(hart)) return raiseIllegal(hart);
  if (!machineStateEnabled(hart, number)) return false;
  const traps = (load<u64>(hart, HART_MSTATUS) & MSTATUS_TVM) != 0;
  return traps && (number == CSR_SATP || number == CSR_HGATP) ? raiseIllegal(hart) : true;
}
