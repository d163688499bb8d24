/** What the instructions of M do, as integer.ts has those of RV64I. */
import * as arithmetic from './arithmetic.ts';
import { rs1, rs2, setRd, setWord } from './operands.ts';

export function mul(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) * rs2(hart, slot));
}

export function mulh(hart: usize, slot: usize): void {
  setRd(hart, slot, arithmetic.mulh(rs1(hart, slot), rs2(hart, slot)));
}

export function mulhsu(hart: usize, slot: usize): void {
  setRd(hart, slot, arithmetic.mulhsu(rs1(hart, slot), rs2(hart, slot)));
}

export function mulhu(hart: usize, slot: usize): void {
  setRd(hart, slot, arithmetic.mulhu(rs1(hart, slot), rs2(hart, slot)));
}

export function div(hart: usize, slot: usize): void {
  setRd(hart, slot, arithmetic.div(rs1(hart, slot), rs2(hart, slot)));
}

export function divu(hart: usize, slot: usize): void {
  setRd(hart, slot, arithmetic.divu(rs1(hart, slot), rs2(hart, slot)));
}

export function rem(hart: usize, slot: usize): void {
  setRd(hart, slot, arithmetic.rem(rs1(hart, slot), rs2(hart, slot)));
}

export function remu(hart: usize, slot: usize): void {
  setRd(hart, slot, arithmetic.remu(rs1(hart, slot), rs2(hart, slot)));
}

export function mulw(hart: usize, slot: usize): void {
  setWord(hart, slot, <i32>rs1(hart, slot) * <i32>rs2(hart, slot));
}

export function divw(hart: usize, slot: usize): void {
  setWord(hart, slot, arithmetic.divw(<i32>rs1(hart, slot), <i32>rs2(hart, slot)));
}

export function divuw(hart: usize, slot: usize): void {
  setWord(hart, slot, <i32>arithmetic.divuw(<u32>rs1(hart, slot), <u32>rs2(hart, slot)));
}

export function remw(hart: usize, slot: usize): void {
  setWord(hart, slot, arithmetic.remw(<i32>rs1(hart, slot), <i32>rs2(hart, slot)));
}

export function remuw(hart: usize, slot: usize): void {
  setWord(hart, slot, <i32>arithmetic.remuw(<u32>rs1(hart, slot), <u32>rs2(hart, slot)));
}
