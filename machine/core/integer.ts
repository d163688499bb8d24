/**
 * What the instructions of RV64I that only compute do, each in the function of its name: rd, which is not x0, from registers and an
 * immediate. Shift counts are taken modulo the width by wasm as by RISC-V.
 */
import { immediate, rs1, rs2, setRd, setWord, wide } from './operands.ts';

/** addi rd, x0, imm. */
export function li(hart: usize, slot: usize): void {
  setRd(hart, slot, wide(slot));
}

/** addi rd, rs, 0. */
export function mv(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot));
}

export function lui(hart: usize, slot: usize): void {
  setWord(hart, slot, immediate(slot) << 12);
}

export function addi(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) + wide(slot));
}

export function slti(hart: usize, slot: usize): void {
  setRd(hart, slot, <i64>rs1(hart, slot) < <i64>wide(slot) ? 1 : 0);
}

export function sltiu(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) < wide(slot) ? 1 : 0);
}

export function xori(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) ^ wide(slot));
}

export function ori(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) | wide(slot));
}

export function andi(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) & wide(slot));
}

export function slli(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) << wide(slot));
}

export function srli(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) >> wide(slot));
}

export function srai(hart: usize, slot: usize): void {
  setRd(hart, slot, <u64>(<i64>rs1(hart, slot) >> <i64>wide(slot)));
}

export function add(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) + rs2(hart, slot));
}

export function sub(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) - rs2(hart, slot));
}

export function sll(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) << rs2(hart, slot));
}

export function slt(hart: usize, slot: usize): void {
  setRd(hart, slot, <i64>rs1(hart, slot) < <i64>rs2(hart, slot) ? 1 : 0);
}

export function sltu(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) < rs2(hart, slot) ? 1 : 0);
}

export function xor(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) ^ rs2(hart, slot));
}

export function srl(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) >> rs2(hart, slot));
}

export function sra(hart: usize, slot: usize): void {
  setRd(hart, slot, <u64>(<i64>rs1(hart, slot) >> <i64>rs2(hart, slot)));
}

export function or(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) | rs2(hart, slot));
}

export function and(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) & rs2(hart, slot));
}

export function addiw(hart: usize, slot: usize): void {
  setWord(hart, slot, <i32>rs1(hart, slot) + immediate(slot));
}

export function slliw(hart: usize, slot: usize): void {
  setWord(hart, slot, (<i32>rs1(hart, slot)) << immediate(slot));
}

export function srliw(hart: usize, slot: usize): void {
  setWord(hart, slot, <i32>(<u32>rs1(hart, slot) >> immediate(slot)));
}

export function sraiw(hart: usize, slot: usize): void {
  setWord(hart, slot, <i32>rs1(hart, slot) >> immediate(slot));
}

export function addw(hart: usize, slot: usize): void {
  setWord(hart, slot, <i32>rs1(hart, slot) + <i32>rs2(hart, slot));
}

export function subw(hart: usize, slot: usize): void {
  setWord(hart, slot, <i32>rs1(hart, slot) - <i32>rs2(hart, slot));
}

export function sllw(hart: usize, slot: usize): void {
  setWord(hart, slot, (<i32>rs1(hart, slot)) << (<i32>rs2(hart, slot)));
}

export function srlw(hart: usize, slot: usize): void {
  setWord(hart, slot, <i32>(<u32>rs1(hart, slot) >> <u32>rs2(hart, slot)));
}

export function sraw(hart: usize, slot: usize): void {
  setWord(hart, slot, <i32>rs1(hart, slot) >> <i32>rs2(hart, slot));
}
