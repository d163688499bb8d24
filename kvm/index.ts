/**
 * Linux KVM as a library:
 *
 *     using vm = new Vm();
 *     const memory = new GuestMemory([{ address: 0, size: 0x20000 }]);
 *     memory.write(0x1000, code);
 *     vm.mapMemory(memory);
 *     using vcpu = vm.createVcpu();
 *     enterRealMode(vcpu, 0x1000);
 *     for (;;) {
 *       const exit = vcpu.run();
 *       if (exit.reason === 'HLT') break;
 *       if (exit.reason === 'IO' && exit.direction === 'out') console.log(exit.port, exit.data);
 *     }
 *
 * Needs Linux on x86-64, and koffi, which is an optional dependency. docs/kvm.md explains the parts.
 */
export { capabilities, exitReasons } from './api.ts';
export type { DebugExit, Exit, InternalErrorExit, IoExit, MmioExit } from './exits.ts';
export { Kvm } from './kvm.ts';
export { GuestMemory, type MemoryRange } from './memory.ts';
export { KvmUnavailableError, SystemCallError } from './syscall.ts';
export type { IoEvent, MemorySlot } from './vm.ts';
export type { CpuidEntry, FloatRegisters, Registers, Segment, SpecialRegisters } from './x86/api.ts';
export { type DebugEvent, type GuestDebug, type HardwareBreakpoint, readDebugExit } from './x86/debug/guest-debug.ts';
export { enterLongMode, enterProtectedMode, enterRealMode } from './x86/modes.ts';
export { X86Vcpu as Vcpu } from './x86/vcpu.ts';
export { X86Vm as Vm } from './x86/vm.ts';
