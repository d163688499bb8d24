/** The CSR instructions: Unprivileged ISA, "Zicsr". */

import { readCsr, writeCsr } from './csr.ts';
import { effectiveCsr, mayAccess } from './csr-access.ts';
import { CSR_MIP } from './csr-constants.ts';
import { softwareBits } from './interrupts.ts';
import { HART_VALUE, SLOT_IMMEDIATE, SLOT_RD, SLOT_RS1 } from './layout.ts';
import { raiseIllegal } from './trap.ts';

/** funct3 without the bit for an immediate. */
export const CSR_REPLACE: u32 = 1;
export const CSR_SET: u32 = 2;
export const CSR_CLEAR: u32 = 3;

/**
 * One CSR instruction: `operand` is rs1's value or the immediate. Setting and clearing with x0 or 0 writes nothing,
 * replacing with rd = x0 would read nothing, but no CSR here has side effects on reads.
 */
export function accessCsr(hart: usize, slot: usize, operation: u32, operand: u64): bool {
  const number = load<i32>(slot, SLOT_IMMEDIATE) >> 8;
  const writes = operation == CSR_REPLACE || load<u8>(slot, SLOT_RS1) != 0;
  const effective = effectiveCsr(hart, number);
  if (!readCsr(hart, effective)) return raiseIllegal(hart);
  const old = load<u64>(hart, HART_VALUE);
  if (!mayAccess(hart, number, writes)) return false;
  if (writes) {
    // Of mip, setting and clearing starts from what software wrote, without what lines make pending
    // (Priv. 1.13, "Machine Interrupt (mip and mie) Registers").
    const base = number == CSR_MIP ? softwareBits(hart) : old;
    let value = operand;
    if (operation == CSR_SET) value = base | operand;
    else if (operation == CSR_CLEAR) value = base & ~operand;
    writeCsr(hart, effective, value);
  }
  const rd = load<u8>(slot, SLOT_RD);
  if (rd) store<u64>(hart + rd, old);
  return true;
}
