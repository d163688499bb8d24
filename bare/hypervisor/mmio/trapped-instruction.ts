/**
 * The instruction that met a guest-page fault: Priv. 1.13, "Transformed Instruction or Pseudoinstruction for mtinst or htinst".
 * Harts may write htinst or leave it zero; then the instruction is fetched from the guest's memory.
 */
import { isCompressed } from '../../lib/compressed.ts';
import { fetchInstruction, NO_INSTRUCTION } from '../memory/guest-access.ts';
import { register, Vcpu } from '../vcpu/vcpu.ts';
import { Access, baseOf, COMPRESSED, decodeAccess, decodeCompressed, NOT_AN_ACCESS, offsetOf } from './access.ts';

/** The lowest two bits of htinst say what it is: an instruction as it was transformed, and then whether that was one of 4 bytes. */
const TRANSFORMED: u64 = 1;
const LONG: u64 = 2;
/** Neither is a pseudoinstruction, or nothing. LONG alone is custom, and as good as nothing. */
const FORM: u64 = TRANSFORMED | LONG;
/** Where a transformed load or store has the distance of the address that faulted from the one that it named. */
const ADDRESS_OFFSET_SHIFT: u32 = 15;

/** The instruction could not be fetched; no access is that. */
export const NOT_FETCHED: Access = ~0;

/** Whether the fault came of reading the guest's own page tables, which no instruction names. */
function isPageTableAccess(htinst: u64): bool {
  return htinst != 0 && (htinst & FORM) == 0;
}

/**
 * What the instruction does that met the fault; NOT_FETCHED when fetching it faulted, NOT_AN_ACCESS when it is none that a device answers,
 * or the address that faulted (stval) is not the one that it named: it crossed into another page.
 */
export function readTrapped(vcpu: Vcpu, htinst: u64, stval: u64): Access {
  if (htinst & TRANSFORMED) return readTransformed(<u32>htinst);
  if (isPageTableAccess(htinst)) return NOT_AN_ACCESS;
  const fetched = fetchInstruction(vcpu, vcpu.sepc);
  if (fetched == NO_INSTRUCTION) return NOT_FETCHED;
  const access = isCompressed(<u32>fetched) ? decodeCompressed(<u32>fetched) : decodeAccess(<u32>fetched);
  return register(vcpu, baseOf(access)) + offsetOf(access) == stval ? access : NOT_AN_ACCESS;
}

function readTransformed(htinst: u32): Access {
  if ((htinst >> ADDRESS_OFFSET_SHIFT) & 31) return NOT_AN_ACCESS;
  const access = decodeAccess(htinst | <u32>FORM);
  if (!access || htinst & <u32>LONG) return access;
  return access | COMPRESSED;
}
