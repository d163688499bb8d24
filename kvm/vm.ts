/** A virtual machine of KVM's: memory slots, interrupt lines, events. */
import {
  ioctls,
  KVM_IOEVENTFD_FLAG_DATAMATCH,
  KVM_IOEVENTFD_FLAG_PIO,
  KVM_MEM_LOG_DIRTY_PAGES,
  KVM_MEM_READONLY,
  structs,
} from './api.ts';
import { Handle } from './handle.ts';
import { Kvm } from './kvm.ts';
import { type GuestMemory, PAGE_SIZE } from './memory.ts';
import { libc } from './syscall.ts';
import { Vcpu } from './vcpu.ts';

const MADV_HUGEPAGE = 14;

export interface MemorySlot {
  /** Any number; a slot that is set again is replaced. */
  readonly slot: number;
  readonly guestAddress: number;
  /** In this process. It must stay mapped as long as the virtual machine has it. */
  readonly hostAddress: number;
  /** Bytes; 0 takes the slot away. */
  readonly size: number;
  readonly readonly?: boolean;
  readonly logDirtyPages?: boolean;
}

export interface IoEvent {
  /** A port, or a guest-physical address. */
  readonly address: number;
  readonly kind: 'port' | 'memory';
  /** Bytes written by an access that counts. */
  readonly size: 1 | 2 | 4 | 8;
  /** Only writes of this value. */
  readonly value?: number;
}

export class Vm extends Handle {
  readonly kvm: Kvm;

  /**
   * A virtual machine without memory, vCPUs and devices.
   * @throws KvmUnavailableError where there is no usable KVM
   */
  constructor(kvm = new Kvm()) {
    super(kvm.createVm(), 'virtual machine');
    this.kvm = kvm;
  }

  setMemory({ slot, guestAddress, hostAddress, size, readonly, logDirtyPages }: MemorySlot): void {
    const flags = (readonly ? KVM_MEM_READONLY : 0) | (logDirtyPages ? KVM_MEM_LOG_DIRTY_PAGES : 0);
    const region = structs.kvm_userspace_memory_region.encode({
      slot,
      flags,
      guest_phys_addr: BigInt(guestAddress),
      memory_size: BigInt(size),
      userspace_addr: BigInt(hostAddress),
    });
    this.callBytes('KVM_SET_USER_MEMORY_REGION', ioctls.KVM_SET_USER_MEMORY_REGION, region);
  }

  /** Gives the guest all of a memory, a slot for each of its ranges from 0 on. */
  mapMemory(memory: GuestMemory, options: { readonly logDirtyPages?: boolean } = {}): void {
    const { hostAddress } = memory;
    // Both stages of translation are a level shorter by them. Where there are none the guest is slower, and that is all.
    libc().madvise(hostAddress, memory.size, MADV_HUGEPAGE);
    for (const [slot, { address, size, offset }] of memory.ranges.entries()) {
      this.setMemory({ ...options, slot, guestAddress: address, hostAddress: hostAddress + offset, size });
    }
  }

  /** The pages of a slot with `logDirtyPages` that the guest has written since the last call, a bit a page. */
  dirtyLog(slot: number, size: number): Uint8Array {
    const pages = Math.ceil(size / PAGE_SIZE);
    const bitmap = new Uint8Array(Math.ceil(pages / 64) * 8);
    const log = structs.kvm_dirty_log.encode({ slot, dirty_bitmap: BigInt(libc().address(bitmap)) });
    this.callBytes('KVM_GET_DIRTY_LOG', ioctls.KVM_GET_DIRTY_LOG, log);
    return bitmap;
  }

  /** @param id 0 and up; the local APIC's on x86 */
  createVcpu(id = 0): Vcpu {
    return new Vcpu(this.createVcpuFd(id), { size: this.kvm.vcpuMappingSize });
  }

  protected createVcpuFd(id: number): number {
    return this.call('KVM_CREATE_VCPU', ioctls.KVM_CREATE_VCPU, id);
  }

  /** Sets the level of an input of the interrupt controller in the kernel. */
  setIrqLine(irq: number, level: boolean): void {
    const line = structs.kvm_irq_level.encode({ irq, level: level ? 1 : 0 });
    this.callBytes('KVM_IRQ_LINE', ioctls.KVM_IRQ_LINE, line);
  }

  /** Guest writes to an address count on the event descriptor, and cause no exit. */
  bindWriteToEvent(eventFd: number, { address, kind, size, value }: IoEvent): void {
    const flags =
      (kind === 'port' ? KVM_IOEVENTFD_FLAG_PIO : 0) | (value === undefined ? 0 : KVM_IOEVENTFD_FLAG_DATAMATCH);
    const event = structs.kvm_ioeventfd.encode({
      datamatch: BigInt(value ?? 0),
      addr: BigInt(address),
      len: size,
      fd: eventFd,
      flags,
    });
    this.callBytes('KVM_IOEVENTFD', ioctls.KVM_IOEVENTFD, event);
  }

  enableCapability(capability: number, ...args: readonly bigint[]): void {
    const request = structs.kvm_enable_cap.encode({ cap: capability, args });
    this.callBytes('KVM_ENABLE_CAP', ioctls.KVM_ENABLE_CAP, request);
  }
}
