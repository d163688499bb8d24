/** An x86 virtual machine: interrupt controllers, PIT, the CPUID that the host offers. */
import { Vm } from '../vm.ts';
import { type CpuidEntry, capabilities, ioctls, KVM_PIT_SPEAKER_DUMMY, structs } from './api.ts';
import { X86Vcpu } from './vcpu.ts';

/** Three pages below 4 GiB that KVM on Intel uses for real mode; no RAM may be there. */
const TSS_ADDRESS = 0xfffb_d000;
const MOST_CPUID_ENTRIES = 256;

export class X86Vm extends Vm {
  override createVcpu(id = 0): X86Vcpu {
    return new X86Vcpu(this.createVcpuFd(id), { size: this.kvm.vcpuMappingSize });
  }

  /** PICs, I/O APIC and local APICs in the kernel: before the first vCPU. A halted vCPU then waits in the kernel. */
  createInterruptControllers(): void {
    this.call('KVM_SET_TSS_ADDR', ioctls.KVM_SET_TSS_ADDR, TSS_ADDRESS);
    this.call('KVM_CREATE_IRQCHIP', ioctls.KVM_CREATE_IRQCHIP);
  }

  /** The interval timer, and port 0x61 with it: guests calibrate their TSC by both. */
  createPit(): void {
    const config = structs.kvm_pit_config.encode({ flags: KVM_PIT_SPEAKER_DUMMY });
    this.callBytes('KVM_CREATE_PIT2', ioctls.KVM_CREATE_PIT2, config);
  }

  /** Where KVM can, an instruction that it cannot emulate gives an exit with its bytes. */
  reportEmulationFailures(): void {
    if (this.kvm.checkExtension(capabilities.KVM_CAP_EXIT_ON_EMULATION_FAILURE) === 0) return;
    this.enableCapability(capabilities.KVM_CAP_EXIT_ON_EMULATION_FAILURE, 1n);
  }

  /** What processor and KVM together offer to guests. */
  supportedCpuid(): CpuidEntry[] {
    const { kvm_cpuid2: header, kvm_cpuid_entry2: entry } = structs;
    const bytes = header.encode({ nent: MOST_CPUID_ENTRIES }, MOST_CPUID_ENTRIES * entry.size);
    this.kvm.callBytes('KVM_GET_SUPPORTED_CPUID', ioctls.KVM_GET_SUPPORTED_CPUID, bytes);
    const view = new DataView(bytes.buffer);
    const { nent } = header.decode(bytes);
    return Array.from({ length: nent }, (_, index) => entry.read(view, header.size + index * entry.size));
  }

  /** The numbers of the MSRs that have state to save. */
  msrIndices(): number[] {
    const { kvm_msr_list: header } = structs;
    const most = 1024;
    const bytes = header.encode({ nmsrs: most }, most * 4);
    this.kvm.callBytes('KVM_GET_MSR_INDEX_LIST', ioctls.KVM_GET_MSR_INDEX_LIST, bytes);
    const { nmsrs } = header.decode(bytes);
    return [...new Uint32Array(bytes.buffer, header.size, nmsrs)];
  }
}
