/** Exceptions that the hypervisor gives to a guest: Priv. 1.13, "Trap Entry", as if the trap had gone to VS-mode. */
import {
  csrr_vsatp,
  csrr_vsstatus,
  csrr_vstvec,
  csrw_vscause,
  csrw_vsepc,
  csrw_vsstatus,
  csrw_vstval,
  HSTATUS_SPVP,
  SSTATUS_SIE,
  SSTATUS_SPIE,
  SSTATUS_SPP,
  VSATP_MODE,
  VSTVEC_MODE,
} from '../../rv/csr.ts';
import { isGuestMemory } from '../memory/guest-memory.ts';
import { Vcpu } from './vcpu.ts';

/**
 * Whether the guest could take a trap: it has set a vector, that is not what just trapped, and there is memory (an address that
 * VS-stage translation maps shows that by the fetch that follows).
 */
export function canTakeTrap(vcpu: Vcpu): bool {
  const vector = csrr_vstvec() & ~VSTVEC_MODE;
  if (vector == 0 || vector == vcpu.sepc) return false;
  return (csrr_vsatp() & VSATP_MODE) != 0 || isGuestMemory(vcpu.guest, vector, 4);
}

/** The vCPU, which is resident, takes exception `cause` in VS-mode with `value` for vstval. */
export function injectException(vcpu: Vcpu, cause: u64, value: u64): void {
  csrw_vscause(cause);
  csrw_vstval(value);
  csrw_vsepc(vcpu.sepc);
  // SPP is the privilege that the trap came from; SPIE keeps SIE.
  let status = csrr_vsstatus() & ~(SSTATUS_SPP | SSTATUS_SPIE);
  if (vcpu.sstatus & SSTATUS_SPP) status |= SSTATUS_SPP;
  if (status & SSTATUS_SIE) status |= SSTATUS_SPIE;
  csrw_vsstatus(status & ~SSTATUS_SIE);
  vcpu.sepc = csrr_vstvec() & ~VSTVEC_MODE;
  // On to VS-mode, whatever it was.
  vcpu.sstatus |= SSTATUS_SPP;
  vcpu.hstatus |= HSTATUS_SPVP;
}
