/** SBI 3.0, "Base Extension". */
import {
  SBI_BASE_GET_IMPL_ID,
  SBI_BASE_GET_IMPL_VERSION,
  SBI_BASE_GET_MARCHID,
  SBI_BASE_GET_MIMPID,
  SBI_BASE_GET_MVENDORID,
  SBI_BASE_GET_SPEC_VERSION,
  SBI_BASE_PROBE_EXTENSION,
  SBI_ERR_NOT_SUPPORTED,
} from '../../rv/sbi.ts';
import { hostArchitectureId, hostImplementationId, hostVendorId } from '../host/host-sbi.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { isImplemented } from './extensions.ts';
import { fail, succeed } from './result.ts';

/** Major version in bits 30:24, minor in 23:0. */
const SPECIFICATION_VERSION: u64 = 0x0300_0000;
/** "Type" in ASCII: no number has been assigned to this implementation. */
const IMPLEMENTATION_ID: u64 = 0x5479_7065;
const IMPLEMENTATION_VERSION: u64 = 1;

export function handleBase(vcpu: Vcpu): u32 {
  const fn = vcpu.a6;
  if (fn == SBI_BASE_GET_SPEC_VERSION) return succeed(vcpu, SPECIFICATION_VERSION);
  if (fn == SBI_BASE_GET_IMPL_ID) return succeed(vcpu, IMPLEMENTATION_ID);
  if (fn == SBI_BASE_GET_IMPL_VERSION) return succeed(vcpu, IMPLEMENTATION_VERSION);
  if (fn == SBI_BASE_PROBE_EXTENSION) return succeed(vcpu, isImplemented(vcpu.a0) ? 1 : 0);
  if (fn == SBI_BASE_GET_MVENDORID) return succeed(vcpu, hostVendorId);
  if (fn == SBI_BASE_GET_MARCHID) return succeed(vcpu, hostArchitectureId);
  if (fn == SBI_BASE_GET_MIMPID) return succeed(vcpu, hostImplementationId);
  return fail(vcpu, SBI_ERR_NOT_SUPPORTED);
}
