/** Faults that a guest takes from the hypervisor. */

import { LOAD_ACCESS_FAULT, STORE_ACCESS_FAULT } from '../rv/causes.ts';
import { csrr_scause, csrr_stval } from '../rv/csr.ts';
import { SBI_PMU_FW_ACCESS_LOAD, SBI_PMU_FW_ACCESS_STORE } from '../rv/sbi.ts';
import { GUEST_STOPPED } from './guest/guest.ts';
import { leaveRunning } from './guest/guest-life.ts';
import { RESUME, STOP } from './outcome.ts';
import { canTakeTrap, injectException } from './vcpu/inject.ts';
import { countEvent } from './vcpu/pmu.ts';
import { Vcpu } from './vcpu/vcpu.ts';

/** A fault of the memory below, which the guest takes like one of its own. */
export function handleAccessFault(vcpu: Vcpu): u32 {
  return giveFault(vcpu, csrr_scause(), csrr_stval());
}

/** The guest takes exception `cause` with `value` for stval; where it cannot, it is stopped. */
export function giveFault(vcpu: Vcpu, cause: u64, value: u64): u32 {
  if (cause == LOAD_ACCESS_FAULT) countEvent(vcpu.pmu, SBI_PMU_FW_ACCESS_LOAD);
  else if (cause == STORE_ACCESS_FAULT) countEvent(vcpu.pmu, SBI_PMU_FW_ACCESS_STORE);
  if (!canTakeTrap(vcpu)) {
    leaveRunning(vcpu, GUEST_STOPPED);
    return STOP;
  }
  injectException(vcpu, cause, value);
  return RESUME;
}
