/** SBI 3.0, "Hart State Management Extension". */
import {
  SBI_ERR_ALREADY_AVAILABLE,
  SBI_ERR_INVALID_ADDRESS,
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NOT_SUPPORTED,
  SBI_HSM_HART_GET_STATUS,
  SBI_HSM_HART_START,
  SBI_HSM_HART_STOP,
  SBI_HSM_HART_SUSPEND,
  SBI_HSM_SUSPEND_NON_RETENTIVE,
  SBI_HSM_SUSPEND_RETENTIVE,
} from '../../rv/sbi.ts';
import { vcpuOf } from '../guest/guest.ts';
import { isGuestMemory } from '../memory/guest-memory.ts';
import { STOP, SUSPEND, YIELD } from '../outcome.ts';
import { hartState, prepareStop, resumeAt, startHart } from '../vcpu/hart-state.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { fail, succeed } from './result.ts';

/** Bytes of the shortest instruction, which must be there at a start address. */
const INSTRUCTION_SIZE: u64 = 2;

export function handleHsm(vcpu: Vcpu): u32 {
  const fn = vcpu.a6;
  if (fn == SBI_HSM_HART_START) return start(vcpu);
  if (fn == SBI_HSM_HART_STOP) return stop(vcpu);
  if (fn == SBI_HSM_HART_GET_STATUS) return getStatus(vcpu);
  if (fn == SBI_HSM_HART_SUSPEND) return suspend(vcpu);
  return fail(vcpu, SBI_ERR_NOT_SUPPORTED);
}

/** a0 is the hart, a1 where it starts, a2 what it gets in a1. */
function start(vcpu: Vcpu): u32 {
  const guest = vcpu.guest;
  if (vcpu.a0 >= guest.vcpuCount) return fail(vcpu, SBI_ERR_INVALID_PARAM);
  if (!canExecute(vcpu, vcpu.a1)) return fail(vcpu, SBI_ERR_INVALID_ADDRESS);
  const isStarted = startHart(vcpuOf(guest, <usize>vcpu.a0), vcpu.a1, vcpu.a2);
  return isStarted ? succeed(vcpu, 0) : fail(vcpu, SBI_ERR_ALREADY_AVAILABLE);
}

function stop(vcpu: Vcpu): u32 {
  prepareStop(vcpu);
  return STOP;
}

function getStatus(vcpu: Vcpu): u32 {
  if (vcpu.a0 >= vcpu.guest.vcpuCount) return fail(vcpu, SBI_ERR_INVALID_PARAM);
  return succeed(vcpu, hartState(vcpuOf(vcpu.guest, <usize>vcpu.a0)));
}

/** a0 is the type (32-bit), a1 where a non-retentive suspension ends, a2 what is in a1 then. */
function suspend(vcpu: Vcpu): u32 {
  const type = <u32>vcpu.a0;
  if (type == SBI_HSM_SUSPEND_RETENTIVE) {
    succeed(vcpu, 0);
    vcpu.isSuspended = 1;
    return YIELD;
  }
  if (type == SBI_HSM_SUSPEND_NON_RETENTIVE) {
    if (!canExecute(vcpu, vcpu.a1)) return fail(vcpu, SBI_ERR_INVALID_ADDRESS);
    vcpu.isSuspended = 1;
    resumeAt(vcpu, vcpu.a1, vcpu.a2);
    return SUSPEND;
  }
  return fail(vcpu, SBI_ERR_INVALID_PARAM);
}

/** Whether the physical address is one that a hart of the guest can start at. */
export function canExecute(vcpu: Vcpu, address: u64): bool {
  return (address & (INSTRUCTION_SIZE - 1)) == 0 && isGuestMemory(vcpu.guest, address, INSTRUCTION_SIZE);
}
