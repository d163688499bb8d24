/** What makes a vCPU exit for a debugger, and what such an exit says (Intel SDM 3B, chapter 18, "Debug Registers"). */
import { KVM_GUESTDBG_ENABLE, KVM_GUESTDBG_SINGLESTEP } from '../../api.ts';
import type { DebugExit } from '../../exits.ts';
import {
  KVM_GUESTDBG_BLOCKIRQ,
  KVM_GUESTDBG_INJECT_BP,
  KVM_GUESTDBG_INJECT_DB,
  KVM_GUESTDBG_USE_HW_BP,
  KVM_GUESTDBG_USE_SW_BP,
  structs,
} from '../api.ts';

/** DR0 to DR3. */
export const DEBUG_REGISTERS = 4;

/** One debug register. */
export interface HardwareBreakpoint {
  readonly kind: 'execute' | 'write' | 'access';
  /** Linear; for `write` and `access` a multiple of the length. */
  readonly address: bigint;
  /** Bytes; 1 for `execute`. */
  readonly length: 1 | 2 | 4 | 8;
}

export interface GuestDebug {
  /** Behind each instruction. */
  readonly singleStep?: boolean;
  /** Interrupts wait meanwhile, so that a step does not end in a handler. Linux 5.16 has it (KVM_CAP_SET_GUEST_DEBUG2). */
  readonly blockInterrupts?: boolean;
  /** At each `int3`, with its address as instruction pointer. */
  readonly softwareBreakpoints?: boolean;
  /** Up to 4. `execute` exits before the instruction, the others behind it. */
  readonly hardware?: readonly HardwareBreakpoint[];
  /** Gives the guest the exception of the last exit, which was its own: #BP or #DB. */
  readonly inject?: 'BP' | 'DB';
}

// DR7: G0 to G3 are bits 1, 3, 5, 7; RW and LEN are 2 bits each from 16 on. GE and bit 10, which reads 1.
const GLOBAL_EXACT = 1n << 9n;
const ALWAYS_ONE = 1n << 10n;
const RW_BITS = { execute: 0n, write: 1n, access: 3n } as const;
const LEN_BITS = { 1: 0n, 2: 1n, 4: 3n, 8: 2n } as const;
const INJECT = { BP: KVM_GUESTDBG_INJECT_BP, DB: KVM_GUESTDBG_INJECT_DB } as const;

/** struct kvm_guest_debug. @throws RangeError for what the registers cannot do. */
export function encodeGuestDebug(debug: GuestDebug): Uint8Array {
  const { singleStep, blockInterrupts, softwareBreakpoints, hardware = [], inject } = debug;
  const flags =
    (singleStep ? KVM_GUESTDBG_SINGLESTEP : 0) |
    (blockInterrupts ? KVM_GUESTDBG_BLOCKIRQ : 0) |
    (softwareBreakpoints ? KVM_GUESTDBG_USE_SW_BP : 0) |
    (hardware.length > 0 ? KVM_GUESTDBG_USE_HW_BP : 0) |
    (inject === undefined ? 0 : INJECT[inject]);
  const debugreg = Array.from({ length: 8 }, (_, index) => hardware[index]?.address ?? 0n);
  debugreg[7] = debugControl(hardware);
  return structs.kvm_guest_debug.encode({
    control: flags === 0 ? 0 : flags | KVM_GUESTDBG_ENABLE,
    arch: { debugreg },
  });
}

/** DR7 for breakpoints in DR0 and up. */
function debugControl(hardware: readonly HardwareBreakpoint[]): bigint {
  if (hardware.length > DEBUG_REGISTERS) {
    throw new RangeError(`${hardware.length} hardware breakpoints; a processor has ${DEBUG_REGISTERS}`);
  }
  let control = ALWAYS_ONE | GLOBAL_EXACT;
  for (const [index, { kind, address, length }] of hardware.entries()) {
    if ((kind === 'execute' && length !== 1) || address % BigInt(length) !== 0n) {
      throw new RangeError(`a hardware breakpoint of kind ${kind} for ${length} bytes at 0x${address.toString(16)}`);
    }
    control |= 1n << BigInt(2 * index + 1);
    control |= (RW_BITS[kind] | (LEN_BITS[length] << 2n)) << BigInt(16 + 4 * index);
  }
  return control;
}

const BREAKPOINT_EXCEPTION = 3;
const DR6_SINGLE_STEP = 1n << 14n;

/** Where the linear instruction pointer is among the bytes of `DebugExit.arch`. */
export const DEBUG_EXIT_PC = structs.kvm_debug_exit_arch.offsets.pc;

export interface DebugEvent {
  /** The linear address of the instruction that is next. */
  readonly pc: bigint;
  /** An `int3` is what is next. */
  readonly int3: boolean;
  /** An instruction has been stepped. */
  readonly step: boolean;
  /** The debug registers that matched: 0 to 3. */
  readonly registers: readonly number[];
}

export function readDebugExit({ arch }: DebugExit): DebugEvent {
  const { exception, pc, dr6 } = structs.kvm_debug_exit_arch.decode(arch);
  const int3 = exception === BREAKPOINT_EXCEPTION;
  // Behind an int3, DR6 is what it was before.
  const status = int3 ? 0n : dr6;
  const registers = [0, 1, 2, 3].filter((index) => (status & (1n << BigInt(index))) !== 0n);
  return { pc, int3, step: (status & DR6_SINGLE_STEP) !== 0n, registers };
}
