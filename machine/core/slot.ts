/**
 * A decoded instruction: eight bytes that the interpreter reads instead of the encoding. Registers are offsets in the
 * hart's page: number * 8.
 *
 *   bytes 0-1   opcode (OP_…)
 *   byte 2      rd; of stores and branches rs2
 *   byte 3      rs1
 *   byte 4      length, as the distance to the next instruction's slot: 8 or 16
 *   bytes 5-7   signed 24-bit immediate; without one, byte 5 is rs2
 *
 * and of floating-point instructions without an immediate
 *
 *   byte 6      rs3 in bits 7:3, the format in bits 1:0
 *   byte 7      the bit of HART_FLOAT_READY that allows the interpreter's own case (float/ready.ts); 0 if none does
 */
import { READY_TO_READ, READY_TO_WRITE } from './float/ready.ts';
import { SLOT_IMMEDIATE, SLOT_RD, SLOT_READY, SLOT_RS1, SLOT_RS2, SLOT_RS3, SLOT_SOURCE } from './layout.ts';

const LENGTH_4: i32 = 16;

function rd(word: u32): u32 {
  return (word >> 4) & 0xf8;
}

function rs1(word: u32): u32 {
  return (word >> 12) & 0xf8;
}

function rs2(word: u32): u32 {
  return (word >> 17) & 0xf8;
}

/** Always true: the decoder's "the encoding is defined". */
function fill(slot: usize, op: u32, word: u32, immediate: i32): bool {
  store<u16>(slot, op);
  store<u8>(slot, rd(word), SLOT_RD);
  store<u8>(slot, rs1(word), SLOT_RS1);
  store<i32>(slot, (immediate << 8) | LENGTH_4, SLOT_IMMEDIATE);
  return true;
}

function fillSource(slot: usize, op: u32, word: u32, immediate: i32): bool {
  fill(slot, op, word, immediate);
  store<u8>(slot, rs2(word), SLOT_SOURCE);
  return true;
}

export function fillRegisters(slot: usize, op: u32, word: u32): bool {
  fill(slot, op, word, 0);
  store<u8>(slot, rs2(word), SLOT_RS2);
  return true;
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
  return fillSource(slot, op, word, ((<i32>word >> 25) << 5) | ((word >> 7) & 31));
}

export function fillBranch(slot: usize, op: u32, word: u32): bool {
  const offset = ((<i32>word >> 31) << 12) | ((word << 4) & 0x800) | ((word >> 20) & 0x7e0) | ((word >> 7) & 0x1e);
  return fillSource(slot, op, word, offset);
}

export function fillJump(slot: usize, op: u32, word: u32): bool {
  const offset = ((<i32>word >> 31) << 20) | (word & 0xff000) | ((word >> 9) & 0x800) | ((word >> 20) & 0x7fe);
  return fill(slot, op, word, offset);
}

/** The immediate is bits 31:12. */
export function fillUpper(slot: usize, op: u32, word: u32): bool {
  return fill(slot, op, word, <i32>word >> 12);
}

function fillFloat(slot: usize, op: u32, word: u32, ready: u32): bool {
  fillRegisters(slot, op, word);
  store<u8>(slot, ((word >> 24) & 0xf8) | ((word >> 25) & 3), SLOT_RS3);
  store<u8>(slot, ready, SLOT_READY);
  return true;
}

/** A floating-point instruction that does not round and writes a floating-point register. */
export function fillFloatWrite(slot: usize, op: u32, word: u32): bool {
  return fillFloat(slot, op, word, READY_TO_WRITE);
}

/** One that writes an integer register, which must not be x0 where the interpreter does not look. */
export function fillFloatRead(slot: usize, op: u32, word: u32): bool {
  return fillFloat(slot, op, word, rd(word) ? READY_TO_READ : 0);
}

/** One with a rounding mode: its bit, or none for the reserved ones 5 and 6. */
export function fillFloatRounded(slot: usize, op: u32, word: u32): bool {
  const rm = (word >> 12) & 7;
  return fillFloat(slot, op, word, rm == 5 || rm == 6 ? 0 : 1 << rm);
}
