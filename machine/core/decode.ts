/**
 * From an encoding to a slot: the generated decoder fills it, and then forms whose operands are special get an opcode
 * of their own (ops.ts), so that the interpreter neither tests for x0 nor computes what is known here.
 */
import {
  decodeWord,
  expand,
  OP_ADD,
  OP_ADDI,
  OP_AUIPC,
  OP_BEQ,
  OP_BGEU,
  OP_CZERO_NEZ,
  OP_JAL,
  OP_JALR,
  OP_LB,
  OP_LBU,
  OP_LD,
  OP_LH,
  OP_LHU,
  OP_LUI,
  OP_LW,
  OP_LWU,
  OP_MUL,
  OP_SRAW,
} from './decoder.generated.ts';
import { SLOT, SLOT_IMMEDIATE, SLOT_LENGTH, SLOT_RD, SLOT_RS1, SLOT_RS2 } from './layout.ts';
import { OP_BEQ_NEAR, OP_J, OP_J_NEAR, OP_JAL_NEAR, OP_JR, OP_LI, OP_LOAD_X0, OP_MV, OP_NOP } from './ops.ts';

const LENGTH_2: u32 = SLOT;

/** Whether an encoding that begins with this halfword has 32 bits. */
export function isLong(half: u32): bool {
  return (half & 3) == 3;
}

/** Whether the instruction does nothing but write rd. */
function isPure(op: u32): bool {
  return op == OP_LUI || op == OP_AUIPC || (op >= OP_ADDI && op <= OP_SRAW) || (op >= OP_MUL && op <= OP_CZERO_NEZ);
}

function loadSize(op: u32): u32 {
  if (op == OP_LB || op == OP_LBU) return 1;
  if (op == OP_LH || op == OP_LHU) return 2;
  if (op == OP_LW || op == OP_LWU) return 4;
  return op == OP_LD ? 8 : 0;
}

function specialise(slot: usize): void {
  const op: u32 = load<u16>(slot);
  const immediate = load<i32>(slot, SLOT_IMMEDIATE) >> 8;
  if (load<u8>(slot, SLOT_RD) == 0) {
    if (isPure(op)) store<u16>(slot, OP_NOP);
    else if (op == OP_JAL) store<u16>(slot, OP_J);
    else if (op == OP_JALR) store<u16>(slot, OP_JR);
    else if (loadSize(op)) {
      store<u16>(slot, OP_LOAD_X0);
      store<u8>(slot, loadSize(op), SLOT_RD);
    }
  } else if (op == OP_ADDI && load<u8>(slot, SLOT_RS1) == 0) {
    store<u16>(slot, OP_LI);
  } else if (op == OP_ADDI && immediate == 0) {
    store<u16>(slot, OP_MV);
  } else if (op == OP_ADD && load<u8>(slot, SLOT_RS1) == 0) {
    store<u16>(slot, OP_MV);
    store<u8>(slot, load<u8>(slot, SLOT_RS2), SLOT_RS1);
  }
}

/** Decodes an instruction whose place is not known; a 16-bit one is in the low half of `bits`. */
export function decodeBits(slot: usize, bits: u32): void {
  if (isLong(bits)) {
    decodeWord(slot, bits);
  } else {
    decodeWord(slot, expand(bits & 0xffff));
    store<u8>(slot, LENGTH_2, SLOT_LENGTH);
  }
  specialise(slot);
}

/** Turns a jump or branch that stays in the page into its near form; `offset` is the instruction's in the page. */
export function makeNear(slot: usize, offset: u32): void {
  const op: u32 = load<u16>(slot);
  const branch = op >= OP_BEQ && op <= OP_BGEU;
  if (!branch && op != OP_J && op != OP_JAL) return;
  const length: i32 = load<u8>(slot, SLOT_LENGTH);
  const distance = load<i32>(slot, SLOT_IMMEDIATE) >> 8;
  const target = <i32>offset + distance;
  if (target < 0 || target > 0xffe) return;
  if (branch) store<u16>(slot, op - OP_BEQ + OP_BEQ_NEAR);
  else store<u16>(slot, op == OP_J ? OP_J_NEAR : OP_JAL_NEAR);
  store<i32>(slot, ((distance * (<i32>SLOT / 2)) << 8) | length, SLOT_IMMEDIATE);
}
