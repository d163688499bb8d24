/** The x86 part of the KVM API, named as in asm/kvm.h and linux/kvm.h. */
import { io, ior, iow, iowr } from '../ioctl.ts';
import { array, bytes, struct, u8, u16, u32, u64, type ValuesOf } from '../struct.ts';

const kvm_regs = struct({
  rax: u64,
  rbx: u64,
  rcx: u64,
  rdx: u64,
  rsi: u64,
  rdi: u64,
  rsp: u64,
  rbp: u64,
  r8: u64,
  r9: u64,
  r10: u64,
  r11: u64,
  r12: u64,
  r13: u64,
  r14: u64,
  r15: u64,
  rip: u64,
  rflags: u64,
});
export type Registers = ValuesOf<typeof kvm_regs>;

const kvm_segment = struct({
  base: u64,
  limit: u32,
  selector: u16,
  type: u8,
  present: u8,
  dpl: u8,
  db: u8,
  s: u8,
  l: u8,
  g: u8,
  avl: u8,
  unusable: u8,
  padding: u8,
});
export type Segment = ValuesOf<typeof kvm_segment>;

const kvm_dtable = struct({ base: u64, limit: u16, padding: array(u16, 3) });

const kvm_sregs = struct({
  cs: kvm_segment,
  ds: kvm_segment,
  es: kvm_segment,
  fs: kvm_segment,
  gs: kvm_segment,
  ss: kvm_segment,
  tr: kvm_segment,
  ldt: kvm_segment,
  gdt: kvm_dtable,
  idt: kvm_dtable,
  cr0: u64,
  cr2: u64,
  cr3: u64,
  cr4: u64,
  cr8: u64,
  efer: u64,
  apic_base: u64,
  interrupt_bitmap: array(u64, 4),
});
export type SpecialRegisters = ValuesOf<typeof kvm_sregs>;

const kvm_cpuid_entry2 = struct({
  function: u32,
  index: u32,
  flags: u32,
  eax: u32,
  ebx: u32,
  ecx: u32,
  edx: u32,
  padding: array(u32, 3),
});
export type CpuidEntry = ValuesOf<typeof kvm_cpuid_entry2>;

/** Headers of lists; the entries follow. */
const kvm_cpuid2 = struct({ nent: u32, padding: u32 });
const kvm_msrs = struct({ nmsrs: u32, pad: u32 });
const kvm_msr_list = struct({ nmsrs: u32 });

const kvm_msr_entry = struct({ index: u32, reserved: u32, data: u64 });

const kvm_translation = struct({
  linear_address: u64,
  physical_address: u64,
  valid: u8,
  writeable: u8,
  usermode: u8,
  pad: bytes(5),
});

const kvm_pit_config = struct({ flags: u32, pad: array(u32, 15) });
/** The rest of what follows is saved and restored as it is: only its size matters. */
const kvm_pit_state2 = struct({ state: array(u64, 14) });
const kvm_irqchip = struct({ chip_id: u32, pad: u32, chip: bytes(512) });
const kvm_lapic_state = struct({ regs: bytes(1024) });
const kvm_xsave = struct({ region: array(u32, 1024) });
const kvm_xcrs = struct({ state: array(u64, 49) });
const kvm_debugregs = struct({ state: array(u64, 16) });
const kvm_vcpu_events = struct({ state: array(u64, 8) });

const kvm_clock_data = struct({
  clock: u64,
  flags: u32,
  pad0: u32,
  realtime: u64,
  host_tsc: u64,
  pad: array(u32, 4),
});

const kvm_guest_debug_arch = struct({ debugreg: array(u64, 8) });
const kvm_guest_debug = struct({ control: u32, pad: u32, arch: kvm_guest_debug_arch });
/** What a DEBUG exit says. */
const kvm_debug_exit_arch = struct({ exception: u32, pad: u32, pc: u64, dr6: u64, dr7: u64 });
/** x87 registers have 10 bytes each, of 16. */
const kvm_fpu = struct({
  fpr: array(bytes(16), 8),
  fcw: u16,
  fsw: u16,
  ftwx: u8,
  pad1: u8,
  last_opcode: u16,
  last_ip: u64,
  last_dp: u64,
  xmm: array(bytes(16), 16),
  mxcsr: u32,
  pad2: u32,
});
export type FloatRegisters = ValuesOf<typeof kvm_fpu>;

export const structs = {
  kvm_regs,
  kvm_segment,
  kvm_dtable,
  kvm_sregs,
  kvm_cpuid_entry2,
  kvm_cpuid2,
  kvm_msrs,
  kvm_msr_list,
  kvm_msr_entry,
  kvm_translation,
  kvm_pit_config,
  kvm_pit_state2,
  kvm_irqchip,
  kvm_lapic_state,
  kvm_xsave,
  kvm_xcrs,
  kvm_debugregs,
  kvm_vcpu_events,
  kvm_clock_data,
  kvm_guest_debug_arch,
  kvm_guest_debug,
  kvm_debug_exit_arch,
  kvm_fpu,
};

export const ioctls = {
  KVM_GET_MSR_INDEX_LIST: iowr(0x02, kvm_msr_list),
  KVM_GET_SUPPORTED_CPUID: iowr(0x05, kvm_cpuid2),
  KVM_SET_TSS_ADDR: io(0x47),
  KVM_CREATE_IRQCHIP: io(0x60),
  KVM_GET_IRQCHIP: iowr(0x62, kvm_irqchip),
  KVM_SET_IRQCHIP: ior(0x63, kvm_irqchip),
  KVM_CREATE_PIT2: iow(0x77, kvm_pit_config),
  KVM_SET_CLOCK: iow(0x7b, kvm_clock_data),
  KVM_GET_CLOCK: ior(0x7c, kvm_clock_data),
  KVM_GET_REGS: ior(0x81, kvm_regs),
  KVM_SET_REGS: iow(0x82, kvm_regs),
  KVM_GET_SREGS: ior(0x83, kvm_sregs),
  KVM_SET_SREGS: iow(0x84, kvm_sregs),
  KVM_TRANSLATE: iowr(0x85, kvm_translation),
  KVM_GET_MSRS: iowr(0x88, kvm_msrs),
  KVM_SET_MSRS: iow(0x89, kvm_msrs),
  KVM_GET_FPU: ior(0x8c, kvm_fpu),
  KVM_SET_FPU: iow(0x8d, kvm_fpu),
  KVM_GET_LAPIC: ior(0x8e, kvm_lapic_state),
  KVM_SET_LAPIC: iow(0x8f, kvm_lapic_state),
  KVM_SET_CPUID2: iow(0x90, kvm_cpuid2),
  KVM_SET_GUEST_DEBUG: iow(0x9b, kvm_guest_debug),
  KVM_GET_PIT2: ior(0x9f, kvm_pit_state2),
  KVM_SET_PIT2: iow(0xa0, kvm_pit_state2),
  KVM_GET_VCPU_EVENTS: ior(0x9f, kvm_vcpu_events),
  KVM_SET_VCPU_EVENTS: iow(0xa0, kvm_vcpu_events),
  KVM_GET_DEBUGREGS: ior(0xa1, kvm_debugregs),
  KVM_SET_DEBUGREGS: iow(0xa2, kvm_debugregs),
  KVM_SET_TSC_KHZ: io(0xa2),
  KVM_GET_TSC_KHZ: io(0xa3),
  KVM_KVMCLOCK_CTRL: io(0xad),
  KVM_GET_XSAVE: ior(0xa4, kvm_xsave),
  KVM_SET_XSAVE: iow(0xa5, kvm_xsave),
  KVM_GET_XCRS: ior(0xa6, kvm_xcrs),
  KVM_SET_XCRS: iow(0xa7, kvm_xcrs),
};

export const capabilities = {
  KVM_CAP_EXT_CPUID: 7,
  KVM_CAP_PIT2: 33,
  KVM_CAP_XSAVE: 55,
  KVM_CAP_TSC_DEADLINE_TIMER: 72,
  KVM_CAP_EXIT_ON_EMULATION_FAILURE: 204,
};

/** Port 0x61, by which TSC calibration reads the PIT, is in the kernel too. */
export const KVM_PIT_SPEAKER_DUMMY = 1;
export const KVM_CPUID_FLAG_SIGNIFCANT_INDEX = 1;
export const KVM_GUESTDBG_USE_SW_BP = 0x1_0000;
export const KVM_GUESTDBG_USE_HW_BP = 0x2_0000;
export const KVM_GUESTDBG_INJECT_DB = 0x4_0000;
export const KVM_GUESTDBG_INJECT_BP = 0x8_0000;
export const KVM_GUESTDBG_BLOCKIRQ = 0x10_0000;
