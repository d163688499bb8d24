/** mstatus, its view sstatus, vsstatus, hstatus and misa. */
import {
  HSTATUS_GVA,
  HSTATUS_HU,
  HSTATUS_SPV,
  HSTATUS_SPVP,
  HSTATUS_VSXL_SHIFT,
  HSTATUS_VTSR,
  HSTATUS_VTVM,
  HSTATUS_VTW,
  MISA_A,
  MISA_B,
  MISA_C,
  MISA_D,
  MISA_F,
  MISA_H,
  MISA_I,
  MISA_M,
  MISA_MXL_SHIFT,
  MISA_S,
  MISA_U,
  MSTATUS_FS,
  MSTATUS_GVA,
  MSTATUS_MIE,
  MSTATUS_MPIE,
  MSTATUS_MPP,
  MSTATUS_MPP_SHIFT,
  MSTATUS_MPRV,
  MSTATUS_MPV,
  MSTATUS_MXR,
  MSTATUS_SD,
  MSTATUS_SIE,
  MSTATUS_SPIE,
  MSTATUS_SPP,
  MSTATUS_SUM,
  MSTATUS_SXL_SHIFT,
  MSTATUS_TSR,
  MSTATUS_TVM,
  MSTATUS_TW,
  MSTATUS_UXL_SHIFT,
} from './csr-constants.ts';
import { HART_HSTATUS, HART_MSTATUS, HART_VSSTATUS } from './layout.ts';
import { CONTEXT_V } from './mode.ts';
import { flushAll, flushContext } from './tlb.ts';

/** XLEN is 64 in every mode, and cannot be changed. */
const XL_64: u64 = 2;
const SUPERVISOR_XL: u64 = XL_64 << MSTATUS_UXL_SHIFT;
const MACHINE_XL: u64 = SUPERVISOR_XL | (XL_64 << MSTATUS_SXL_SHIFT);

/** VS stays 0: there is no V. UBE, SBE, MBE stay 0: little-endian. */
const SUPERVISOR_WRITABLE: u64 = MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP | MSTATUS_FS | MSTATUS_SUM | MSTATUS_MXR;
const MACHINE_WRITABLE: u64 =
  SUPERVISOR_WRITABLE |
  MSTATUS_MIE |
  MSTATUS_MPIE |
  MSTATUS_MPP |
  MSTATUS_MPRV |
  MSTATUS_TVM |
  MSTATUS_TW |
  MSTATUS_TSR |
  MSTATUS_GVA |
  MSTATUS_MPV;
/** VGEIN stays 0: there are no guest external interrupts (GEILEN is 0). */
const HYPERVISOR_WRITABLE: u64 =
  HSTATUS_GVA | HSTATUS_SPV | HSTATUS_SPVP | HSTATUS_HU | HSTATUS_VTVM | HSTATUS_VTW | HSTATUS_VTSR;

const MPP_RESERVED: u64 = (<u64>2) << MSTATUS_MPP_SHIFT;

export function readMisa(): u64 {
  const extensions = MISA_A | MISA_B | MISA_C | MISA_D | MISA_F | MISA_H | MISA_I | MISA_M | MISA_S | MISA_U;
  return (XL_64 << MISA_MXL_SHIFT) | extensions;
}

/** SD says whether FS is dirty: VS and XS never are. */
function withSummary(status: u64): u64 {
  return (status & MSTATUS_FS) == MSTATUS_FS ? status | MSTATUS_SD : status;
}

export function readMstatus(hart: usize): u64 {
  return withSummary(load<u64>(hart, HART_MSTATUS)) | MACHINE_XL;
}

export function readSstatus(hart: usize): u64 {
  return withSummary(load<u64>(hart, HART_MSTATUS) & SUPERVISOR_WRITABLE) | SUPERVISOR_XL;
}

export function readVsstatus(hart: usize): u64 {
  return withSummary(load<u64>(hart, HART_VSSTATUS)) | SUPERVISOR_XL;
}

export function readHstatus(hart: usize): u64 {
  return load<u64>(hart, HART_HSTATUS) | (XL_64 << HSTATUS_VSXL_SHIFT);
}

/** SUM selects a context (mode.ts); MXR changes what the entries of all contexts would be. */
function replaceMstatus(hart: usize, value: u64): void {
  const changed = load<u64>(hart, HART_MSTATUS) ^ value;
  store<u64>(hart, value, HART_MSTATUS);
  if (changed & MSTATUS_MXR) flushAll(hart);
}

/** A reserved MPP leaves the field as it was. */
export function writeMstatus(hart: usize, value: u64): void {
  let written = value & MACHINE_WRITABLE;
  if ((written & MSTATUS_MPP) == MPP_RESERVED) {
    written = (written & ~MSTATUS_MPP) | (load<u64>(hart, HART_MSTATUS) & MSTATUS_MPP);
  }
  replaceMstatus(hart, written);
}

export function writeSstatus(hart: usize, value: u64): void {
  const kept = load<u64>(hart, HART_MSTATUS) & ~SUPERVISOR_WRITABLE;
  replaceMstatus(hart, kept | (value & SUPERVISOR_WRITABLE));
}

export function writeVsstatus(hart: usize, value: u64): void {
  const written = value & SUPERVISOR_WRITABLE;
  const changed = load<u64>(hart, HART_VSSTATUS) ^ written;
  store<u64>(hart, written, HART_VSSTATUS);
  if (changed & MSTATUS_MXR) flushVirtual(hart);
}

export function writeHstatus(hart: usize, value: u64): void {
  store<u64>(hart, value & HYPERVISOR_WRITABLE, HART_HSTATUS);
}

/** Forgets the translations of VS- and VU-mode. */
export function flushVirtual(hart: usize): void {
  for (let context = CONTEXT_V; context < CONTEXT_V + 3; context++) flushContext(hart, context);
}
