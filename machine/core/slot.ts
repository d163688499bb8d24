/**
 * A decoded instruction: eight bytes that the interpreter reads instead of the encoding (layout.ts, SLOT).
 *
 *   byte 0     opcode (OP_…)
 *   byte 1-3   rd, rs1, rs2, each as the register's offset in the hart's page: number * 8
 *   byte 4     length, as the distance to the next instruction's slot: 8 or 16
 *   byte 5-7   signed 24-bit immediate
 */
import { SLOT_IMMEDIATE, SLOT_RD, SLOT_RS1, SLOT_RS2 } from './layout.ts';

const LENGTH_4: i32 = 16;

/** Always true: the decoder's "the encoding is defined". */
function fill(slot: usize, op: u32, word: u32, immediate: i32): bool {
  store<u8>(slot, op);
  store<u8>(slot, (word >> 4) & 0xf8, SLOT_RD);
  store<u8>(slot, (word >> 12) & 0xf8, SLOT_RS1);
  store<u8>(slot, (word >> 17) & 0xf8, SLOT_RS2);
  store<i32>(slot, (immediate << 8) | LENGTH_4, SLOT_IMMEDIATE);
  return true;
}

export function fillRegisters(slot: usize, op: u32, word: u32): bool {
  return fill(slot, op, word, 0);
}

export function fillImmediate(slot: usize, op: u32, word: u32): bool {
  return fill(slot, op, word, <i32>word >> 20);
}

export function fillShift(slot: usize, op: u32, word: u32): bool {
  return fill(slot, op, word, (word >> 20) & 63);
}

/** The immediate is the CSR's number; the rs1 byte is the register or 8 times the 5-bit value. */
export function fillCsr(slot: usize, op: u32, word: u32): bool {
  return fill(slot, op, word, word >> 20);
}

export function fillStore(slot: usize, op: u32, word: u32): bool {
  return fill(slot, op, word, ((<i32>word >> 25) << 5) | ((word >> 7) & 31));
}

export function fillBranch(slot: usize, op: u32, word: u32): bool {
  const offset = ((<i32>word >> 31) << 12) | ((word << 4) & 0x800) | ((word >> 20) & 0x7e0) | ((word >> 7) & 0x1e);
  return fill(slot, op, word, offset);
}

export function fillJump(slot: usize, op: u32, word: u32): bool {
  const offset = ((<i32>word >> 31) << 20) | (word & 0xff000) | ((word >> 9) & 0x800) | ((word >> 20) & 0x7fe);
  return fill(slot, op, word, offset);
}

/** The immediate is bits 31:12. */
export function fillUpper(slot: usize, op: u32, word: u32): bool {
  return fill(slot, op, word, <i32>word >> 12);
}
