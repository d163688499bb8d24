/** The operands of an instruction, by its slot (slot.ts). */
import { SLOT_IMMEDIATE, SLOT_LENGTH, SLOT_RD, SLOT_RS1, SLOT_RS2, SLOT_SOURCE } from './layout.ts';

export function rs1(hart: usize, slot: usize): u64 {
  return load<u64>(hart + load<u8>(slot, SLOT_RS1));
}

export function rs2(hart: usize, slot: usize): u64 {
  return load<u64>(hart + load<u8>(slot, SLOT_RS2));
}

/** rs2 of a store or branch. */
export function source(hart: usize, slot: usize): u64 {
  return load<u64>(hart + load<u8>(slot, SLOT_SOURCE));
}

export function setRd(hart: usize, slot: usize, value: u64): void {
  store<u64>(hart + load<u8>(slot, SLOT_RD), value);
}

/** Writes rd of a word instruction: the value is sign-extended. */
export function setWord(hart: usize, slot: usize, value: i32): void {
  store<u64>(hart + load<u8>(slot, SLOT_RD), <u64>(<i64>value));
}

export function immediate(slot: usize): i32 {
  return load<i32>(slot, SLOT_IMMEDIATE) >> 8;
}

export function wide(slot: usize): u64 {
  return <u64>(<i64>immediate(slot));
}

/** Distance to the next instruction's slot. */
export function length(slot: usize): usize {
  return load<u8>(slot, SLOT_LENGTH);
}
