/** The end of the hypervisor by its own fault. */

import { code_address, stack_pointer } from '../../lib/backtrace.ts';
import { printFailure } from '../../lib/failure.ts';
import { print, printHex } from '../../lib/print.ts';
import { causeTitle } from '../../rv/causes.ts';
import { csrr_scause, csrr_sepc, csrr_stval } from '../../rv/csr.ts';
import { beginMessage, endMessage } from '../console/console.ts';
import { hostShutDown } from '../host/host-sbi.ts';
import { linkTable } from '../link-table.ts';
import { printCallStack } from './call-stack.ts';
import { printRegisters } from './registers.ts';

const PAGE_SIZE: usize = 4096;
/** Of ra and sp among the registers. */
const RA: usize = 8;
const SP: usize = 16;

/** Reports and turns the machine off. */
export function panic(reason: string): void {
  beginMessage();
  print('panic: ');
  print(reason);
  endMessage();
  printCallStack(code_address(), stack_pointer(), 0, true);
  hostShutDown(true);
}

/** Whether the address is in the page below a hart's stack. */
function isGuardPage(address: u64): bool {
  const image = linkTable();
  const firstGuard = image.stackBottom - PAGE_SIZE;
  return address >= firstGuard && address < image.imageEnd && (address - firstGuard) % image.stackStride < PAGE_SIZE;
}

/** AssemblyScript calls this for a failed bounds check, null check or assertion. Strings come from its own library. */
export function abort(text: string | null, file: string | null, line: u32, column: u32): void {
  beginMessage();
  print('panic: ');
  printFailure(text, file, line, column);
  endMessage();
  printCallStack(code_address(), stack_pointer(), 0, true);
  hostShutDown(true);
}

/** Why WebAssembly traps, by the numbers of toolchain/compiler/context.ts. */
const TRAP_REASONS: StaticArray<string> = [
  'unknown trap',
  'unreachable code was reached',
  'division by zero',
  'integer overflow in a division',
  'indirect call of no function',
  'indirect call of a function of another type',
  'memory outside of its segment',
];

/** Compiled code calls this where WebAssembly traps. */
export function wasm_trap(reason: i32): void {
  panic(TRAP_REASONS[reason < TRAP_REASONS.length ? reason : 0]);
}

/** trap.S calls this for a trap that the hypervisor itself caused; `frame` holds x0 to x31. */
export function panic_trap(frame: usize): void {
  const pc = csrr_sepc();
  const address = csrr_stval();
  beginMessage();
  print('panic: ');
  print(causeTitle(csrr_scause()));
  print(' in the hypervisor, sepc ');
  printHex(pc);
  print(', stval ');
  printHex(address);
  if (isGuardPage(address)) print(' (stack overflow)');
  endMessage();
  printCallStack(pc, <usize>load<u64>(frame, SP), load<u64>(frame, RA), false);
  printRegisters(frame);
  hostShutDown(true);
}
