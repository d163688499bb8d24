/** The end of the firmware by its own fault or the board's: a report, then this hart sleeps. */
import { printFailure } from '../lib/failure.ts';
import { print, printDecimal, printHex } from '../lib/print.ts';
import { causeTitle } from '../rv/causes.ts';
import { csrw_mie } from '../rv/csr.ts';
import { wfi } from '../rv/intrinsics.ts';
import { currentHart } from './hart.ts';
import { failSystem } from './reset.ts';

export function panic(reason: string): void {
  print('\nfirmware: ');
  print(reason);
  stop();
}

/** trap.S calls this for a trap in M-mode that nobody expected. */
export function report_firmware_fault(cause: u64, address: u64, value: u64): void {
  print('\nfirmware: ');
  print(causeTitle(cause));
  print(' in M-mode, mcause ');
  printHex(cause);
  print(', mepc ');
  printHex(address);
  print(', mtval ');
  printHex(value);
  stop();
}

/** AssemblyScript calls this for a failed bounds check or assertion. Strings come from its own library. */
export function abort(text: string | null, file: string | null, line: u32, column: u32): void {
  print('\nfirmware: ');
  printFailure(text, file, line, column);
  stop();
}

/** Compiled code calls this where wasm would trap, such as for a division by zero; reasons are those of toolchain/compiler. */
export function wasm_trap(reason: u32): void {
  print('\nfirmware: wasm trap ');
  printDecimal(reason);
  stop();
}

function stop(): void {
  print(', hart ');
  printDecimal(currentHart().id);
  print('\n');
  failSystem();
  csrw_mie(0);
  while (true) wfi();
}
