/** SBI 3.0, "Firmware Features Extension": what a hart of the guest can turn on and off. All are local to the hart. */
import { csrc_henvcfg, csrr_henvcfg, csrs_henvcfg, HENVCFG_ADUE } from '../../rv/csr.ts';
import {
  SBI_ERR_DENIED,
  SBI_ERR_DENIED_LOCKED,
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NOT_SUPPORTED,
  SBI_FWFT_GET,
  SBI_FWFT_SET,
} from '../../rv/sbi.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { fail, succeed } from './result.ts';

/** "FWFT Feature Types". */
const MISALIGNED_EXC_DELEG: u32 = 0;
const PTE_AD_HW_UPDATING: u32 = 4;
const POINTER_MASKING_PMLEN: u32 = 5;
const FLAG_LOCK: u64 = 1;

export function handleFwft(vcpu: Vcpu): u32 {
  if (vcpu.a6 > SBI_FWFT_GET) return fail(vcpu, SBI_ERR_NOT_SUPPORTED);
  const feature = <u32>vcpu.a0;
  if (feature > POINTER_MASKING_PMLEN) return fail(vcpu, SBI_ERR_DENIED);
  if (!isSupported(feature)) return fail(vcpu, SBI_ERR_NOT_SUPPORTED);
  return vcpu.a6 == SBI_FWFT_SET ? set(vcpu, feature) : succeed(vcpu, settingOf(feature));
}

/** Landing pads, shadow stacks, double traps and pointer masking are not among the extensions that guests have. */
function isSupported(feature: u32): bool {
  return feature == MISALIGNED_EXC_DELEG || (feature == PTE_AD_HW_UPDATING && hasAdUpdating());
}

/** a1 is the value, 0 or 1, a2 the flags. */
function set(vcpu: Vcpu, feature: u32): u32 {
  if (vcpu.a1 > 1 || vcpu.a2 & ~FLAG_LOCK) return fail(vcpu, SBI_ERR_INVALID_PARAM);
  if ((vcpu.lockedFeatures >> feature) & 1) return fail(vcpu, SBI_ERR_DENIED_LOCKED);
  if (feature == PTE_AD_HW_UPDATING) setAdUpdating(vcpu.a1 != 0);
  // hedeleg belongs to all guests, so misaligned accesses always go to them.
  else if (vcpu.a1 == 0) return fail(vcpu, SBI_ERR_DENIED);
  vcpu.lockedFeatures |= (vcpu.a2 & FLAG_LOCK) << feature;
  return succeed(vcpu, 0);
}

function settingOf(feature: u32): u64 {
  if (feature == MISALIGNED_EXC_DELEG) return 1;
  return (csrr_henvcfg() & HENVCFG_ADUE) != 0 ? 1 : 0;
}

function setAdUpdating(on: bool): void {
  if (on) csrs_henvcfg(HENVCFG_ADUE);
  else csrc_henvcfg(HENVCFG_ADUE);
}

/** henvcfg.ADUE is 0 for good where the host has no Svadu, or its firmware does not enable it. */
function hasAdUpdating(): bool {
  const before = csrr_henvcfg();
  csrs_henvcfg(HENVCFG_ADUE);
  const found = (csrr_henvcfg() & HENVCFG_ADUE) != 0;
  if (!(before & HENVCFG_ADUE)) csrc_henvcfg(HENVCFG_ADUE);
  return found;
}
