/** A guest's access to a device, instead of the hart: fault, region, decoded access, device. */

import {
  INSTRUCTION_ACCESS_FAULT,
  INSTRUCTION_GUEST_PAGE_FAULT,
  INSTRUCTION_PAGE_FAULT,
  LOAD_ACCESS_FAULT,
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
import { Access, extend, truncate } from './access.ts';
import { hasFloatRegisters, readFloat, writeFloat } from './float-registers.ts';
import { findRegion, Region, readRegion, takes, writeRegion } from './region.ts';
import { COMPRESSED, isPageTableAccess, NOT_AN_ACCESS, NOT_FETCHED, readTrapped } from './trapped-instruction.ts';
import { isUnfinished, startAfresh } from './unfinished.ts';

const access = new Access();

/** A guest-page fault: a device's register, memory that nobody has touched yet, or an address behind which there is nothing. */
export function handleGuestPageFault(vcpu: Vcpu): u32 {
  const cause = csrr_scause();
  const stval = csrr_stval();
  const htinst = csrr_htinst();
  // htval lacks the two lowest bits, which translation does not change.
  const address = (csrr_htval() << 2) | (stval & 3);
  const region = findRegion(vcpu.guest, address);
  if (!region && touchMemory(vcpu.guest, address)) return RETRY;
  if (!region || cause == INSTRUCTION_GUEST_PAGE_FAULT || isPageTableAccess(htinst)) {
    return giveFault(vcpu, accessFaultFor(cause), stval);
  }
  lockDevices();
  const outcome = emulate(vcpu, region, <u32>(address - region.start), cause, htinst, stval);
  unlockDevices();
  return outcome;
}

/** The access to the region's device that caused the fault. */
function emulate(vcpu: Vcpu, region: Region, offset: u32, cause: u64, htinst: u64, stval: u64): u32 {
  const length = readTrapped(vcpu, htinst, stval, access);
  if (length == NOT_FETCHED) return giveFetchFault(vcpu);
  if (length == NOT_AN_ACCESS || !takes(region, offset, access.width) || !isPossible(vcpu, cause)) {
    return giveFault(vcpu, accessFaultFor(cause), stval);
  }
  startAfresh();
  perform(vcpu, region, offset);
  if (isUnfinished) return RETRY;
  if (length != COMPRESSED) return NEXT;
  vcpu.sepc += COMPRESSED;
  return RESUME;
}

/** On hardware the bus would answer so. */
function accessFaultFor(cause: u64): u64 {
  if (cause == INSTRUCTION_GUEST_PAGE_FAULT) return INSTRUCTION_ACCESS_FAULT;
  return cause == STORE_GUEST_PAGE_FAULT ? STORE_ACCESS_FAULT : LOAD_ACCESS_FAULT;
}

/** Whether this instruction can have trapped so: another hart of the guest may have changed it before it was fetched. */
function isPossible(vcpu: Vcpu, cause: u64): bool {
  if (access.isFloat && !hasFloatRegisters(vcpu)) return false;
  return access.write == (cause == STORE_GUEST_PAGE_FAULT);
}

function perform(vcpu: Vcpu, region: Region, offset: u32): void {
  const number = access.register;
  if (access.write) {
    const value = access.isFloat ? readFloat(vcpu, number) : register(vcpu, number);
    writeRegion(region, offset, access.width, truncate(access, value));
  } else {
    const value = extend(access, readRegion(region, offset, access.width));
    if (access.isFloat) writeFloat(vcpu, number, value);
    else setRegister(vcpu, number, value);
  }
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
