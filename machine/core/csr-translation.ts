/** satp, vsatp and hgatp. */
import { HGATP_PPN, HGATP_VMID, SATP_MODE, SATP_MODE_SHIFT } from './csr-constants.ts';
import { flushVirtual } from './csr-status.ts';
import { HART_HGATP, HART_SATP, HART_VSATP } from './layout.ts';
import { PRIVILEGE_S, PRIVILEGE_U } from './mode.ts';
import { flushContext } from './tlb.ts';

/** The root of a G-stage is 16 KiB long and aligned: the low two bits of its PPN are 0. */
const HGATP_ROOT: u64 = HGATP_PPN & ~(<u64>3);

/** Bare, Sv39, Sv48, Sv57 and their x4 forms have the same numbers. */
function isMode(atp: u64): bool {
  const mode = atp >> SATP_MODE_SHIFT;
  return mode == 0 || (mode >= 8 && mode <= 10);
}

/** Forgets the translations of HS- and U-mode. */
export function flushSupervisor(hart: usize): void {
  flushContext(hart, PRIVILEGE_U);
  flushContext(hart, PRIVILEGE_S);
  flushContext(hart, PRIVILEGE_S + 1);
}

/** A write with an unsupported mode has no effect (Priv. 1.13, "satp"). */
export function writeSatp(hart: usize, value: u64): void {
  if (!isMode(value) || load<u64>(hart, HART_SATP) == value) return;
  store<u64>(hart, value, HART_SATP);
  flushSupervisor(hart);
}

export function writeVsatp(hart: usize, value: u64): void {
  if (!isMode(value) || load<u64>(hart, HART_VSATP) == value) return;
  store<u64>(hart, value, HART_VSATP);
  flushVirtual(hart);
}

/** Unlike satp, an unsupported mode keeps only the mode as it was; the other fields are written. */
export function writeHgatp(hart: usize, value: u64): void {
  const old = load<u64>(hart, HART_HGATP);
  const mode = (isMode(value) ? value : old) & SATP_MODE;
  const written = mode | (value & (HGATP_VMID | HGATP_ROOT));
  if (written == old) return;
  store<u64>(hart, written, HART_HGATP);
  flushVirtual(hart);
}
