/** SBI 3.0, "Legacy Extensions": the calls answer in a0 alone, every other register keeps its value. */
import {
  SBI_ERR_NOT_SUPPORTED,
  SBI_LEGACY_CONSOLE_GETCHAR,
  SBI_LEGACY_CONSOLE_PUTCHAR,
  SBI_LEGACY_SHUTDOWN,
  SBI_SUCCESS,
} from '../../rv/sbi.ts';
import { takeInput } from '../console-input.ts';
import { lockDevices, unlockDevices } from '../device-lock.ts';
import { GUEST_SHUT_DOWN } from '../guest.ts';
import { putGuestByte } from '../guest-console.ts';
import { leaveRunning } from '../guest-life.ts';
import { NEXT, STOP } from '../outcome.ts';
import { Vcpu } from '../vcpu.ts';

export function handleLegacy(vcpu: Vcpu): u32 {
  const extension = vcpu.a7;
  if (extension == SBI_LEGACY_CONSOLE_PUTCHAR) {
    lockDevices();
    putGuestByte(vcpu.guest.console, <u8>vcpu.a0);
    unlockDevices();
    vcpu.a0 = SBI_SUCCESS;
  } else if (extension == SBI_LEGACY_CONSOLE_GETCHAR) {
    lockDevices();
    vcpu.a0 = takeInput(vcpu.guest.console);
    unlockDevices();
  } else if (extension == SBI_LEGACY_SHUTDOWN) {
    leaveRunning(vcpu, GUEST_SHUT_DOWN);
    return STOP;
  } else {
    vcpu.a0 = SBI_ERR_NOT_SUPPORTED;
  }
  return NEXT;
}
