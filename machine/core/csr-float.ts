/** fflags, frm and fcsr: one register and two views of it (Unpriv., "F", "Floating-Point Control and Status Register"). */
import { CSR_FCSR, CSR_FFLAGS, CSR_FRM, FCSR_FLAGS, FCSR_FRM, FCSR_FRM_SHIFT } from './csr-constants.ts';
import { floatEnabled, markDirty } from './float/state.ts';
import { HART_FCSR } from './layout.ts';

export function isFloatCsr(number: u32): bool {
  return number == CSR_FFLAGS || number == CSR_FRM || number == CSR_FCSR;
}

export function readFloatCsr(hart: usize, number: u32): u64 {
  const fcsr = load<u64>(hart, HART_FCSR);
  if (number == CSR_FFLAGS) return fcsr & FCSR_FLAGS;
  return number == CSR_FRM ? fcsr >> FCSR_FRM_SHIFT : fcsr;
}

/** A debugger may write while floating point is off, which it then stays. */
export function writeFloatCsr(hart: usize, number: u32, value: u64): void {
  let kept: u64 = 0;
  let written = value & (FCSR_FRM | FCSR_FLAGS);
  if (number == CSR_FFLAGS) {
    kept = load<u64>(hart, HART_FCSR) & FCSR_FRM;
    written = value & FCSR_FLAGS;
  } else if (number == CSR_FRM) {
    kept = load<u64>(hart, HART_FCSR) & FCSR_FLAGS;
    written = (value << FCSR_FRM_SHIFT) & FCSR_FRM;
  }
  store<u64>(hart, kept | written, HART_FCSR);
  if (floatEnabled(hart)) markDirty(hart);
}
