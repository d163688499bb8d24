/**
 * The KVM API that is the same on every architecture (Linux, Documentation/virt/kvm/api.rst), named as in linux/kvm.h.
 * `api.qemu.test.ts` holds the tables to the host's header.
 */
import { io, ior, iow } from './ioctl.ts';
import { array, bytes, s32, struct, u8, u16, u32, u64 } from './struct.ts';

export const KVM_API_VERSION = 12;

const kvm_userspace_memory_region = struct({
  slot: u32,
  flags: u32,
  guest_phys_addr: u64,
  memory_size: u64,
  userspace_addr: u64,
});

const kvm_irq_level = struct({ irq: u32, level: u32 });

const kvm_ioeventfd = struct({ datamatch: u64, addr: u64, len: u32, fd: s32, flags: u32, pad: bytes(36) });

/** `dirty_bitmap` is an address, a bit a page. */
const kvm_dirty_log = struct({ slot: u32, padding1: u32, dirty_bitmap: u64 });

const kvm_enable_cap = struct({ cap: u32, flags: u32, args: array(u64, 4), pad: bytes(64) });

const kvm_mp_state = struct({ mp_state: u32 });

export const structs = {
  kvm_userspace_memory_region,
  kvm_irq_level,
  kvm_ioeventfd,
  kvm_dirty_log,
  kvm_enable_cap,
  kvm_mp_state,
};

export const ioctls = {
  KVM_GET_API_VERSION: io(0x00),
  KVM_CREATE_VM: io(0x01),
  KVM_CHECK_EXTENSION: io(0x03),
  KVM_GET_VCPU_MMAP_SIZE: io(0x04),
  KVM_CREATE_VCPU: io(0x41),
  KVM_GET_DIRTY_LOG: iow(0x42, kvm_dirty_log),
  KVM_SET_USER_MEMORY_REGION: iow(0x46, kvm_userspace_memory_region),
  KVM_IRQ_LINE: iow(0x61, kvm_irq_level),
  KVM_IOEVENTFD: iow(0x79, kvm_ioeventfd),
  KVM_RUN: io(0x80),
  KVM_GET_MP_STATE: ior(0x98, kvm_mp_state),
  KVM_SET_MP_STATE: iow(0x99, kvm_mp_state),
  KVM_ENABLE_CAP: iow(0xa3, kvm_enable_cap),
};

/** Arguments of KVM_CHECK_EXTENSION and KVM_ENABLE_CAP. */
export const capabilities = {
  KVM_CAP_IRQCHIP: 0,
  KVM_CAP_USER_MEMORY: 3,
  KVM_CAP_NR_VCPUS: 9,
  KVM_CAP_MP_STATE: 14,
  KVM_CAP_SET_GUEST_DEBUG: 23,
  KVM_CAP_IOEVENTFD: 36,
  KVM_CAP_MAX_VCPUS: 66,
  KVM_CAP_READONLY_MEM: 81,
  KVM_CAP_IMMEDIATE_EXIT: 136,
  /** Its value says which KVM_GUESTDBG_* flags there are. */
  KVM_CAP_SET_GUEST_DEBUG2: 195,
};

export const KVM_MEM_LOG_DIRTY_PAGES = 1;
export const KVM_MEM_READONLY = 2;
export const KVM_IOEVENTFD_FLAG_DATAMATCH = 1;
export const KVM_IOEVENTFD_FLAG_PIO = 2;
/** `mp_state` of a vCPU that executes instructions. */
export const KVM_MP_STATE_RUNNABLE = 0;
export const KVM_GUESTDBG_ENABLE = 1;
export const KVM_GUESTDBG_SINGLESTEP = 2;

/** `exit_reason` of struct kvm_run: those that a guest on x86-64 or RISC-V can cause. */
export const exitReasons = {
  KVM_EXIT_UNKNOWN: 0,
  KVM_EXIT_EXCEPTION: 1,
  KVM_EXIT_IO: 2,
  KVM_EXIT_HYPERCALL: 3,
  KVM_EXIT_DEBUG: 4,
  KVM_EXIT_HLT: 5,
  KVM_EXIT_MMIO: 6,
  KVM_EXIT_IRQ_WINDOW_OPEN: 7,
  KVM_EXIT_SHUTDOWN: 8,
  KVM_EXIT_FAIL_ENTRY: 9,
  KVM_EXIT_INTR: 10,
  KVM_EXIT_SET_TPR: 11,
  KVM_EXIT_TPR_ACCESS: 12,
  KVM_EXIT_NMI: 16,
  KVM_EXIT_INTERNAL_ERROR: 17,
  KVM_EXIT_WATCHDOG: 21,
  KVM_EXIT_SYSTEM_EVENT: 24,
  KVM_EXIT_IOAPIC_EOI: 26,
  KVM_EXIT_HYPERV: 27,
  KVM_EXIT_X86_RDMSR: 29,
  KVM_EXIT_X86_WRMSR: 30,
  KVM_EXIT_DIRTY_RING_FULL: 31,
  KVM_EXIT_X86_BUS_LOCK: 33,
  KVM_EXIT_XEN: 34,
  KVM_EXIT_RISCV_SBI: 35,
  KVM_EXIT_RISCV_CSR: 36,
  KVM_EXIT_NOTIFY: 37,
};

export const KVM_EXIT_IO_OUT = 1;
export const KVM_INTERNAL_ERROR_EMULATION = 1;
export const KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES = 1;

/** struct kvm_run as far as its union, which each exit uses in its own way. */
export const kvm_run = struct({
  request_interrupt_window: u8,
  immediate_exit: u8,
  padding1: bytes(6),
  exit_reason: u32,
  ready_for_interrupt_injection: u8,
  if_flag: u8,
  flags: u16,
  cr8: u64,
  apic_base: u64,
});

/** The members of the union, by their names in struct kvm_run; each starts where `kvm_run` above ends. */
export const kvm_run_exits = {
  hw: struct({ hardware_exit_reason: u64 }),
  fail_entry: struct({ hardware_entry_failure_reason: u64, cpu: u32 }),
  io: struct({ direction: u8, size: u8, port: u16, count: u32, data_offset: u64 }),
  mmio: struct({ phys_addr: u64, data: bytes(8), len: u32, is_write: u8 }),
  internal: struct({ suberror: u32, ndata: u32, data: array(u64, 16) }),
  emulation_failure: struct({ suberror: u32, ndata: u32, flags: u64, insn_size: u8, insn_bytes: bytes(15) }),
  system_event: struct({ type: u32, ndata: u32, data: array(u64, 16) }),
};
