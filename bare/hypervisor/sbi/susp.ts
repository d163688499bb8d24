/** SBI 3.0, "System Suspend Extension". The system is the guest: it sleeps until an interrupt comes that its last hart has enabled. */
import {
  SBI_ERR_DENIED,
  SBI_ERR_INVALID_ADDRESS,
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NOT_SUPPORTED,
  SBI_SUSP_SYSTEM_SUSPEND,
} from '../../rv/sbi.ts';
import { SUSPEND } from '../outcome.ts';
import { hasOtherStarted, resumeAt } from '../vcpu/hart-state.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { canExecute } from './hsm.ts';
import { fail } from './result.ts';

const SUSPEND_TO_RAM: u32 = 0;

/** a0 is the type (32-bit), a1 where the hart goes on, a2 what it has in a1 then. */
export function handleSusp(vcpu: Vcpu): u32 {
  if (vcpu.a6 != SBI_SUSP_SYSTEM_SUSPEND) return fail(vcpu, SBI_ERR_NOT_SUPPORTED);
  if (<u32>vcpu.a0 != SUSPEND_TO_RAM) return fail(vcpu, SBI_ERR_INVALID_PARAM);
  if (!canExecute(vcpu, vcpu.a1)) return fail(vcpu, SBI_ERR_INVALID_ADDRESS);
  if (hasOtherStarted(vcpu)) return fail(vcpu, SBI_ERR_DENIED);
  resumeAt(vcpu, vcpu.a1, vcpu.a2);
  return SUSPEND;
}
