/** M-mode state of a hart as S-mode expects it: Priv. 1.13, "Machine-Level ISA" and "Hypervisor Extension". */
import {
  BREAKPOINT,
  ECALL_FROM_U,
  ECALL_FROM_VS,
  ILLEGAL_INSTRUCTION,
  INSTRUCTION_ACCESS_FAULT,
  INSTRUCTION_ADDRESS_MISALIGNED,
  INSTRUCTION_GUEST_PAGE_FAULT,
  INSTRUCTION_PAGE_FAULT,
  LOAD_ACCESS_FAULT,
  LOAD_ADDRESS_MISALIGNED,
  LOAD_GUEST_PAGE_FAULT,
  LOAD_PAGE_FAULT,
  STORE_ACCESS_FAULT,
  STORE_ADDRESS_MISALIGNED,
  STORE_GUEST_PAGE_FAULT,
  STORE_PAGE_FAULT,
  VIRTUAL_INSTRUCTION,
} from '../rv/causes.ts';
import {
  csrc_menvcfg,
  csrr_medeleg,
  csrr_mideleg,
  csrs_menvcfg,
  csrw_mcounteren,
  csrw_medeleg,
  csrw_mideleg,
  csrw_mstateen0,
  csrw_scounteren,
  MENVCFG_ADUE,
  MENVCFG_CBCFE,
  MENVCFG_CBIE,
  MENVCFG_CBZE,
  MENVCFG_PBMTE,
  MENVCFG_STCE,
  MIP_LCOFIP,
  MIP_SEIP,
  MIP_SGEIP,
  MIP_SSIP,
  MIP_STIP,
  MIP_VSEIP,
  MIP_VSSIP,
  MIP_VSTIP,
  SCOUNTEREN_CY,
  SCOUNTEREN_IR,
  SCOUNTEREN_TM,
} from '../rv/csr.ts';
import { hasEnvironmentConfiguration, hasHypervisor, hasPmp, hasStateEnable, hasTime } from './features.ts';
import { panic } from './panic.ts';
import { protectFirmware } from './pmp.ts';

const SUPERVISOR_INTERRUPTS: u64 = MIP_SSIP | MIP_STIP | MIP_SEIP;
const HYPERVISOR_INTERRUPTS: u64 = MIP_VSSIP | MIP_VSTIP | MIP_VSEIP | MIP_SGEIP;

/** Sets the hart up; panics where S-mode could not run as the specification says. */
export function setUpHart(): void {
  delegate();
  csrw_mcounteren(0xffff_ffff);
  // Linux counts on firmware to let user programs read the time, and sets nothing itself.
  csrw_scounteren(SCOUNTEREN_CY | SCOUNTEREN_TM | SCOUNTEREN_IR);
  if (hasEnvironmentConfiguration) {
    // A and D by page faults, until S-mode asks for more (SBI 3.0, "Firmware Features": PTE_AD_HW_UPDATING).
    csrc_menvcfg(MENVCFG_ADUE);
    csrs_menvcfg(MENVCFG_STCE | MENVCFG_PBMTE | MENVCFG_CBZE | MENVCFG_CBCFE | MENVCFG_CBIE);
  }
  if (hasStateEnable) csrw_mstateen0(~(<u64>0));
  if (hasPmp) protectFirmware();
}

/** Everything that S-mode can handle goes there directly. */
function delegate(): void {
  const exceptions = delegatedExceptions();
  csrw_medeleg(exceptions);
  if ((csrr_medeleg() & required()) != required()) panic('medeleg does not hold the page faults and the ecalls');

  let interrupts = SUPERVISOR_INTERRUPTS;
  // Bits of the VS level are read-only ones where there is a hypervisor extension.
  if (hasHypervisor) interrupts |= HYPERVISOR_INTERRUPTS;
  csrw_mideleg(interrupts | MIP_LCOFIP);
  if ((csrr_mideleg() & interrupts) != interrupts) panic('mideleg does not hold the interrupts of S-mode');
}

/** The hypervisor extension's codes are read-only zeros without it. */
function delegatedExceptions(): u64 {
  return (
    required() |
    bit(INSTRUCTION_ADDRESS_MISALIGNED) |
    bit(INSTRUCTION_ACCESS_FAULT) |
    bit(LOAD_ADDRESS_MISALIGNED) |
    bit(LOAD_ACCESS_FAULT) |
    bit(STORE_ADDRESS_MISALIGNED) |
    bit(STORE_ACCESS_FAULT) |
    (hasTime ? bit(ILLEGAL_INSTRUCTION) : 0)
  );
}

function required(): u64 {
  const always =
    bit(BREAKPOINT) | bit(ECALL_FROM_U) | bit(INSTRUCTION_PAGE_FAULT) | bit(LOAD_PAGE_FAULT) | bit(STORE_PAGE_FAULT);
  const hypervisor =
    bit(ECALL_FROM_VS) |
    bit(INSTRUCTION_GUEST_PAGE_FAULT) |
    bit(LOAD_GUEST_PAGE_FAULT) |
    bit(VIRTUAL_INSTRUCTION) |
    bit(STORE_GUEST_PAGE_FAULT);
  return hasHypervisor ? always | hypervisor : always;
}

function bit(cause: u64): u64 {
  return (<u64>1) << cause;
}
