/** HLV, HLVX and HSV: Priv. 1.13, "Hypervisor Virtual-Machine Load and Store Instructions". */
import { ACCESS_READ, ACCESS_READ_EXECUTABLE } from './access.ts';
import { HSTATUS_HU, HSTATUS_SPVP } from './csr-constants.ts';
import { HART_HSTATUS, HART_VALUE, SLOT_RD, SLOT_RS1, SLOT_RS2 } from './layout.ts';
import { loadFrom, storeTo } from './memory.ts';
import { CONTEXT_V, isVirtual, PRIVILEGE_S, PRIVILEGE_U, privilege, withSum } from './mode.ts';
import { raiseIllegal, raiseVirtual } from './trap.ts';

function mayAccess(hart: usize): bool {
  if (isVirtual(hart)) return raiseVirtual(hart);
  if (privilege(hart) == PRIVILEGE_U && !(load<u64>(hart, HART_HSTATUS) & HSTATUS_HU)) return raiseIllegal(hart);
  return true;
}

/** hstatus.SPVP says whether the access is VS-mode's or VU-mode's. */
function guestContext(hart: usize): u32 {
  const mode = load<u64>(hart, HART_HSTATUS) & HSTATUS_SPVP ? PRIVILEGE_S : PRIVILEGE_U;
  return withSum(hart, CONTEXT_V | mode);
}

function signExtend(value: u64, size: u32): u64 {
  const unused = 64 - size * 8;
  return <u64>(<i64>(value << unused) >> unused);
}

export function hlv(hart: usize, slot: usize, size: u32, signed: bool, executable: bool = false): bool {
  if (!mayAccess(hart)) return false;
  const va = load<u64>(hart + load<u8>(slot, SLOT_RS1));
  if (!loadFrom(hart, guestContext(hart), va, size, executable ? ACCESS_READ_EXECUTABLE : ACCESS_READ)) return false;
  const value = load<u64>(hart, HART_VALUE);
  const rd = load<u8>(slot, SLOT_RD);
  if (rd) store<u64>(hart + rd, signed ? signExtend(value, size) : value);
  return true;
}

export function hsv(hart: usize, slot: usize, size: u32): bool {
  if (!mayAccess(hart)) return false;
  const va = load<u64>(hart + load<u8>(slot, SLOT_RS1));
  return storeTo(hart, guestContext(hart), va, size, load<u64>(hart + load<u8>(slot, SLOT_RS2)));
}
