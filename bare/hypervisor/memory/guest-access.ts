/**
 * Guest memory by guest virtual address, with the rights and translation of the guest that trapped: Priv. 1.13, "Hypervisor
 * Virtual-Machine Load and Store Instructions". They can fault; trap.S records that instead of panicking.
 *
 * A fault overwrites sepc, scause, stval, htval and the trap fields of hstatus: read those before.
 */
import { isCompressed } from '../../lib/compressed.ts';
import { LOAD_GUEST_PAGE_FAULT } from '../../rv/causes.ts';
import { hlv_d, hlvx_hu } from '../../rv/intrinsics.ts';
import { expectFault, takeFault } from '../harts/hart.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { touchMemory } from './guest-memory.ts';

/** 8 bytes at the guest's virtual address; the caller asks `takeFault` whether they could be read. */
export function loadAsGuest(vcpu: Vcpu, address: u64): u64 {
  expectFault(vcpu.hart);
  let value = hlv_d(address);
  while (hasMetUntouched(vcpu)) {
    expectFault(vcpu.hart);
    value = hlv_d(address);
  }
  return value;
}

/** The access faulted at memory that nobody had touched. It is there now. What a guest has executed is touched. */
function hasMetUntouched(vcpu: Vcpu): bool {
  const hart = vcpu.hart;
  if (hart.faultCause != LOAD_GUEST_PAGE_FAULT) return false;
  return touchMemory(vcpu.guest, (hart.faultGuestAddress << 2) | (hart.faultAddress & 3));
}

/** What `fetchInstruction` returns when the address cannot be fetched from: no instruction is that. */
export const NO_INSTRUCTION: u64 = ~0;

/** The instruction at the guest's virtual address, 2 or 4 bytes, or NO_INSTRUCTION. */
export function fetchInstruction(vcpu: Vcpu, address: u64): u64 {
  const hart = vcpu.hart;
  expectFault(hart);
  let instruction = hlvx_hu(address);
  if (!isCompressed(<u32>instruction) && !hart.faultCause) instruction |= hlvx_hu(address + 2) << 16;
  return takeFault(hart) ? NO_INSTRUCTION : instruction;
}
