/** Returns from traps: Priv. 1.13, "Trap Return" and "Trap-Return Instructions". */
import {
  HSTATUS_SPV,
  HSTATUS_VTSR,
  MSTATUS_MIE,
  MSTATUS_MPIE,
  MSTATUS_MPP,
  MSTATUS_MPP_SHIFT,
  MSTATUS_MPRV,
  MSTATUS_MPV,
  MSTATUS_SIE,
  MSTATUS_SPIE,
  MSTATUS_SPP,
  MSTATUS_TSR,
} from './csr-constants.ts';
import { countersChangeMode } from './hpm.ts';
import {
  HART_HSTATUS,
  HART_MEPC,
  HART_MSTATUS,
  HART_PC,
  HART_PRIVILEGE,
  HART_SEPC,
  HART_VIRTUAL,
  HART_VSEPC,
  HART_VSSTATUS,
} from './layout.ts';
import { isVirtual, PRIVILEGE_M, PRIVILEGE_S, PRIVILEGE_U, privilege } from './mode.ts';
import { raiseIllegal, raiseIllegalOrVirtual, raiseVirtual } from './trap.ts';

function resume(hart: usize, mode: u32, virtualized: bool, pc: u64): bool {
  store<u32>(hart, mode, HART_PRIVILEGE);
  store<u32>(hart, virtualized ? 1 : 0, HART_VIRTUAL);
  store<u64>(hart, pc, HART_PC);
  countersChangeMode(hart);
  return true;
}

/** SIE and SPIE of sstatus or vsstatus after the return; SPP becomes U. */
function popSupervisor(status: u64): u64 {
  const popped = (status & ~(MSTATUS_SPP | MSTATUS_SIE)) | MSTATUS_SPIE;
  return status & MSTATUS_SPIE ? popped | MSTATUS_SIE : popped;
}

/** False having raised; true with HART_PC and the mode replaced. */
export function mret(hart: usize): bool {
  if (privilege(hart) != PRIVILEGE_M) return raiseIllegal(hart);
  const status = load<u64>(hart, HART_MSTATUS);
  const mode = <u32>((status & MSTATUS_MPP) >> MSTATUS_MPP_SHIFT);
  let popped = (status & ~(MSTATUS_MIE | MSTATUS_MPP | MSTATUS_MPV)) | MSTATUS_MPIE;
  if (status & MSTATUS_MPIE) popped |= MSTATUS_MIE;
  if (mode != PRIVILEGE_M) popped &= ~MSTATUS_MPRV;
  store<u64>(hart, popped, HART_MSTATUS);
  const virtualized = mode != PRIVILEGE_M && (status & MSTATUS_MPV) != 0;
  return resume(hart, mode, virtualized, load<u64>(hart, HART_MEPC));
}

/** As `mret`. With V=1 it pops vsstatus and stays virtualized; otherwise hstatus.SPV says where it leads. */
export function sret(hart: usize): bool {
  if (privilege(hart) == PRIVILEGE_U) return raiseIllegalOrVirtual(hart);
  if (isVirtual(hart)) {
    if (load<u64>(hart, HART_HSTATUS) & HSTATUS_VTSR) return raiseVirtual(hart);
    const guest = load<u64>(hart, HART_VSSTATUS);
    store<u64>(hart, popSupervisor(guest), HART_VSSTATUS);
    return resume(hart, guest & MSTATUS_SPP ? PRIVILEGE_S : PRIVILEGE_U, true, load<u64>(hart, HART_VSEPC));
  }
  const status = load<u64>(hart, HART_MSTATUS);
  if (privilege(hart) == PRIVILEGE_S && status & MSTATUS_TSR) return raiseIllegal(hart);
  const hstatus = load<u64>(hart, HART_HSTATUS);
  store<u64>(hart, hstatus & ~HSTATUS_SPV, HART_HSTATUS);
  store<u64>(hart, popSupervisor(status) & ~MSTATUS_MPRV, HART_MSTATUS);
  const mode = status & MSTATUS_SPP ? PRIVILEGE_S : PRIVILEGE_U;
  return resume(hart, mode, (hstatus & HSTATUS_SPV) != 0, load<u64>(hart, HART_SEPC));
}
