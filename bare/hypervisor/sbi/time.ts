/** SBI 3.0, "Timer Extension". */
import { SBI_ERR_NOT_SUPPORTED, SBI_PMU_FW_SET_TIMER, SBI_TIME_SET_TIMER } from '../../rv/sbi.ts';
import { hasSstc, setTimer } from '../vcpu/guest-timer.ts';
import { countEvent } from '../vcpu/pmu.ts';
import { armTimer } from '../vcpu/scheduler.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { fail, succeed } from './result.ts';

export function handleTime(vcpu: Vcpu): u32 {
  if (vcpu.a6 != SBI_TIME_SET_TIMER) return fail(vcpu, SBI_ERR_NOT_SUPPORTED);
  setGuestTimer(vcpu, vcpu.a0);
  return succeed(vcpu, 0);
}

/** At `time` of the guest; the pending interrupt is cleared. */
export function setGuestTimer(vcpu: Vcpu, time: u64): void {
  countEvent(vcpu.pmu, SBI_PMU_FW_SET_TIMER);
  setTimer(vcpu, time);
  if (!hasSstc) armTimer(vcpu);
}
