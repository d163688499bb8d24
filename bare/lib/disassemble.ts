/** Instructions as assembly in GNU notation, from the tables of bare/rv/instructions.ts. For reports: nothing here is fast. */
import {
  CSR_ADDRESSES,
  CSR_NAMES,
  FLOAT_CONSTANTS,
  FLOAT_REGISTERS,
  INSTRUCTION_MASKS,
  INSTRUCTION_MATCHES,
  INSTRUCTION_NAMES,
  INSTRUCTION_OPERANDS,
  INSTRUCTION_ORDERED,
  INSTRUCTION_REPEATED,
  INTEGER_REGISTERS,
  OPERAND_BASE,
  OPERAND_BITS,
  OPERAND_BRANCH,
  OPERAND_CONSTANT,
  OPERAND_CSR,
  OPERAND_FD,
  OPERAND_FS1,
  OPERAND_FS2,
  OPERAND_FS3,
  OPERAND_IMM,
  OPERAND_IMM_BASE,
  OPERAND_JUMP,
  OPERAND_PRED,
  OPERAND_PREFETCH_BASE,
  OPERAND_RD,
  OPERAND_RM,
  OPERAND_RS1,
  OPERAND_RS2,
  OPERAND_RTZ,
  OPERAND_SHAMT5,
  OPERAND_SHAMT6,
  OPERAND_STORE_BASE,
  OPERAND_SUCC,
  OPERAND_UPPER,
  OPERAND_ZIMM,
  ROUNDING_MODES,
} from '../rv/instructions.ts';
import { expandCompressed, isCompressed } from './compressed.ts';
import { appendCharacter, appendDecimal, appendHex, appendText, appendWord } from './text.ts';

/** The rounding mode that assembly leaves out. */
const RM_DYNAMIC: u32 = 7;

const NOT_FOUND: i32 = -1;

/**
 * Writes the instruction that `parcel` begins with (its upper half does not count where the lower one is a compressed
 * instruction), without a NUL, and returns the length in bytes; the text is cut off at `capacity` bytes.
 * `pc` is its address, which targets of branches are counted from. A compressed instruction is written as what it stands for;
 * an unknown one as `.4byte` or `.2byte`, 16 zero bits as
 * `unimp`.
 */
export function disassemble(parcel: u32, pc: u64, out: usize, capacity: u32): u32 {
  const end = out + capacity;
  const compressed = isCompressed(parcel);
  const word = compressed ? expandCompressed(parcel & 0xffff) : parcel;
  const index = findInstruction(word);
  let at = out;
  if (index != NOT_FOUND) {
    at = appendInstruction(at, end, word, pc, index);
  } else if ((parcel & 0xffff) == 0) {
    at = appendText(at, end, 'unimp');
  } else if (compressed) {
    at = appendHex(appendText(at, end, '.2byte '), end, parcel & 0xffff, 1);
  } else {
    at = appendHex(appendText(at, end, '.4byte '), end, parcel, 1);
  }
  return <u32>(at - out);
}

function findInstruction(word: u32): i32 {
  for (let index = 0; index < INSTRUCTION_MATCHES.length; index++) {
    if ((word & INSTRUCTION_MASKS[index]) != INSTRUCTION_MATCHES[index]) continue;
    if ((INSTRUCTION_OPERANDS[index] & INSTRUCTION_REPEATED) == 0 || rs1(word) == rs2(word)) return index;
  }
  return NOT_FOUND;
}

function appendInstruction(at: usize, end: usize, word: u32, pc: u64, index: i32): usize {
  at = appendWord(at, end, INSTRUCTION_NAMES, index);
  let operands = INSTRUCTION_OPERANDS[index];
  if (operands & INSTRUCTION_ORDERED) at = appendOrdering(at, end, word);
  operands &= ~(INSTRUCTION_ORDERED | INSTRUCTION_REPEATED);
  let separator: u32 = 0x20;
  for (; operands != 0; operands >>= OPERAND_BITS) {
    const operand = operands & ((1 << OPERAND_BITS) - 1);
    if (operand == OPERAND_RM && roundingMode(word) == RM_DYNAMIC) continue;
    at = appendCharacter(at, end, separator);
    at = appendOperand(at, end, word, pc, operand);
    separator = 0x2c;
  }
  return at;
}

/** `.aq`, `.rl` or `.aqrl`. */
function appendOrdering(at: usize, end: usize, word: u32): usize {
  const acquire = (word >> 26) & 1;
  const release = (word >> 25) & 1;
  if ((acquire | release) != 0) at = appendCharacter(at, end, 0x2e);
  if (acquire) at = appendText(at, end, 'aq');
  return release ? appendText(at, end, 'rl') : at;
}

function appendOperand(at: usize, end: usize, word: u32, pc: u64, operand: u32): usize {
  switch (operand) {
    case OPERAND_RD:
      return appendWord(at, end, INTEGER_REGISTERS, rd(word));
    case OPERAND_RS1:
      return appendWord(at, end, INTEGER_REGISTERS, rs1(word));
    case OPERAND_RS2:
      return appendWord(at, end, INTEGER_REGISTERS, rs2(word));
    case OPERAND_FD:
      return appendWord(at, end, FLOAT_REGISTERS, rd(word));
    case OPERAND_FS1:
      return appendWord(at, end, FLOAT_REGISTERS, rs1(word));
    case OPERAND_FS2:
      return appendWord(at, end, FLOAT_REGISTERS, rs2(word));
    case OPERAND_FS3:
      return appendWord(at, end, FLOAT_REGISTERS, word >> 27);
    case OPERAND_IMM:
      return appendDecimal(at, end, immediate(word));
    case OPERAND_IMM_BASE:
      return appendBase(appendDecimal(at, end, immediate(word)), end, word);
    case OPERAND_STORE_BASE:
      return appendBase(appendDecimal(at, end, storeOffset(word)), end, word);
    case OPERAND_PREFETCH_BASE:
      return appendBase(appendDecimal(at, end, storeOffset(word) & ~(<i64>31)), end, word);
    case OPERAND_BASE:
      return appendBase(at, end, word);
    case OPERAND_BRANCH:
      return appendHex(at, end, pc + <u64>branchOffset(word), 1);
    case OPERAND_JUMP:
      return appendHex(at, end, pc + <u64>jumpOffset(word), 1);
    case OPERAND_UPPER:
      return appendHex(at, end, word >> 12, 1);
    case OPERAND_SHAMT5:
      return appendHex(at, end, rs2(word), 1);
    case OPERAND_SHAMT6:
      return appendHex(at, end, (word >> 20) & 63, 1);
    case OPERAND_CSR:
      return appendCsr(at, end, word >> 20);
    case OPERAND_ZIMM:
      return appendDecimal(at, end, rs1(word));
    case OPERAND_PRED:
      return appendFenceSet(at, end, (word >> 24) & 15);
    case OPERAND_SUCC:
      return appendFenceSet(at, end, (word >> 20) & 15);
    case OPERAND_CONSTANT:
      return appendWord(at, end, FLOAT_CONSTANTS, rs1(word));
    case OPERAND_RTZ:
      return appendText(at, end, 'rtz');
    default:
      return appendWord(at, end, ROUNDING_MODES, roundingMode(word));
  }
}

function appendBase(at: usize, end: usize, word: u32): usize {
  at = appendCharacter(at, end, 0x28);
  at = appendWord(at, end, INTEGER_REGISTERS, rs1(word));
  return appendCharacter(at, end, 0x29);
}

function appendCsr(at: usize, end: usize, address: u32): usize {
  for (let index = 0; index < CSR_ADDRESSES.length; index++) {
    if (<u32>CSR_ADDRESSES[index] == address) return appendWord(at, end, CSR_NAMES, index);
  }
  return appendHex(at, end, address, 1);
}

/** Of device input and output, memory reads and writes: `iorw`. */
function appendFenceSet(at: usize, end: usize, set: u32): usize {
  if (set == 0) return appendText(at, end, 'unknown');
  if (set & 8) at = appendCharacter(at, end, 0x69);
  if (set & 4) at = appendCharacter(at, end, 0x6f);
  if (set & 2) at = appendCharacter(at, end, 0x72);
  return set & 1 ? appendCharacter(at, end, 0x77) : at;
}

// Fields: Unprivileged ISA, "Base Instruction Formats" and "Immediate Encoding Variants".

function rd(word: u32): u32 {
  return (word >> 7) & 31;
}

function rs1(word: u32): u32 {
  return (word >> 15) & 31;
}

function rs2(word: u32): u32 {
  return (word >> 20) & 31;
}

function roundingMode(word: u32): u32 {
  return (word >> 12) & 7;
}

function immediate(word: u32): i64 {
  return <i64>(<i32>word >> 20);
}

function storeOffset(word: u32): i64 {
  return <i64>(((<i32>word >> 25) << 5) | <i32>rd(word));
}

function branchOffset(word: u32): i64 {
  const low = ((word << 4) & 0x800) | ((word >> 20) & 0x7e0) | ((word >> 7) & 0x1e);
  return <i64>(((<i32>word >> 31) << 12) | <i32>low);
}

function jumpOffset(word: u32): i64 {
  const low = (word & 0xff000) | ((word >> 9) & 0x800) | ((word >> 20) & 0x7fe);
  return <i64>(((<i32>word >> 31) << 20) | <i32>low);
}
