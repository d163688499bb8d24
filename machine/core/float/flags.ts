/**
 * Exceptions of one operation, until they are accrued in fcsr (Unpriv., "F", "Floating-Point Control and Status
 * Register"). Nothing is left here between instructions.
 */
import { FFLAGS_DZ, FFLAGS_NV, FFLAGS_NX, FFLAGS_OF, FFLAGS_UF } from '../csr-constants.ts';

export const INEXACT: u32 = <u32>FFLAGS_NX;
export const UNDERFLOW: u32 = <u32>FFLAGS_UF;
export const OVERFLOW: u32 = <u32>FFLAGS_OF;
export const DIVIDE_BY_ZERO: u32 = <u32>FFLAGS_DZ;
export const INVALID: u32 = <u32>FFLAGS_NV;

let raised: u32 = 0;

export function signal(flags: u32): void {
  raised |= flags;
}

/** What was signalled since the last call. */
export function takeSignals(): u32 {
  const flags = raised;
  raised = 0;
  return flags;
}
