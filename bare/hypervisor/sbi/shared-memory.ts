/** Memory that a guest shares with the hypervisor: SBI 3.0, "Shared Memory Physical Address Range Parameter". */
import { SBI_ERR_INVALID_ADDRESS, SBI_ERR_INVALID_PARAM, SBI_SUCCESS } from '../../rv/sbi.ts';
import { isGuestMemory } from '../memory/guest-memory.ts';
import { Vcpu } from '../vcpu/vcpu.ts';

const ALL_ONES: u64 = ~0;

/** Whether a call that gives an address in a0 and a1 takes one back: both are all ones. */
export function isNoAddress(vcpu: Vcpu): bool {
  return vcpu.a0 == ALL_ONES && vcpu.a1 == ALL_ONES;
}

/** Checks that a0 (its lower half) and a1 (its upper half) are a multiple of `alignment` with `size` bytes of memory: SBI_SUCCESS or the error. */
export function checkSharedMemory(vcpu: Vcpu, size: u64, alignment: u64): i64 {
  if (vcpu.a0 & (alignment - 1)) return SBI_ERR_INVALID_PARAM;
  return vcpu.a1 == 0 && isGuestMemory(vcpu.guest, vcpu.a0, size) ? SBI_SUCCESS : SBI_ERR_INVALID_ADDRESS;
}
