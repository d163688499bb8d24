/** Faults that a guest takes from the hypervisor. */
import { csrr_scause, csrr_stval } from '../rv/csr.ts';
import { GUEST_STOPPED } from './guest.ts';
import { leaveRunning } from './guest-life.ts';
import { canTakeTrap, injectException } from './inject.ts';
import { RESUME, STOP } from './outcome.ts';
import { Vcpu } from './vcpu.ts';

/** A fault of the memory below, which the guest takes like one of its own. */
export function handleAccessFault(vcpu: Vcpu): u32 {
  return giveFault(vcpu, csrr_scause(), csrr_stval());
}

/** The guest takes exception `cause` with `value` for stval; where it cannot, it is stopped. */
export function giveFault(vcpu: Vcpu, cause: u64, value: u64): u32 {
  if (!canTakeTrap(vcpu)) {
    leaveRunning(vcpu, GUEST_STOPPED);
    return STOP;
  }
  injectException(vcpu, cause, value);
  return RESUME;
}
