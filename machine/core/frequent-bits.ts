/** The frequent instructions of Zba and Zbb, and Zicond, as integer.ts has those of RV64I; bits.ts has the others. */
import { immediate, rs1, rs2, setRd, setWord, wide } from './operands.ts';

export function sh1add(hart: usize, slot: usize): void {
  setRd(hart, slot, (rs1(hart, slot) << 1) + rs2(hart, slot));
}

export function sh2add(hart: usize, slot: usize): void {
  setRd(hart, slot, (rs1(hart, slot) << 2) + rs2(hart, slot));
}

export function sh3add(hart: usize, slot: usize): void {
  setRd(hart, slot, (rs1(hart, slot) << 3) + rs2(hart, slot));
}

export function addUw(hart: usize, slot: usize): void {
  setRd(hart, slot, <u64>(<u32>rs1(hart, slot)) + rs2(hart, slot));
}

export function andn(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) & ~rs2(hart, slot));
}

export function clz(hart: usize, slot: usize): void {
  setRd(hart, slot, i64.clz(rs1(hart, slot)));
}

export function ctz(hart: usize, slot: usize): void {
  setRd(hart, slot, i64.ctz(rs1(hart, slot)));
}

export function min(hart: usize, slot: usize): void {
  const a = rs1(hart, slot);
  const b = rs2(hart, slot);
  setRd(hart, slot, <i64>a < <i64>b ? a : b);
}

export function minu(hart: usize, slot: usize): void {
  const a = rs1(hart, slot);
  const b = rs2(hart, slot);
  setRd(hart, slot, a < b ? a : b);
}

export function max(hart: usize, slot: usize): void {
  const a = rs1(hart, slot);
  const b = rs2(hart, slot);
  setRd(hart, slot, <i64>a > <i64>b ? a : b);
}

export function maxu(hart: usize, slot: usize): void {
  const a = rs1(hart, slot);
  const b = rs2(hart, slot);
  setRd(hart, slot, a > b ? a : b);
}

export function sextB(hart: usize, slot: usize): void {
  setRd(hart, slot, <u64>(<i64>(<i8>rs1(hart, slot))));
}

export function sextH(hart: usize, slot: usize): void {
  setRd(hart, slot, <u64>(<i64>(<i16>rs1(hart, slot))));
}

export function zextH(hart: usize, slot: usize): void {
  setRd(hart, slot, rs1(hart, slot) & 0xffff);
}

export function rori(hart: usize, slot: usize): void {
  setRd(hart, slot, rotr(rs1(hart, slot), wide(slot)));
}

export function roriw(hart: usize, slot: usize): void {
  setWord(hart, slot, <i32>rotr(<u32>rs1(hart, slot), <u32>immediate(slot)));
}

export function rev8(hart: usize, slot: usize): void {
  setRd(hart, slot, bswap(rs1(hart, slot)));
}

export function czeroEqz(hart: usize, slot: usize): void {
  setRd(hart, slot, rs2(hart, slot) ? rs1(hart, slot) : 0);
}

export function czeroNez(hart: usize, slot: usize): void {
  setRd(hart, slot, rs2(hart, slot) ? 0 : rs1(hart, slot));
}
