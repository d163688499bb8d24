/** SBI 3.0, "Debug Console Extension". */
import {
  SBI_DBCN_CONSOLE_READ,
  SBI_DBCN_CONSOLE_WRITE,
  SBI_DBCN_CONSOLE_WRITE_BYTE,
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NOT_SUPPORTED,
  SBI_SUCCESS,
} from '../../rv/sbi.ts';
import { console_write_byte, lockConsole, readByte, unlockConsole } from '../console.ts';
import { argument, Hart } from '../hart.ts';
import { isSupervisorMemory } from '../platform.ts';

export function handleDbcn(hart: Hart, functionId: u64): i64 {
  if (functionId == SBI_DBCN_CONSOLE_WRITE_BYTE) {
    console_write_byte(<u8>argument(hart, 0));
    return SBI_SUCCESS;
  }
  if (functionId != SBI_DBCN_CONSOLE_WRITE && functionId != SBI_DBCN_CONSOLE_READ) return SBI_ERR_NOT_SUPPORTED;
  const size = argument(hart, 0);
  const address = argument(hart, 1);
  const addressHigh = argument(hart, 2);
  if (addressHigh != 0 || !isSupervisorMemory(address, size)) return SBI_ERR_INVALID_PARAM;
  lockConsole();
  hart.value = functionId == SBI_DBCN_CONSOLE_WRITE ? write(<usize>address, size) : read(<usize>address, size);
  unlockConsole();
  return SBI_SUCCESS;
}

/** Bytes written: all of them. */
function write(address: usize, size: u64): u64 {
  for (let offset: u64 = 0; offset < size; offset++) console_write_byte(load<u8>(address + <usize>offset));
  return size;
}

/** Bytes read: those that are there. */
function read(address: usize, size: u64): u64 {
  let count: u64 = 0;
  while (count < size) {
    const byte = readByte();
    if (byte < 0) break;
    store<u8>(address + <usize>count, <u8>byte);
    count++;
  }
  return count;
}
