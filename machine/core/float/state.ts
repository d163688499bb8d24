/**
 * Whether there is floating point at the moment, and its flags: mstatus.FS, vsstatus.FS and fcsr (Priv. 1.13, "Extension
 * Context Status in mstatus Register", and "Virtual Supervisor Status (vsstatus) Register").
 */
import { FCSR_FRM_SHIFT, FFLAGS_NX, MSTATUS_FS } from '../csr-constants.ts';
import { HART_FCSR, HART_FLOAT_READY, HART_MSTATUS, HART_VSSTATUS } from '../layout.ts';
import { isVirtual } from '../mode.ts';
import { DYNAMIC, READY_TO_READ, READY_TO_WRITE } from './ready.ts';
import { RNE } from './round.ts';

/** FS with V=1 is the lesser of both: either off is off, and a write makes both dirty. */
function status(hart: usize): u64 {
  const own = load<u64>(hart, HART_MSTATUS) & MSTATUS_FS;
  if (!isVirtual(hart)) return own;
  const guest = load<u64>(hart, HART_VSSTATUS) & MSTATUS_FS;
  return own < guest ? own : guest;
}

export function floatEnabled(hart: usize): bool {
  return status(hart) != 0;
}

/** The value of frm, which may be a reserved one. */
export function dynamicRounding(hart: usize): u32 {
  return <u32>(load<u64>(hart, HART_FCSR) >> FCSR_FRM_SHIFT);
}

/** To be called after changes of the mode, FS or fcsr, before the next floating-point instruction. */
export function refreshFloat(hart: usize): void {
  const fs = status(hart);
  let ready: u32 = 0;
  if (fs) ready |= READY_TO_READ;
  if (fs == MSTATUS_FS) {
    ready |= READY_TO_WRITE;
    if (load<u64>(hart, HART_FCSR) & FFLAGS_NX) {
      ready |= 1 << RNE;
      if (dynamicRounding(hart) == RNE) ready |= 1 << DYNAMIC;
    }
  }
  store<u32>(hart, ready, HART_FLOAT_READY);
}

/** A floating-point register or fcsr was written. */
export function markDirty(hart: usize): void {
  store<u64>(hart, load<u64>(hart, HART_MSTATUS) | MSTATUS_FS, HART_MSTATUS);
  if (isVirtual(hart)) store<u64>(hart, load<u64>(hart, HART_VSSTATUS) | MSTATUS_FS, HART_VSSTATUS);
  refreshFloat(hart);
}

export function accrue(hart: usize, flags: u32): void {
  const before = load<u64>(hart, HART_FCSR);
  if ((before & flags) == flags) return;
  store<u64>(hart, before | flags, HART_FCSR);
  markDirty(hart);
}
