/** SBI 3.0, "Legacy Extensions": the calls answer in a0 alone, every other register keeps its value. */
import { INVALID_HARTS } from '../../lib/hart-mask.ts';
import { LOAD_ACCESS_FAULT, LOAD_PAGE_FAULT } from '../../rv/causes.ts';
import { csrrc_hvip, HVIP_VSSIP } from '../../rv/csr.ts';
import {
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NOT_SUPPORTED,
  SBI_LEGACY_CLEAR_IPI,
  SBI_LEGACY_CONSOLE_GETCHAR,
  SBI_LEGACY_CONSOLE_PUTCHAR,
  SBI_LEGACY_REMOTE_FENCE_I,
  SBI_LEGACY_REMOTE_SFENCE_VMA_ASID,
  SBI_LEGACY_SEND_IPI,
  SBI_LEGACY_SET_TIMER,
  SBI_LEGACY_SHUTDOWN,
  SBI_SUCCESS,
} from '../../rv/sbi.ts';
import { takeInput } from '../console/console-input.ts';
import { putGuestByte } from '../console/guest-console.ts';
import { lockDevices, unlockDevices } from '../devices/device-lock.ts';
import { giveFault } from '../faults.ts';
import { GUEST_SHUT_DOWN } from '../guest/guest.ts';
import { leaveRunning } from '../guest/guest-life.ts';
import { takeFault } from '../harts/hart.ts';
import { loadAsGuest } from '../memory/guest-access.ts';
import { NEXT, STOP } from '../outcome.ts';
import { deliverNow } from '../vcpu/interrupts.ts';
import { remoteFence } from '../vcpu/remote-fence.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { guestHarts } from './hart-list.ts';
import { sendIpi } from './ipi.ts';
import { setGuestTimer } from './time.ts';

const ALL_HARTS: u64 = ~0;

export function handleLegacy(vcpu: Vcpu): u32 {
  const extension = vcpu.a7;
  if (extension == SBI_LEGACY_SHUTDOWN) {
    leaveRunning(vcpu, GUEST_SHUT_DOWN);
    return STOP;
  }
  if (extension >= SBI_LEGACY_SEND_IPI && extension <= SBI_LEGACY_REMOTE_SFENCE_VMA_ASID) return callHarts(vcpu);
  vcpu.a0 = answer(vcpu, extension);
  return NEXT;
}

function answer(vcpu: Vcpu, extension: u64): u64 {
  if (extension == SBI_LEGACY_SET_TIMER) {
    setGuestTimer(vcpu, vcpu.a0);
    return SBI_SUCCESS;
  }
  if (extension == SBI_LEGACY_CLEAR_IPI) return clearIpi(vcpu);
  if (extension == SBI_LEGACY_CONSOLE_PUTCHAR) {
    lockDevices();
    putGuestByte(vcpu.guest.console, <u8>vcpu.a0);
    unlockDevices();
    return SBI_SUCCESS;
  }
  if (extension != SBI_LEGACY_CONSOLE_GETCHAR) return SBI_ERR_NOT_SUPPORTED;
  lockDevices();
  const byte = takeInput(vcpu.guest.console);
  unlockDevices();
  return <u64>byte;
}

/** Whether one was pending, be it that its sender has not come to tell this hart yet. */
function clearIpi(vcpu: Vcpu): u64 {
  deliverNow(vcpu);
  return csrrc_hvip(HVIP_VSSIP) & HVIP_VSSIP ? 1 : 0;
}

/** a0 is the address of the harts' mask, in the guest's virtual memory; 0 stands for all of them. */
function callHarts(vcpu: Vcpu): u32 {
  const address = vcpu.a0;
  let harts = guestHarts(vcpu.guest, 0, ALL_HARTS);
  if (address) {
    const mask = loadAsGuest(vcpu, address);
    const fault = takeFault(vcpu.hart);
    // The guest takes the fault with sepc at its ecall, as that chapter wants.
    if (fault) return giveFault(vcpu, fault == LOAD_PAGE_FAULT ? LOAD_PAGE_FAULT : LOAD_ACCESS_FAULT, address);
    harts = guestHarts(vcpu.guest, mask, 0);
  }
  if (harts == INVALID_HARTS) {
    vcpu.a0 = SBI_ERR_INVALID_PARAM;
    return NEXT;
  }
  const extension = vcpu.a7;
  if (extension == SBI_LEGACY_SEND_IPI) sendIpi(vcpu, harts);
  // These are numbered like the kinds of fence.
  else remoteFence(vcpu, harts, extension - SBI_LEGACY_REMOTE_FENCE_I, vcpu.a1, vcpu.a2, vcpu.a3);
  vcpu.a0 = SBI_SUCCESS;
  return NEXT;
}
