/**
 * State enables: Priv. 1.13, "Smstateen/Ssstateen". Of the state that they guard there are the environment configurations
 * and the enables of the levels below; sstateen has nothing to enable and stays 0.
 */
import {
  CSR_HENVCFG,
  CSR_HSTATEEN0,
  CSR_HSTATEEN3,
  CSR_MSTATEEN0,
  CSR_MSTATEEN3,
  CSR_SENVCFG,
  CSR_SSTATEEN0,
  CSR_SSTATEEN3,
  MSTATEEN0_ENVCFG,
  MSTATEEN0_SE0,
} from './csr-constants.ts';
import { HART_HSTATEEN, HART_MSTATEEN } from './layout.ts';
import { isVirtual, PRIVILEGE_M, privilege } from './mode.ts';
import { raiseIllegal, raiseVirtual } from './trap.ts';

/** In each of the four registers: whether the level below has its register of the same number. */
const NEXT_LEVEL: u64 = MSTATEEN0_SE0;

export function isMstateen(number: u32): bool {
  return number >= CSR_MSTATEEN0 && number <= CSR_MSTATEEN3;
}

export function isHstateen(number: u32): bool {
  return number >= CSR_HSTATEEN0 && number <= CSR_HSTATEEN3;
}

export function isSstateen(number: u32): bool {
  return number >= CSR_SSTATEEN0 && number <= CSR_SSTATEEN3;
}

function machine(hart: usize, index: u32): u64 {
  return load<u64>(hart + index * 8, HART_MSTATEEN);
}

/** What mstateen closes reads as 0. */
function hypervisor(hart: usize, index: u32): u64 {
  return load<u64>(hart + index * 8, HART_HSTATEEN) & machine(hart, index);
}

function writable(index: u32): u64 {
  return index == 0 ? MSTATEEN0_ENVCFG | NEXT_LEVEL : NEXT_LEVEL;
}

export function readMstateen(hart: usize, number: u32): u64 {
  return machine(hart, number - CSR_MSTATEEN0);
}

export function writeMstateen(hart: usize, number: u32, value: u64): void {
  const index = number - CSR_MSTATEEN0;
  store<u64>(hart + index * 8, value & writable(index), HART_MSTATEEN);
}

export function readHstateen(hart: usize, number: u32): u64 {
  return hypervisor(hart, number - CSR_HSTATEEN0);
}

export function writeHstateen(hart: usize, number: u32, value: u64): void {
  const index = number - CSR_HSTATEEN0;
  store<u64>(hart + index * 8, value & writable(index) & machine(hart, index), HART_HSTATEEN);
}

/** Which register of the four guards a CSR, and the bit there; 0 for one that is not guarded. */
function guardIndex(number: u32): u32 {
  if (isHstateen(number)) return number - CSR_HSTATEEN0;
  return isSstateen(number) ? number - CSR_SSTATEEN0 : 0;
}

function guardBit(number: u32): u64 {
  if (number == CSR_SENVCFG || number == CSR_HENVCFG) return MSTATEEN0_ENVCFG;
  return isHstateen(number) || isSstateen(number) ? NEXT_LEVEL : 0;
}

/** Whether M-mode opens the CSR to the modes below; else false, raised. */
export function machineStateEnabled(hart: usize, number: u32): bool {
  const bit = guardBit(number);
  if (!bit || privilege(hart) == PRIVILEGE_M) return true;
  return machine(hart, guardIndex(number)) & bit ? true : raiseIllegal(hart);
}

/** Whether the hypervisor opens the supervisor's CSR to a guest; else false, raised. */
export function guestStateEnabled(hart: usize, number: u32): bool {
  const bit = guardBit(number);
  if (!bit || !isVirtual(hart)) return true;
  return hypervisor(hart, guardIndex(number)) & bit ? true : raiseVirtual(hart);
}
