/** What a vCPU was at when it could not go on. */
import type { Exit } from '../exits.ts';
import type { GuestMemory } from '../memory.ts';
import type { Registers } from './api.ts';
import type { X86Vcpu } from './vcpu.ts';

/** One clause, as it follows "vCPU 0:". */
export function describeFailure(exit: Exit): string {
  switch (exit.reason) {
    case 'SHUTDOWN':
      return 'triple fault: an exception whose handler cannot be reached (KVM_EXIT_SHUTDOWN)';
    case 'INTERNAL_ERROR':
      return exit.suberror === 1
        ? `KVM cannot emulate an instruction${bytesOf(exit.instruction)} (KVM_INTERNAL_ERROR_EMULATION)`
        : `KVM failed: suberror ${exit.suberror}, data ${exit.data.map(hex).join(' ')} (KVM_EXIT_INTERNAL_ERROR)`;
    case 'FAIL_ENTRY':
      return `the processor refused its state: reason ${hex(exit.hardwareReason)} (KVM_EXIT_FAIL_ENTRY)`;
    case 'UNKNOWN':
      return `an exit that KVM does not know: ${hex(exit.hardwareReason)} (KVM_EXIT_UNKNOWN)`;
    case 'SYSTEM_EVENT':
      return `system event ${exit.type} (KVM_EXIT_SYSTEM_EVENT)`;
    case 'OTHER':
      return `an exit that nothing here serves (KVM_EXIT_${exit.name})`;
    default:
      return `an exit that nothing here serves (KVM_EXIT_${exit.reason})`;
  }
}

const ROWS: readonly (readonly (keyof Registers)[])[] = [
  ['rax', 'rbx', 'rcx', 'rdx'],
  ['rsi', 'rdi', 'rsp', 'rbp'],
  ['r8', 'r9', 'r10', 'r11'],
  ['r12', 'r13', 'r14', 'r15'],
  ['rip', 'rflags'],
];
const INSTRUCTION_BYTES = 16;

/** Registers and the bytes at the instruction pointer, for a vCPU that does not run. */
export function describeState(vcpu: X86Vcpu, memory: GuestMemory): string {
  const registers = vcpu.getRegisters();
  const { cs, cr0, cr2, cr3, cr4, efer } = vcpu.getSpecialRegisters();
  const rows = ROWS.map((row) => row.map((name) => `${name.padEnd(6)} ${wide(registers[name])}`).join('  '));
  const control = Object.entries({ cr0, cr2, cr3, cr4, efer }).map(([name, value]) => `${name} ${hex(value)}`);
  const linear = vcpu.instructionAddress;
  return [
    ...rows,
    `${control.join('  ')}  cs ${cs.selector.toString(16)}:${hex(cs.base)}`,
    `at ${hex(linear)}:${bytesOf(codeAt(vcpu, memory, linear)) || ' nothing is mapped'}`,
  ].join('\n');
}

function codeAt(vcpu: X86Vcpu, memory: GuestMemory, linear: bigint): Uint8Array | undefined {
  const address = vcpu.translate(linear);
  if (address === undefined || !memory.contains(address, 1)) return undefined;
  let length = INSTRUCTION_BYTES;
  while (!memory.contains(address, length)) length--;
  return memory.read(address, length);
}

function bytesOf(bytes: Uint8Array | undefined): string {
  return [...(bytes ?? [])].map((byte) => ` ${byte.toString(16).padStart(2, '0')}`).join('');
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

function wide(value: bigint): string {
  return value.toString(16).padStart(16, '0');
}
