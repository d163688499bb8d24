/** SBI 3.0, "Steal-time Accounting Extension". */
import {
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NOT_SUPPORTED,
  SBI_STA_STEAL_TIME_SET_SHMEM,
  SBI_SUCCESS,
} from '../../rv/sbi.ts';
import { hostAddress } from '../memory/guest-memory.ts';
import { STEAL_AREA_SIZE } from '../vcpu/steal-time.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { fail, succeed } from './result.ts';
import { checkSharedMemory, isNoAddress } from './shared-memory.ts';

/** a0 and a1 are the address of the area, a2 flags, which must be 0. */
export function handleSta(vcpu: Vcpu): u32 {
  if (vcpu.a6 != SBI_STA_STEAL_TIME_SET_SHMEM) return fail(vcpu, SBI_ERR_NOT_SUPPORTED);
  if (vcpu.a2 != 0) return fail(vcpu, SBI_ERR_INVALID_PARAM);
  if (isNoAddress(vcpu)) {
    vcpu.stealArea = 0;
    return succeed(vcpu, 0);
  }
  const error = checkSharedMemory(vcpu, STEAL_AREA_SIZE, STEAL_AREA_SIZE);
  if (error != SBI_SUCCESS) return fail(vcpu, error);
  vcpu.stealArea = hostAddress(vcpu.guest, vcpu.a0);
  vcpu.stolen = 0;
  memory.fill(vcpu.stealArea, 0, STEAL_AREA_SIZE);
  return succeed(vcpu, 0);
}
