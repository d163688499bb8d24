/** How an SBI call answers: an error in a0, and a value in a1. */
import { SBI_SUCCESS } from '../../rv/sbi.ts';
import { NEXT } from '../outcome.ts';
import { Vcpu } from '../vcpu/vcpu.ts';

/** The call went well, with `value`. */
export function succeed(vcpu: Vcpu, value: u64): u32 {
  vcpu.a0 = SBI_SUCCESS;
  vcpu.a1 = value;
  return NEXT;
}

/** The call went wrong. What a1 holds then is unspecified: 0, so that nothing of ours leaks. */
export function fail(vcpu: Vcpu, error: i64): u32 {
  vcpu.a0 = error;
  vcpu.a1 = 0;
  return NEXT;
}
