/** SBI 3.0, "System Reset Extension". */
import {
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NOT_SUPPORTED,
  SBI_SRST_REASON_NONE,
  SBI_SRST_REASON_SYSTEM_FAILURE,
  SBI_SRST_SYSTEM_RESET,
  SBI_SRST_TYPE_SHUTDOWN,
  SBI_SRST_TYPE_WARM_REBOOT,
} from '../../rv/sbi.ts';
import { GUEST_FAILED, GUEST_REBOOTING, GUEST_SHUT_DOWN } from '../guest/guest.ts';
import { leaveRunning } from '../guest/guest-life.ts';
import { STOP } from '../outcome.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { fail } from './result.ts';

/** a0 is the type, a1 the reason, both 32-bit; both reboots are the same, since nothing of a guest outlives either. */
export function handleSrst(vcpu: Vcpu): u32 {
  if (vcpu.a6 != SBI_SRST_SYSTEM_RESET) return fail(vcpu, SBI_ERR_NOT_SUPPORTED);
  const type = <u32>vcpu.a0;
  const reason = <u32>vcpu.a1;
  if (type > SBI_SRST_TYPE_WARM_REBOOT || reason > SBI_SRST_REASON_SYSTEM_FAILURE)
    return fail(vcpu, SBI_ERR_INVALID_PARAM);
  if (type != SBI_SRST_TYPE_SHUTDOWN) leaveRunning(vcpu, GUEST_REBOOTING);
  else leaveRunning(vcpu, reason == SBI_SRST_REASON_NONE ? GUEST_SHUT_DOWN : GUEST_FAILED);
  return STOP;
}
