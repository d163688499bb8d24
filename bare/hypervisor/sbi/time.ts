/** SBI 3.0, "Timer Extension". */
import { SBI_ERR_NOT_SUPPORTED, SBI_TIME_SET_TIMER } from '../../rv/sbi.ts';
import { hasSstc, setTimer } from '../guest-timer.ts';
import { armTimer } from '../scheduler.ts';
import { Vcpu } from '../vcpu.ts';
import { fail, succeed } from './sbi.ts';

export function handleTime(vcpu: Vcpu): u32 {
  if (vcpu.a6 != SBI_TIME_SET_TIMER) return fail(vcpu, SBI_ERR_NOT_SUPPORTED);
  setTimer(vcpu, vcpu.a0);
  if (!hasSstc) armTimer(vcpu);
  return succeed(vcpu, 0);
}
