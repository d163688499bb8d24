/** An x86 virtual CPU: its registers, CPUID and MSRs. */

import { KVM_MP_STATE_RUNNABLE } from '../api.ts';
import { Vcpu } from '../vcpu.ts';
import { type CpuidEntry, type FloatRegisters, ioctls, type Registers, type SpecialRegisters, structs } from './api.ts';
import { encodeGuestDebug, type GuestDebug } from './debug/guest-debug.ts';

export class X86Vcpu extends Vcpu {
  getRegisters(): Registers {
    return this.get('KVM_GET_REGS', ioctls.KVM_GET_REGS, structs.kvm_regs);
  }

  /** Sets those that are given. */
  setRegisters(registers: Partial<Registers>): void {
    const all = { ...this.getRegisters(), ...registers };
    this.callBytes('KVM_SET_REGS', ioctls.KVM_SET_REGS, structs.kvm_regs.encode(all));
  }

  getSpecialRegisters(): SpecialRegisters {
    return this.get('KVM_GET_SREGS', ioctls.KVM_GET_SREGS, structs.kvm_sregs);
  }

  /** Sets those that are given. */
  setSpecialRegisters(registers: Partial<SpecialRegisters>): void {
    const all = { ...this.getSpecialRegisters(), ...registers };
    this.callBytes('KVM_SET_SREGS', ioctls.KVM_SET_SREGS, structs.kvm_sregs.encode(all));
  }

  getFloatRegisters(): FloatRegisters {
    return this.get('KVM_GET_FPU', ioctls.KVM_GET_FPU, structs.kvm_fpu);
  }

  /** Sets those that are given. */
  setFloatRegisters(registers: Partial<FloatRegisters>): void {
    const all = { ...this.getFloatRegisters(), ...registers };
    this.callBytes('KVM_SET_FPU', ioctls.KVM_SET_FPU, structs.kvm_fpu.encode(all));
  }

  setCpuid(entries: readonly CpuidEntry[]): void {
    const { kvm_cpuid2: header, kvm_cpuid_entry2: entry } = structs;
    const bytes = header.encode({ nent: entries.length }, entries.length * entry.size);
    const view = new DataView(bytes.buffer);
    for (const [index, each] of entries.entries()) entry.write(view, header.size + index * entry.size, each);
    this.callBytes('KVM_SET_CPUID2', ioctls.KVM_SET_CPUID2, bytes);
  }

  /** The values of MSRs, by their numbers. Those that this vCPU does not have are left out. */
  getMsrs(indices: readonly number[]): Map<number, bigint> {
    const values = new Map<number, bigint>();
    for (const index of indices) {
      const bytes = msrList([[index, 0n]]);
      if (this.callBytes('KVM_GET_MSRS', ioctls.KVM_GET_MSRS, bytes) !== 1) continue;
      values.set(index, structs.kvm_msr_entry.decode(bytes.subarray(structs.kvm_msrs.size)).data);
    }
    return values;
  }

  /** @returns those that this vCPU refused. */
  setMsrs(values: Iterable<readonly [index: number, value: bigint]>): number[] {
    return [...values]
      .filter((entry) => this.callBytes('KVM_SET_MSRS', ioctls.KVM_SET_MSRS, msrList([entry])) !== 1)
      .map(([index]) => index);
  }

  /** The linear address of the instruction that is next. */
  get instructionAddress(): bigint {
    return BigInt.asUintN(64, this.getSpecialRegisters().cs.base + this.getRegisters().rip);
  }

  /** Whether it executes instructions when it runs; else it is halted, or has not been started by another vCPU. */
  get isRunnable(): boolean {
    return this.mpState === KVM_MP_STATE_RUNNABLE;
  }

  /** The guest-physical address of a linear one, by the guest's page tables; undefined where nothing is mapped. */
  translate(address: bigint): number | undefined {
    const bytes = structs.kvm_translation.encode({ linear_address: address });
    this.callBytes('KVM_TRANSLATE', ioctls.KVM_TRANSLATE, bytes);
    const { valid, physical_address } = structs.kvm_translation.decode(bytes);
    return valid === 0 ? undefined : Number(physical_address);
  }

  /** For what `run` returns DEBUG from now on; `{}` for nothing. @throws RangeError for what the debug registers cannot do. */
  setGuestDebug(debug: GuestDebug): void {
    this.callBytes('KVM_SET_GUEST_DEBUG', ioctls.KVM_SET_GUEST_DEBUG, encodeGuestDebug(debug));
  }
}

function msrList(entries: readonly (readonly [index: number, value: bigint])[]): Uint8Array {
  const { kvm_msrs: header, kvm_msr_entry: entry } = structs;
  const bytes = header.encode({ nmsrs: entries.length }, entries.length * entry.size);
  const view = new DataView(bytes.buffer);
  for (const [at, [index, data]] of entries.entries())
    entry.write(view, header.size + at * entry.size, { index, data });
  return bytes;
}
