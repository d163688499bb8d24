// Instructions as functions. The compiler replaces each call by the instruction (toolchain/compiler/intrinsics.ts has the table);
// in tests they are imports that a test supplies. None is merged, moved or removed, and memory accesses stay on their side of it.

// ---- Fences (Unpriv., "Memory Ordering Instructions"): predecessor set, then successor set; r/w memory, i/o devices

/** Orders all memory accesses before against all after. */
export declare function fence_rw_rw(): void;
/** Loads before loads. */
export declare function fence_r_r(): void;
/** Stores before stores. */
export declare function fence_w_w(): void;
/** Acquire: loads before everything after. */
export declare function fence_r_rw(): void;
/** Release: everything before stores after. */
export declare function fence_rw_w(): void;
/** Stores before loads: the one order that is expensive. */
export declare function fence_w_r(): void;
/** Stores to memory before writes to devices: a descriptor before the doorbell. */
export declare function fence_w_o(): void;
/** Device reads before loads from memory: a status register before the buffer it speaks of. */
export declare function fence_i_r(): void;
/** Device accesses among themselves. */
export declare function fence_io_io(): void;
/** Everything before everything. */
export declare function fence_iorw_iorw(): void;
/** Makes this hart fetch the instructions that it stored (Zifencei). Other harts need their own. */
export declare function fence_i(): void;

// ---- Waiting and stopping

/** Waits for an interrupt that is pending and enabled in `mie` or `sie`; may also return at once. */
export declare function wfi(): void;
/** Tells the hart that it is in a spin loop (Zihintpause). */
export declare function pause(): void;
/** Raises a breakpoint exception. */
export declare function ebreak(): void;
/** Raises an environment call with the argument registers as they happen to be; for the SBI use `sbi_call`. */
export declare function ecall(): void;

// ---- Translation caches (Priv., "Supervisor Memory-Management Fence Instruction", "Hypervisor Memory-Management Fence Instructions")

/** Forgets translations of a virtual address in one address space. */
export declare function sfence_vma(address: usize, asid: u64): void;
/** Forgets all translations of this hart's supervisor, or of its guest when V = 1. */
export declare function sfence_vma_all(): void;
/** Forgets translations of a virtual address in all address spaces. */
export declare function sfence_vma_address(address: usize): void;
/** Forgets translations of one address space, global ones excepted. */
export declare function sfence_vma_asid(asid: u64): void;
/** Forgets G-stage translations of a guest physical address, given shifted right by 2, for one VMID. */
export declare function hfence_gvma(addressShifted: u64, vmid: u64): void;
/** Forgets all G-stage translations. */
export declare function hfence_gvma_all(): void;
/** Forgets G-stage translations of a guest physical address, given shifted right by 2, for all VMIDs. */
export declare function hfence_gvma_address(addressShifted: u64): void;
/** Forgets all G-stage translations of one VMID. */
export declare function hfence_gvma_vmid(vmid: u64): void;
/** Forgets VS-stage translations of a guest virtual address in one address space, under the VMID in `hgatp`. */
export declare function hfence_vvma(address: usize, asid: u64): void;
/** Forgets all VS-stage translations under the VMID in `hgatp`. */
export declare function hfence_vvma_all(): void;
/** Forgets VS-stage translations of a guest virtual address under the VMID in `hgatp`. */
export declare function hfence_vvma_address(address: usize): void;
/** Forgets VS-stage translations of one address space under the VMID in `hgatp`. */
export declare function hfence_vvma_asid(asid: u64): void;

// ---- Guest memory by guest virtual address (Priv., "Hypervisor Virtual-Machine Load and Store Instructions"); any may trap

/** Loads a signed byte as the guest would. */
export declare function hlv_b(address: usize): i64;
/** Loads an unsigned byte as the guest would. */
export declare function hlv_bu(address: usize): u64;
/** Loads a signed halfword as the guest would. */
export declare function hlv_h(address: usize): i64;
/** Loads an unsigned halfword as the guest would. */
export declare function hlv_hu(address: usize): u64;
/** Loads a signed word as the guest would. */
export declare function hlv_w(address: usize): i64;
/** Loads an unsigned word as the guest would. */
export declare function hlv_wu(address: usize): u64;
/** Loads a doubleword as the guest would. */
export declare function hlv_d(address: usize): u64;
/** Loads an unsigned halfword that the guest may execute; faults as a load. */
export declare function hlvx_hu(address: usize): u64;
/** Loads an unsigned word that the guest may execute; faults as a load. */
export declare function hlvx_wu(address: usize): u64;
/** Stores a byte as the guest would. */
export declare function hsv_b(address: usize, value: u64): void;
/** Stores a halfword as the guest would. */
export declare function hsv_h(address: usize, value: u64): void;
/** Stores a word as the guest would. */
export declare function hsv_w(address: usize, value: u64): void;
/** Stores a doubleword as the guest would. */
export declare function hsv_d(address: usize, value: u64): void;

// ---- Device registers by physical address: one access of exactly this width each

/** Reads a register of 8 bits. */
export declare function mmio_read8(address: usize): u32;
/** Reads a register of 16 bits. */
export declare function mmio_read16(address: usize): u32;
/** Reads a register of 32 bits. */
export declare function mmio_read32(address: usize): u32;
/** Reads a register of 64 bits. */
export declare function mmio_read64(address: usize): u64;
/** Writes a register of 8 bits. */
export declare function mmio_write8(address: usize, value: u32): void;
/** Writes a register of 16 bits. */
export declare function mmio_write16(address: usize, value: u32): void;
/** Writes a register of 32 bits. */
export declare function mmio_write32(address: usize, value: u32): void;
/** Writes a register of 64 bits. */
export declare function mmio_write64(address: usize, value: u64): void;

// ---- Environment call

/**
 * Calls the SBI (3.0, "Binary Encoding"): a0 to a5, then the function in a6 and the extension in a7. Returns the error, 0 for
 * none; the value is stored to the 8 bytes at `value`, unless that is the constant 0.
 */
export declare function sbi_call(
  a0: u64,
  a1: u64,
  a2: u64,
  a3: u64,
  a4: u64,
  a5: u64,
  fid: u64,
  eid: u64,
  value: usize,
): i64;

// ---- Registers

/** `tp`: per-hart state, which compiled code leaves alone. */
export declare function read_tp(): u64;
/** Sets `tp`. */
export declare function write_tp(value: u64): void;
/** The stack pointer at this place. */
export declare function read_sp(): usize;
/** `ra` at this place: the return address only before the function's first call. */
export declare function read_ra(): usize;
/** The caller's stack pointer. */
export declare function frame_address(): usize;
