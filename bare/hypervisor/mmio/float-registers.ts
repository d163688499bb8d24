/** Floating-point registers of the vCPU that trapped, for the loads and stores of devices that name one. */
import { csrs_vsstatus, SSTATUS_FS } from '../../rv/csr.ts';
import { Vcpu } from '../vcpu/vcpu.ts';

declare function save_fp(area: usize): void;
declare function load_fp(area: usize): void;

/** Whether the guest could have named one: its sstatus.FS is not off. */
export function hasFloatRegisters(vcpu: Vcpu): bool {
  return (vcpu.sstatus & SSTATUS_FS) != 0;
}

export function readFloat(vcpu: Vcpu, number: u32): u64 {
  save_fp(vcpu.fp);
  return load<u64>(vcpu.fp + ((<usize>number) << 3));
}

/** The guest's FS becomes dirty, as by a load that the hart executes. */
export function writeFloat(vcpu: Vcpu, number: u32, value: u64): void {
  save_fp(vcpu.fp);
  store<u64>(vcpu.fp + ((<usize>number) << 3), value);
  load_fp(vcpu.fp);
  csrs_vsstatus(SSTATUS_FS);
}
