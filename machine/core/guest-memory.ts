/** HLV, HLVX and HSV: Priv. 1.13, "Hypervisor Virtual-Machine Load and Store Instructions". */
import { ACCESS_READ, ACCESS_READ_EXECUTABLE } from './access.ts';
import { HSTATUS_HU, HSTATUS_SPVP } from './csr-constants.ts';
import { HART_HSTATUS, HART_VALUE, SLOT_RD, SLOT_RS1, SLOT_RS2, TLB_ADDEND } from './layout.ts';
import { loadFrom, storeTo } from './memory.ts';
import { CONTEXT_V, isVirtual, PRIVILEGE_S, PRIVILEGE_U, privilege, withSum } from './mode.ts';
import { readLinear } from './physical.ts';
import { dataEntry, dataTable } from './tlb.ts';
import { raiseIllegal, raiseVirtual } from './trap.ts';

const PAGE_MASK: u64 = ~(<u64>0xfff);

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
  const context = guestContext(hart);
  const entry = dataEntry(dataTable(hart, context), va);
  if (!executable && load<u64>(entry) == (va & (PAGE_MASK | (<u64>size - 1)))) {
    store<u64>(hart, readLinear(<usize>(<u32>va + load<u32>(entry, TLB_ADDEND)), size), HART_VALUE);
  } else if (!loadFrom(hart, context, va, size, executable ? ACCESS_READ_EXECUTABLE : ACCESS_READ)) {
    return false;
  }
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
