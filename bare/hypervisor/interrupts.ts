/** Interrupts that the hypervisor gives to vCPUs by hvip: Priv. 1.13, "Hypervisor Interrupt (hvip, hip, and hie) Registers". */
import { csrc_hvip, csrs_hvip } from '../rv/csr.ts';
import { Vcpu } from './vcpu.ts';

/** Raises (HVIP_VSSIP, HVIP_VSEIP) in the vCPU. A level that others follow, as VSEIP is, stays up until it is lowered. */
export function raiseInterrupt(vcpu: Vcpu, bit: u64): void {
  if (vcpu.hart.resident === vcpu) csrs_hvip(bit);
  else vcpu.hvip |= bit;
  vcpu.wakeTime = 0;
}

export function lowerInterrupt(vcpu: Vcpu, bit: u64): void {
  if (vcpu.hart.resident === vcpu) csrc_hvip(bit);
  else vcpu.hvip &= ~bit;
}
