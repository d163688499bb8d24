/** SBI 3.0, "Debug Console Extension". Ranges of memory are guest physical. */
import {
  SBI_DBCN_CONSOLE_READ,
  SBI_DBCN_CONSOLE_WRITE,
  SBI_DBCN_CONSOLE_WRITE_BYTE,
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NOT_SUPPORTED,
} from '../../rv/sbi.ts';
import { takeInput } from '../console/console-input.ts';
import { putGuestByte } from '../console/guest-console.ts';
import { lockDevices, unlockDevices } from '../devices/device-lock.ts';
import { hostAddress, isGuestMemory } from '../memory/guest-memory.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { fail, succeed } from './result.ts';

/** A call moves at most this many bytes: the guest must not hold the hart for as long as it likes. */
const LIMIT: u64 = 1024;

export function handleDbcn(vcpu: Vcpu): u32 {
  lockDevices();
  const outcome = useConsole(vcpu);
  unlockDevices();
  return outcome;
}

function useConsole(vcpu: Vcpu): u32 {
  const fn = vcpu.a6;
  if (fn == SBI_DBCN_CONSOLE_WRITE) return consoleWrite(vcpu);
  if (fn == SBI_DBCN_CONSOLE_READ) return consoleRead(vcpu);
  if (fn == SBI_DBCN_CONSOLE_WRITE_BYTE) {
    putGuestByte(vcpu.guest.console, <u8>vcpu.a0);
    return succeed(vcpu, 0);
  }
  return fail(vcpu, SBI_ERR_NOT_SUPPORTED);
}

/** a0 bytes at a1, a2 being the address's upper XLEN bits. */
function isBadRange(vcpu: Vcpu): bool {
  return vcpu.a2 != 0 || !isGuestMemory(vcpu.guest, vcpu.a1, vcpu.a0);
}

function consoleWrite(vcpu: Vcpu): u32 {
  if (isBadRange(vcpu)) return fail(vcpu, SBI_ERR_INVALID_PARAM);
  const count = min<u64>(vcpu.a0, LIMIT);
  for (let index: u64 = 0; index < count; index++) {
    putGuestByte(vcpu.guest.console, load<u8>(hostAddress(vcpu.guest, vcpu.a1 + index)));
  }
  return succeed(vcpu, count);
}

function consoleRead(vcpu: Vcpu): u32 {
  if (isBadRange(vcpu)) return fail(vcpu, SBI_ERR_INVALID_PARAM);
  const count = min<u64>(vcpu.a0, LIMIT);
  let index: u64 = 0;
  for (; index < count; index++) {
    const byte = takeInput(vcpu.guest.console);
    if (byte < 0) break;
    store<u8>(hostAddress(vcpu.guest, vcpu.a1 + index), <u8>byte);
  }
  return succeed(vcpu, index);
}
