/** Transformed instructions for mtinst and htinst: Priv. 1.13, "Transformed Instruction or Pseudoinstruction for mtinst or htinst". */

import { isLong } from './decode.ts';
import { expand } from './decoder.generated.ts';

const OPCODE_LOAD: u32 = 0x03;
const OPCODE_LOAD_FP: u32 = 0x07;
const OPCODE_CACHE_BLOCK: u32 = 0x0f;
const OPCODE_STORE: u32 = 0x23;
const OPCODE_STORE_FP: u32 = 0x27;
const OPCODE_AMO: u32 = 0x2f;
const OPCODE_SYSTEM: u32 = 0x73;

const OPCODE: u32 = 0x7f;
const RD: u32 = 0xf80;
const FUNCT3: u32 = 0x7000;
const RS1: u32 = 0xf8000;
const RS2: u32 = 0x1f00000;
const ADDRESS_OFFSET_SHIFT: u32 = 15;
/** Cleared in the form of a compressed instruction. */
const LONG: u32 = 2;

function register(hart: usize, word: u32, shift: u32): u64 {
  return load<u64>(hart + ((word >> shift) & 31) * 8);
}

/** Address that the load, store or atomic instruction `word` names. */
function addressOf(hart: usize, word: u32): u64 {
  const base = register(hart, word, 15);
  const opcode = word & OPCODE;
  if (opcode == OPCODE_LOAD || opcode == OPCODE_LOAD_FP) return base + <u64>(<i64>(<i32>word >> 20));
  if (opcode == OPCODE_STORE || opcode == OPCODE_STORE_FP) {
    return base + <u64>(<i64>(((<i32>word >> 25) << 5) | ((word >> 7) & 31)));
  }
  return base;
}

/** The transformed form of the instruction with these bits, which faulted at `tval`; 0 if none is defined. */
export function transformed(hart: usize, bits: u32, tval: u64): u64 {
  const word = isLong(bits) ? bits : expand(bits);
  let kept: u32 = 0;
  switch (word & OPCODE) {
    case OPCODE_LOAD:
    case OPCODE_LOAD_FP:
      kept = word & (FUNCT3 | RD | OPCODE);
      break;
    case OPCODE_STORE:
    case OPCODE_STORE_FP:
      kept = word & (RS2 | FUNCT3 | OPCODE);
      break;
    case OPCODE_AMO:
    case OPCODE_CACHE_BLOCK:
    case OPCODE_SYSTEM:
      kept = word & ~RS1;
      break;
    default:
      return 0;
  }
  const offset = (<u32>(tval - addressOf(hart, word))) << ADDRESS_OFFSET_SHIFT;
  return (isLong(bits) ? kept : kept & ~LONG) | (offset & RS1);
}
