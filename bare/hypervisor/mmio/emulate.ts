/** A guest's access to a device, instead of the hart: fault, region, decoded access, device. */

import {
  INSTRUCTION_ACCESS_FAULT,
  INSTRUCTION_GUEST_PAGE_FAULT,
  INSTRUCTION_PAGE_FAULT,
  LOAD_ACCESS_FAULT,
  LOAD_GUEST_PAGE_FAULT,
  LOAD_PAGE_FAULT,
  STORE_ACCESS_FAULT,
  STORE_GUEST_PAGE_FAULT,
} from '../../rv/causes.ts';
import { csrr_htinst, csrr_htval, csrr_scause, csrr_stval, csrw_scause, csrw_stval } from '../../rv/csr.ts';
import { lockDevices, unlockDevices } from '../devices/device-lock.ts';
import { giveFault } from '../faults.ts';
import { touchMemory } from '../memory/guest-memory.ts';
import { NEXT, RESUME, RETRY } from '../outcome.ts';
import { register, setRegister, Vcpu } from '../vcpu/vcpu.ts';
import { Access, COMPRESSED, extend, FLOAT, registerOf, truncate, WRITE, widthOf } from './access.ts';
import { hasFloatRegisters, readFloat, writeFloat } from './float-registers.ts';
import { findRegion, Region, readRegion, takes, writeRegion } from './region.ts';
import { NOT_FETCHED, readTrapped } from './trapped-instruction.ts';
import { isUnfinished, startAfresh } from './unfinished.ts';

/** A guest-page fault: a device's register, memory that nobody has touched yet, or an address behind which there is nothing. */
export function handleGuestPageFault(vcpu: Vcpu): u32 {
  const stval = csrr_stval();
  // htval lacks the two lowest bits, which translation does not change.
  const address = (csrr_htval() << 2) | (stval & 3);
  const region = findRegion(vcpu.guest.regions, address);
  if (!region) return touchMemory(vcpu.guest, address) ? RETRY : giveAccessFault(vcpu);
  const access = readTrapped(vcpu, csrr_htinst(), stval);
  if (access == NOT_FETCHED) return giveFetchFault(vcpu);
  const offset = address - region.start;
  if (!isPossible(vcpu, access) || !takes(region, offset, widthOf(access))) return giveAccessFault(vcpu);
  if (!perform(vcpu, access, region, <u32>offset)) return RETRY;
  if (!(access & COMPRESSED)) return NEXT;
  vcpu.sepc += 2;
  return RESUME;
}

/** Whether this instruction can have trapped so: another hart of the guest may have changed it before it was fetched. */
function isPossible(vcpu: Vcpu, access: Access): bool {
  if (access & FLOAT && !hasFloatRegisters(vcpu)) return false;
  return csrr_scause() == (access & WRITE ? STORE_GUEST_PAGE_FAULT : LOAD_GUEST_PAGE_FAULT);
}

/** False when the device has more to do for it: it shall be made again. */
function perform(vcpu: Vcpu, access: Access, region: Region, offset: u32): bool {
  lockDevices();
  startAfresh();
  if (access & WRITE) writeRegion(region, offset, widthOf(access), truncate(access, source(vcpu, access)));
  else setDestination(vcpu, access, extend(access, readRegion(region, offset, widthOf(access))));
  const isDone = !isUnfinished;
  unlockDevices();
  return isDone;
}

function source(vcpu: Vcpu, access: Access): u64 {
  return access & FLOAT ? readFloat(vcpu, registerOf(access)) : register(vcpu, registerOf(access));
}

function setDestination(vcpu: Vcpu, access: Access, value: u64): void {
  if (access & FLOAT) writeFloat(vcpu, registerOf(access), value);
  else setRegister(vcpu, registerOf(access), value);
}

/** The guest's own fetch would have faulted where ours did: HLVX faults as a load. */
function giveFetchFault(vcpu: Vcpu): u32 {
  const isPageFault = vcpu.hart.faultCause == LOAD_PAGE_FAULT;
  const cause = isPageFault ? INSTRUCTION_PAGE_FAULT : INSTRUCTION_ACCESS_FAULT;
  // For the report, if the guest cannot take it.
  csrw_scause(cause);
  csrw_stval(vcpu.hart.faultAddress);
  return giveFault(vcpu, cause, vcpu.hart.faultAddress);
}

/** On hardware the bus would answer so. */
function giveAccessFault(vcpu: Vcpu): u32 {
  return giveFault(vcpu, accessFaultFor(csrr_scause()), csrr_stval());
}

function accessFaultFor(cause: u64): u64 {
  if (cause == INSTRUCTION_GUEST_PAGE_FAULT) return INSTRUCTION_ACCESS_FAULT;
  return cause == STORE_GUEST_PAGE_FAULT ? STORE_ACCESS_FAULT : LOAD_ACCESS_FAULT;
}
