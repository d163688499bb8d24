/** Harts of a guest start, stop and sleep: SBI 3.0, "Hart State Management Extension". */

import { csrc_vsstatus, csrw_vsatp, SSTATUS_SIE } from '../../rv/csr.ts';
import { SBI_HSM_STATE_STARTED, SBI_HSM_STATE_STOPPED, SBI_HSM_STATE_SUSPENDED } from '../../rv/sbi.ts';
import { GUEST_DESERTED, GUEST_RUNNING, Guest, vcpuOf } from '../guest/guest.ts';
import { leaveRunning } from '../guest/guest-life.ts';
import { lockScheduler, unlockScheduler, wake } from './scheduler.ts';
import { OFF, RUNNING, resetVcpu, Vcpu } from './vcpu.ts';
import { evictVcpu } from './vcpu-switch.ts';

/** One of "HSM Hart States". The pending ones are over before anybody can ask. */
export function hartState(vcpu: Vcpu): u64 {
  if (vcpu.state == OFF) return SBI_HSM_STATE_STOPPED;
  return vcpu.isSuspended && vcpu.state != RUNNING ? SBI_HSM_STATE_SUSPENDED : SBI_HSM_STATE_STARTED;
}

/** Starts the vCPU if it is stopped: of several that ask at once one gets true. */
export function startHart(vcpu: Vcpu, address: u64, argument: u64): bool {
  lockScheduler();
  const isStopped = vcpu.state == OFF && vcpu.guest.state == GUEST_RUNNING;
  if (isStopped) {
    evictVcpu(vcpu);
    resetVcpu(vcpu, address, argument);
    vcpu.mustFence = 1;
    wake(vcpu);
  }
  unlockScheduler();
  return isStopped;
}

/** The vCPU, which has just trapped, will stop. The last hart of a guest that does so leaves nobody to start another. */
export function prepareStop(vcpu: Vcpu): void {
  if (!hasOtherStarted(vcpu)) leaveRunning(vcpu, GUEST_DESERTED);
}

/** Whether a hart of the guest besides this one is not stopped. */
export function hasOtherStarted(vcpu: Vcpu): bool {
  const guest: Guest = vcpu.guest;
  let found = false;
  lockScheduler();
  for (let id: usize = 0; id < guest.vcpuCount; id++) {
    const other = vcpuOf(guest, id);
    if (other !== vcpu && other.state != OFF) found = true;
  }
  unlockScheduler();
  return found;
}

/** The vCPU, which is resident and will wait, goes on at `address` in S-mode without translation and interrupts ("Non-Retentive"). */
export function resumeAt(vcpu: Vcpu, address: u64, argument: u64): void {
  vcpu.sepc = address;
  vcpu.a0 = vcpu.id;
  vcpu.a1 = argument;
  csrw_vsatp(0);
  csrc_vsstatus(SSTATUS_SIE);
}
