/** What every TypeScript guest is linked with: its way to the console and to its end, and the reports of its own mistakes. */
import { printFailure } from '../lib/failure.ts';
import { print, printDecimal } from '../lib/print.ts';
import { sbi_call } from '../rv/intrinsics.ts';
import {
  SBI_DBCN,
  SBI_DBCN_CONSOLE_READ,
  SBI_DBCN_CONSOLE_WRITE_BYTE,
  SBI_HSM,
  SBI_HSM_HART_GET_STATUS,
  SBI_HSM_HART_START,
  SBI_HSM_STATE_STOPPED,
  SBI_SRST,
  SBI_SRST_REASON_NONE,
  SBI_SRST_REASON_SYSTEM_FAILURE,
  SBI_SRST_SYSTEM_RESET,
  SBI_SRST_TYPE_SHUTDOWN,
} from '../rv/sbi.ts';

const value = memory.data<u64>([0]);
const input = memory.data<u8>([0]);

/** The console that `lib/print.ts` writes to. */
export function console_write_byte(byte: u32): void {
  sbi_call(byte, 0, 0, 0, 0, 0, SBI_DBCN_CONSOLE_WRITE_BYTE, SBI_DBCN, value);
}

/** A byte that was typed, or -1 when none is there. */
export function readByte(): i32 {
  const error = sbi_call(1, input, 0, 0, 0, 0, SBI_DBCN_CONSOLE_READ, SBI_DBCN, value);
  return error == 0 && load<u64>(value) == 1 ? <i32>load<u8>(input) : -1;
}

/** The end of the guest; `failed` makes the hypervisor count it among those that failed. Does not return. */
export function shutDown(failed: bool): void {
  sbi_call(
    SBI_SRST_TYPE_SHUTDOWN,
    failed ? SBI_SRST_REASON_SYSTEM_FAILURE : SBI_SRST_REASON_NONE,
    0,
    0,
    0,
    0,
    SBI_SRST_SYSTEM_RESET,
    SBI_SRST,
    value,
  );
  while (true) {}
}

declare function hart_entry(): usize;

/**
 * Starts another hart of the guest, which calls `main(hart, dtb)` too; it stops when that returns. Hart 0 is the one that boots. 0, or
 * the SBI's error: SBI_ERR_INVALID_PARAM when there is no such hart, SBI_ERR_ALREADY_AVAILABLE when it runs.
 */
export function startHart(hart: u64, dtb: usize): i64 {
  return sbi_call(hart, hart_entry(), dtb, 0, 0, 0, SBI_HSM_HART_START, SBI_HSM, 0);
}

/** Whether a hart that was started has stopped again. */
export function isStopped(hart: u64): bool {
  return (
    sbi_call(hart, 0, 0, 0, 0, 0, SBI_HSM_HART_GET_STATUS, SBI_HSM, value) == 0 &&
    load<u64>(value) == SBI_HSM_STATE_STOPPED
  );
}

/** AssemblyScript calls this for a failed bounds check, null check or assertion. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  print('abort: ');
  printFailure(message, file, line, column);
  print('\n');
  shutDown(true);
}

/** The compiler's own checks call this: 1 `unreachable`, 2 division by zero, 3 overflow, 4 and 5 a bad function pointer. */
export function wasm_trap(reason: u32): void {
  print('trap ');
  printDecimal(reason);
  print('\n');
  shutDown(true);
}
