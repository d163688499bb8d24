/** Accesses of a guest to what it does not have: Priv. 1.13, "Two-Stage Address Translation" and "Guest-Page Faults". */
import {
  INSTRUCTION_ACCESS_FAULT,
  INSTRUCTION_GUEST_PAGE_FAULT,
  LOAD_ACCESS_FAULT,
  LOAD_GUEST_PAGE_FAULT,
  STORE_ACCESS_FAULT,
} from '../rv/causes.ts';
import { csrr_scause, csrr_stval } from '../rv/csr.ts';
import { GUEST_STOPPED } from './guest.ts';
import { canTakeTrap, injectException } from './inject.ts';
import { INJECTED, STOP } from './outcome.ts';
import { Vcpu } from './vcpu.ts';

/** A guest physical address behind which there is nothing: on hardware the bus would answer with an access fault. */
export function handleGuestPageFault(vcpu: Vcpu): u32 {
  return giveFault(vcpu, accessFaultFor(csrr_scause()));
}

/** A fault of the memory below, which the guest takes like one of its own. */
export function handleAccessFault(vcpu: Vcpu): u32 {
  return giveFault(vcpu, csrr_scause());
}

function accessFaultFor(cause: u64): u64 {
  if (cause == INSTRUCTION_GUEST_PAGE_FAULT) return INSTRUCTION_ACCESS_FAULT;
  return cause == LOAD_GUEST_PAGE_FAULT ? LOAD_ACCESS_FAULT : STORE_ACCESS_FAULT;
}

function giveFault(vcpu: Vcpu, cause: u64): u32 {
  if (!canTakeTrap(vcpu)) {
    vcpu.guest.state = GUEST_STOPPED;
    return STOP;
  }
  injectException(vcpu, cause, csrr_stval());
  return INJECTED;
}
