/** A trap that is not the firmware's goes to the mode it would have gone to if it were delegated: Priv. 1.13, "Trap Entry". */
import {
  csrc_hstatus,
  csrr_hedeleg,
  csrr_stvec,
  csrr_vsstatus,
  csrr_vstvec,
  csrs_hstatus,
  csrw_htinst,
  csrw_htval,
  csrw_scause,
  csrw_sepc,
  csrw_stval,
  csrw_vscause,
  csrw_vsepc,
  csrw_vsstatus,
  csrw_vstval,
  HSTATUS_GVA,
  HSTATUS_SPV,
  HSTATUS_SPVP,
  MSTATUS_GVA,
  MSTATUS_MPP,
  MSTATUS_MPP_SHIFT,
  MSTATUS_MPV,
  MSTATUS_SIE,
  MSTATUS_SPIE,
  MSTATUS_SPP,
  STVEC_BASE,
} from '../rv/csr.ts';
import { hasHypervisor } from './features.ts';
import { Hart } from './hart.ts';

/** The exception `cause` at `hart.mepc`; `htval` and `htinst` matter only for what hstatus has fields for. */
export function redirect(hart: Hart, cause: u64, value: u64, htval: u64, htinst: u64): void {
  const fromVirtual = hasHypervisor && (hart.mstatus & MSTATUS_MPV) != 0;
  if (fromVirtual && (csrr_hedeleg() >> cause) & 1) toVirtualSupervisor(hart, cause, value);
  else toSupervisor(hart, cause, value, htval, htinst);
}

function toSupervisor(hart: Hart, cause: u64, value: u64, htval: u64, htinst: u64): void {
  csrw_sepc(hart.mepc);
  csrw_scause(cause);
  csrw_stval(value);
  if (hasHypervisor) {
    csrw_htval(htval);
    csrw_htinst(htinst);
    csrc_hstatus(HSTATUS_GVA | HSTATUS_SPV);
    if (hart.mstatus & MSTATUS_GVA) csrs_hstatus(HSTATUS_GVA);
    if (hart.mstatus & MSTATUS_MPV) {
      csrc_hstatus(HSTATUS_SPVP);
      csrs_hstatus(HSTATUS_SPV | (wasUser(hart) ? 0 : HSTATUS_SPVP));
    }
  }
  hart.mstatus = statusAfterTrap(hart.mstatus, wasUser(hart)) & ~MSTATUS_MPV;
  enter(hart, csrr_stvec());
}

function toVirtualSupervisor(hart: Hart, cause: u64, value: u64): void {
  csrw_vsepc(hart.mepc);
  csrw_vscause(cause);
  csrw_vstval(value);
  csrw_vsstatus(statusAfterTrap(csrr_vsstatus(), wasUser(hart)));
  enter(hart, csrr_vstvec());
}

/** Exceptions go to the base in both modes of `stvec`. */
function enter(hart: Hart, vector: u64): void {
  hart.mstatus = (hart.mstatus & ~MSTATUS_MPP) | (1 << MSTATUS_MPP_SHIFT);
  hart.mepc = vector & STVEC_BASE;
}

function wasUser(hart: Hart): bool {
  return (hart.mstatus & MSTATUS_MPP) == 0;
}

/** SPP, SPIE and SIE lie in the same bits of mstatus and vsstatus. */
export function statusAfterTrap(status: u64, fromUser: bool): u64 {
  const previousEnable = status & MSTATUS_SIE ? MSTATUS_SPIE : 0;
  const previousPrivilege = fromUser ? 0 : MSTATUS_SPP;
  return (status & ~(MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP)) | previousEnable | previousPrivilege;
}
