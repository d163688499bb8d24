/**
 * The instruction that met a guest-page fault: Priv. 1.13, "Transformed Instruction or Pseudoinstruction for mtinst or htinst".
 * Harts may write htinst or leave it zero; then the instruction is fetched from the guest's memory.
 */
import { isCompressed } from '../../lib/compressed.ts';
import { fetchInstruction, NO_PARCEL } from '../memory/guest-access.ts';
import { register, Vcpu } from '../vcpu/vcpu.ts';
import { Access, decodeAccess, decodeCompressed } from './access.ts';

/** The lowest two bits of htinst: what it is. The fourth form is custom, and as good as none. */
const FORM: u64 = 3;
const PSEUDO: u64 = 0;
const TRANSFORMED: u64 = 3;
const TRANSFORMED_COMPRESSED: u64 = 1;
/** Where a transformed load or store has the distance of the address that faulted from the one that it named. */
const ADDRESS_OFFSET_SHIFT: u64 = 15;

export const LONG: u32 = 4;
export const COMPRESSED: u32 = 2;

/** The results of `readTrapped` that are no length. */
export const NOT_FETCHED: u32 = 0;
export const NOT_AN_ACCESS: u32 = 1;

/** Whether the fault came of reading the guest's own page tables, which no instruction names. */
export function isPageTableAccess(htinst: u64): bool {
  return htinst != 0 && (htinst & FORM) == PSEUDO;
}

/**
 * Decodes the instruction into `access` and returns its length in bytes; NOT_FETCHED when fetching it faulted, NOT_AN_ACCESS when
 * it is none that a device answers, or the address that faulted (stval) is not the one that it named: it crossed into another page.
 */
export function readTrapped(vcpu: Vcpu, htinst: u64, stval: u64, access: Access): u32 {
  const form = htinst & FORM;
  if (form == TRANSFORMED || form == TRANSFORMED_COMPRESSED) {
    if ((htinst >> ADDRESS_OFFSET_SHIFT) & 31) return NOT_AN_ACCESS;
    if (!decodeAccess(<u32>htinst | <u32>FORM, access)) return NOT_AN_ACCESS;
    return form == TRANSFORMED ? LONG : COMPRESSED;
  }
  const fetched = fetchInstruction(vcpu, vcpu.sepc);
  if (fetched == NO_PARCEL) return NOT_FETCHED;
  const compressed = isCompressed(<u32>fetched);
  const isAccess = compressed ? decodeCompressed(<u32>fetched, access) : decodeAccess(<u32>fetched, access);
  if (!isAccess || register(vcpu, access.base) + access.offset != stval) return NOT_AN_ACCESS;
  return compressed ? COMPRESSED : LONG;
}
