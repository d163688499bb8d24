/**
 * What of guest debugging this computer's KVM keeps its word about, found out by trying it. Where KVM is itself emulated (QEMU's AMD-V,
 * software-backed devices), it accepts breakpoints that then never stop anything.
 */
import { capabilities, KVM_GUESTDBG_SINGLESTEP } from '../../api.ts';
import type { Kvm } from '../../kvm.ts';
import { GuestMemory } from '../../memory.ts';
import { KVM_GUESTDBG_BLOCKIRQ } from '../api.ts';
import { enterLongMode } from '../modes.ts';
import { X86Vm } from '../vm.ts';
import { type GuestDebug, readDebugExit } from './guest-debug.ts';

export interface DebugSupport {
  readonly singleStep: boolean;
  /** Interrupts can be kept waiting during a step. */
  readonly blockInterrupts: boolean;
  /** `int3` exits. */
  readonly software: boolean;
  /** Debug registers, by what they match. */
  readonly execute: boolean;
  readonly write: boolean;
  readonly access: boolean;
}

/** Room for the page tables of 64-bit mode, and code below them. */
const RAM = 0x1_0000;
const CODE = 0x1000;
const DATA = 0x2000;
const nop = [0x90];
const int3 = [0xcc];
const hlt = [0xf4];
/** mov [DATA], al and mov al, [DATA] in 64-bit code. */
const store = [0x88, 0x04, 0x25, 0x00, DATA >> 8, 0x00, 0x00];
const load = [0x8a, 0x04, 0x25, 0x00, DATA >> 8, 0x00, 0x00];

interface Trial {
  readonly code: readonly number[];
  readonly debug: GuestDebug;
  /** Where the exit has to be: behind so many bytes of code. */
  readonly at: number;
}

const register = (kind: 'execute' | 'write' | 'access', address: number): GuestDebug => ({
  hardware: [{ kind, address: BigInt(address), length: 1 }],
});

const TRIALS = {
  singleStep: { code: [...nop, ...hlt], debug: { singleStep: true }, at: 1 },
  software: { code: [...nop, ...int3, ...hlt], debug: { softwareBreakpoints: true }, at: 1 },
  execute: { code: [...nop, ...nop, ...hlt], debug: register('execute', CODE + 1), at: 1 },
  write: { code: [...store, ...hlt], debug: register('write', DATA), at: store.length },
  access: { code: [...load, ...hlt], debug: register('access', DATA), at: load.length },
} satisfies Record<string, Trial>;

/** Runs a few instructions of a virtual machine of its own for each. */
export function probeDebugSupport(kvm: Kvm): DebugSupport {
  const held = Object.entries(TRIALS).map(([name, trial]) => [name, holds(kvm, trial)]);
  const flags = kvm.checkExtension(capabilities.KVM_CAP_SET_GUEST_DEBUG2);
  const blockInterrupts = (flags & KVM_GUESTDBG_BLOCKIRQ) !== 0 && (flags & KVM_GUESTDBG_SINGLESTEP) !== 0;
  return { ...(Object.fromEntries(held) as Record<keyof typeof TRIALS, boolean>), blockInterrupts };
}

/** What a debugger's user has to know, as one clause; undefined where everything works. */
export function shortcomings({ software, execute, write, singleStep }: DebugSupport): string | undefined {
  if (!singleStep) return 'this KVM cannot single-step: gdb can look at the guest, interrupt it and let it go on';
  const slow = 'the guest is single-stepped, which is slow';
  const breakpoints = software
    ? undefined
    : execute
      ? `this KVM takes no int3 for a breakpoint: with more than 4, ${slow}`
      : `this KVM honours no breakpoints: with any, ${slow}`;
  const watchpoints = write ? undefined : 'it has no watchpoints (set can-use-hw-watchpoints 0 lets gdb step for them)';
  const lacking = [breakpoints, watchpoints].filter((each) => each !== undefined);
  return lacking.length === 0 ? undefined : lacking.join('; ');
}

function holds(kvm: Kvm, { code, debug, at }: Trial): boolean {
  using vm = new X86Vm(kvm);
  vm.reportEmulationFailures();
  const memory = new GuestMemory([{ address: 0, size: RAM }]);
  memory.write(CODE, Uint8Array.from(code));
  vm.mapMemory(memory);
  using vcpu = vm.createVcpu();
  enterLongMode(vcpu, memory, { rip: BigInt(CODE) });
  vcpu.setGuestDebug(debug);
  // An int3 that is the guest's own finds no interrupt table: a triple fault.
  const exit = vcpu.run();
  return exit.reason === 'DEBUG' && readDebugExit(exit).pc === BigInt(CODE + at);
}
