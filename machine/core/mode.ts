/**
 * Privilege modes, and the contexts under which memory is accessed.
 *
 * A mode is privilege | V << 2: U 0, S (HS) 1, M 3, VU 4, VS 5. A context adds whether SUM lets supervisor loads
 * and stores reach user pages, which software switches so often that both cases keep a TLB of their own:
 * S with SUM is 2, VS with SUM is 6.
 */
import { MSTATUS_MPP, MSTATUS_MPP_SHIFT, MSTATUS_MPRV, MSTATUS_MPV, MSTATUS_SUM } from './csr-constants.ts';
import { HART_MSTATUS, HART_PRIVILEGE, HART_VIRTUAL, HART_VSSTATUS } from './layout.ts';

export const PRIVILEGE_U: u32 = 0;
export const PRIVILEGE_S: u32 = 1;
export const PRIVILEGE_M: u32 = 3;

export const CONTEXT_M: u32 = 3;
export const CONTEXT_V: u32 = 4;

export function privilege(hart: usize): u32 {
  return load<u32>(hart, HART_PRIVILEGE);
}

export function isVirtual(hart: usize): bool {
  return load<u32>(hart, HART_VIRTUAL) != 0;
}

/** The context of instruction fetches: a mode, without regard to SUM. */
export function fetchContext(hart: usize): u32 {
  return load<u32>(hart, HART_PRIVILEGE) | (load<u32>(hart, HART_VIRTUAL) << 2);
}

/** The context of loads and stores that run as `mode`. */
export function withSum(hart: usize, mode: u32): u32 {
  if ((mode & 3) != PRIVILEGE_S) return mode;
  const status = mode & CONTEXT_V ? load<u64>(hart, HART_VSSTATUS) : load<u64>(hart, HART_MSTATUS);
  return status & MSTATUS_SUM ? mode + 1 : mode;
}

/** The context of explicit loads and stores (Priv. 1.13, "Memory Privilege in mstatus Register" for MPRV). */
export function dataContext(hart: usize): u32 {
  let mode = fetchContext(hart);
  if (mode == CONTEXT_M) {
    const status = load<u64>(hart, HART_MSTATUS);
    if (status & MSTATUS_MPRV) {
      mode = <u32>((status & MSTATUS_MPP) >> MSTATUS_MPP_SHIFT);
      if (mode != PRIVILEGE_M && status & MSTATUS_MPV) mode |= CONTEXT_V;
    }
  }
  return withSum(hart, mode);
}

/** The mode that a context belongs to. */
export function modeOf(context: u32): u32 {
  return (context & 3) == 2 ? context - 1 : context;
}

export function hasSum(context: u32): bool {
  return (context & 3) == 2;
}
