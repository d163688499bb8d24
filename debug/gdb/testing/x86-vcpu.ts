/** For tests: the registers of a vCPU that there is none of. */
import { structs } from '../../../kvm/x86/api.ts';
import type { X86Vcpu } from '../../../kvm/x86/vcpu.ts';

/** All zero, to be read and written. */
export function fakeVcpu() {
  const zero = (size: number) => new Uint8Array(size);
  const state = {
    regs: structs.kvm_regs.decode(zero(structs.kvm_regs.size)),
    sregs: structs.kvm_sregs.decode(zero(structs.kvm_sregs.size)),
    fpu: structs.kvm_fpu.decode(zero(structs.kvm_fpu.size)),
  };
  const vcpu = {
    getRegisters: () => state.regs,
    setRegisters: (registers: object) => Object.assign(state.regs, registers),
    getSpecialRegisters: () => state.sregs,
    setSpecialRegisters: (registers: object) => Object.assign(state.sregs, registers),
    getFloatRegisters: () => state.fpu,
    setFloatRegisters: (registers: object) => Object.assign(state.fpu, registers),
  };
  return { state, vcpu: vcpu as unknown as X86Vcpu };
}
