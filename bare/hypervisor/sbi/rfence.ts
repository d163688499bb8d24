/** SBI 3.0, "RFENCE Extension". The hypervisor's fences are not there for guests, which have no H extension. */
import { INVALID_HARTS } from '../../lib/hart-mask.ts';
import {
  SBI_ERR_INVALID_ADDRESS,
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NOT_SUPPORTED,
  SBI_RFENCE_REMOTE_FENCE_I,
  SBI_RFENCE_REMOTE_SFENCE_VMA_ASID,
} from '../../rv/sbi.ts';
import { remoteFence } from '../vcpu/remote-fence.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { guestHarts } from './hart-list.ts';
import { fail, succeed } from './result.ts';

/** The functions are numbered like the kinds of fence. */
export function handleRfence(vcpu: Vcpu): u32 {
  const kind = vcpu.a6;
  if (kind > SBI_RFENCE_REMOTE_SFENCE_VMA_ASID) return fail(vcpu, SBI_ERR_NOT_SUPPORTED);
  const harts = guestHarts(vcpu.guest, vcpu.a0, vcpu.a1);
  if (harts == INVALID_HARTS) return fail(vcpu, SBI_ERR_INVALID_PARAM);
  const start = vcpu.a2;
  const size = vcpu.a3;
  if (kind != SBI_RFENCE_REMOTE_FENCE_I && !isRange(start, size)) return fail(vcpu, SBI_ERR_INVALID_ADDRESS);
  remoteFence(vcpu, harts, kind, start, size, vcpu.a4);
  return succeed(vcpu, 0);
}

/** A range must not pass the end of the address space; a size of all ones stands for the whole of it. */
function isRange(start: u64, size: u64): bool {
  return size == 0 || size == ~(<u64>0) || start + (size - 1) >= start;
}
