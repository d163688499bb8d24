/** mip and mie, their views for HS- and VS-mode, and delegation of interrupts. */
import {
  MIP_LCOFIP,
  MIP_MEIP,
  MIP_MSIP,
  MIP_MTIP,
  MIP_SEIP,
  MIP_SGEIP,
  MIP_SSIP,
  MIP_STIP,
  MIP_VSEIP,
  MIP_VSSIP,
  MIP_VSTIP,
} from './csr-constants.ts';
import { pendingBits } from './interrupts.ts';
import { HART_HIDELEG, HART_MIDELEG, HART_MIE, HART_MIP } from './layout.ts';
import { hasStimecmp } from './time.ts';

const SUPERVISOR: u64 = MIP_SSIP | MIP_STIP | MIP_SEIP | MIP_LCOFIP;
const VIRTUAL: u64 = MIP_VSSIP | MIP_VSTIP | MIP_VSEIP;
const HYPERVISOR: u64 = VIRTUAL | MIP_SGEIP;
const MACHINE: u64 = MIP_MSIP | MIP_MTIP | MIP_MEIP;

function replace(hart: usize, offset: usize, value: u64, mask: u64): void {
  store<u64>(hart + offset, (load<u64>(hart + offset) & ~mask) | (value & mask));
}

/** What is for the hypervisor and its guests is always delegated past M-mode. */
export function readMideleg(hart: usize): u64 {
  return load<u64>(hart, HART_MIDELEG);
}

export function writeMideleg(hart: usize, value: u64): void {
  store<u64>(hart, (value & SUPERVISOR) | HYPERVISOR, HART_MIDELEG);
}

export function writeHideleg(hart: usize, value: u64): void {
  store<u64>(hart, value & (VIRTUAL | MIP_LCOFIP), HART_HIDELEG);
}

export function writeMie(hart: usize, value: u64): void {
  store<u64>(hart, value & (SUPERVISOR | HYPERVISOR | MACHINE), HART_MIE);
}

/** STIP is the timer's alone once stimecmp is in use; VSTIP and VSEIP are set through hvip. */
export function writeMip(hart: usize, value: u64): void {
  const timer: u64 = hasStimecmp(hart) ? 0 : MIP_STIP;
  replace(hart, HART_MIP, value, MIP_SSIP | MIP_SEIP | MIP_LCOFIP | MIP_VSSIP | timer);
}

function delegatedToHs(hart: usize): u64 {
  return load<u64>(hart, HART_MIDELEG) & SUPERVISOR;
}

export function readSie(hart: usize): u64 {
  return load<u64>(hart, HART_MIE) & delegatedToHs(hart);
}

export function writeSie(hart: usize, value: u64): void {
  replace(hart, HART_MIE, value, delegatedToHs(hart));
}

export function readSip(hart: usize): u64 {
  return pendingBits(hart) & delegatedToHs(hart);
}

export function writeSip(hart: usize, value: u64): void {
  replace(hart, HART_MIP, value, delegatedToHs(hart) & (MIP_SSIP | MIP_LCOFIP));
}

export function readHie(hart: usize): u64 {
  return load<u64>(hart, HART_MIE) & HYPERVISOR;
}

export function writeHie(hart: usize, value: u64): void {
  replace(hart, HART_MIE, value, HYPERVISOR);
}

export function readHip(hart: usize): u64 {
  return pendingBits(hart) & HYPERVISOR;
}

export function writeHip(hart: usize, value: u64): void {
  replace(hart, HART_MIP, value, MIP_VSSIP);
}

export function readHvip(hart: usize): u64 {
  return load<u64>(hart, HART_MIP) & VIRTUAL;
}

export function writeHvip(hart: usize, value: u64): void {
  replace(hart, HART_MIP, value, VIRTUAL);
}

/** Those of VS, which the guest sees at the supervisor's positions, one below, and the counters', which is where it is (Shlcofideleg). */
function delegatedToVs(hart: usize): u64 {
  return load<u64>(hart, HART_HIDELEG) & (VIRTUAL | (load<u64>(hart, HART_MIDELEG) & MIP_LCOFIP));
}

function asGuestSees(bits: u64): u64 {
  return ((bits & VIRTUAL) >> 1) | (bits & MIP_LCOFIP);
}

function asGuestWrites(bits: u64): u64 {
  return ((bits << 1) & VIRTUAL) | (bits & MIP_LCOFIP);
}

export function readVsie(hart: usize): u64 {
  return asGuestSees(load<u64>(hart, HART_MIE) & delegatedToVs(hart));
}

export function writeVsie(hart: usize, value: u64): void {
  replace(hart, HART_MIE, asGuestWrites(value), delegatedToVs(hart));
}

export function readVsip(hart: usize): u64 {
  return asGuestSees(pendingBits(hart) & delegatedToVs(hart));
}

export function writeVsip(hart: usize, value: u64): void {
  replace(hart, HART_MIP, asGuestWrites(value), delegatedToVs(hart) & (MIP_VSSIP | MIP_LCOFIP));
}
