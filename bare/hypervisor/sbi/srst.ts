/** SBI 3.0, "System Reset Extension". */
import { SBI_ERR_INVALID_PARAM, SBI_ERR_NOT_SUPPORTED, SBI_SRST_SYSTEM_RESET } from '../../rv/sbi.ts';
import { GUEST_FAILED, GUEST_REBOOTING, GUEST_SHUT_DOWN } from '../guest/guest.ts';
import { leaveRunning } from '../guest/guest-life.ts';
import { STOP } from '../outcome.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { fail } from './result.ts';

const SHUTDOWN: u32 = 0;
const WARM_REBOOT: u32 = 2;
const NO_REASON: u32 = 0;
const SYSTEM_FAILURE: u32 = 1;

/** a0 is the type, a1 the reason, both 32-bit; both reboots are the same, since nothing of a guest outlives either. */
export function handleSrst(vcpu: Vcpu): u32 {
  if (vcpu.a6 != SBI_SRST_SYSTEM_RESET) return fail(vcpu, SBI_ERR_NOT_SUPPORTED);
  const type = <u32>vcpu.a0;
  const reason = <u32>vcpu.a1;
  if (type > WARM_REBOOT || reason > SYSTEM_FAILURE) return fail(vcpu, SBI_ERR_INVALID_PARAM);
  if (type != SHUTDOWN) leaveRunning(vcpu, GUEST_REBOOTING);
  else leaveRunning(vcpu, reason == NO_REASON ? GUEST_SHUT_DOWN : GUEST_FAILED);
  return STOP;
}
