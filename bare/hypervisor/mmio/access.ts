/**
 * A load or store of a guest, decoded from its instruction: Unprivileged ISA, "Load and Store Instructions" of RV64I, F, D and Zfh,
 * and "Load and Store Instructions" of C. Which device it meets plays no part here.
 */

/**
 * One access to a device and the instruction that makes it, in one number, so that no hart needs a place for it: its width in bytes, 1,
 * 2, 4 or 8; the bits below; the number of the register that is stored or loaded; and its address, that of register `base` and `offset` more.
 */
export type Access = u64;

/** No load or store of one register. */
export const NOT_AN_ACCESS: Access = 0;

const WIDTH: u64 = 15;
/** A store. */
export const WRITE: u64 = 1 << 4;
/** The register is f0 to f31, not x0 to x31. */
export const FLOAT: u64 = 1 << 5;
/** A load into an x register that repeats the sign above the value. */
export const SIGNED: u64 = 1 << 6;
/** The instruction is 2 bytes long, not 4. */
export const COMPRESSED: u64 = 1 << 7;
const REGISTER_SHIFT: u64 = 8;
const BASE_SHIFT: u64 = 16;
const OFFSET_SHIFT: u64 = 32;

export function widthOf(access: Access): u32 {
  return <u32>(access & WIDTH);
}

export function registerOf(access: Access): u32 {
  return <u32>(access >> REGISTER_SHIFT) & 31;
}

export function baseOf(access: Access): u32 {
  return <u32>(access >> BASE_SHIFT) & 31;
}

export function offsetOf(access: Access): i64 {
  return <i64>access >> OFFSET_SHIFT;
}

function makeAccess(width: u64, kind: u64, register: u32, base: u32, offset: i64): Access {
  return (
    width | kind | ((<u64>register) << REGISTER_SHIFT) | ((<u64>base) << BASE_SHIFT) | ((<u64>offset) << OFFSET_SHIFT)
  );
}

const OPCODE: u32 = 0x7f;
const LOAD: u32 = 0x03;
const LOAD_FP: u32 = 0x07;
const STORE: u32 = 0x23;
const STORE_FP: u32 = 0x27;
/** What a store's opcode has and a load's has not, and that of a float's and of an integer's. */
const STORE_BIT: u32 = STORE & ~LOAD;
const FLOAT_BIT: u32 = LOAD_FP & ~LOAD;
/** funct3 of a load: bits 1:0 are the width, this one says that it is unsigned. */
const UNSIGNED: u32 = 4;
const DOUBLEWORD: u32 = 3;
const WORD: u32 = 2;
const HALFWORD: u32 = 1;

/** NOT_AN_ACCESS for everything else, an AMO, say. */
export function decodeAccess(word: u32): Access {
  const opcode = word & OPCODE;
  const funct3 = (word >> 12) & 7;
  if (!isDefined(opcode, funct3)) return NOT_AN_ACCESS;
  const width = (<u64>1) << (funct3 & 3);
  const base = (word >> 15) & 31;
  const float = opcode & FLOAT_BIT ? FLOAT : 0;
  if (opcode & STORE_BIT) return makeAccess(width, WRITE | float, (word >> 20) & 31, base, storeOffset(word));
  const sign = opcode == LOAD && funct3 < UNSIGNED ? SIGNED : 0;
  return makeAccess(width, float | sign, (word >> 7) & 31, base, <i64>(<i32>word >> 20));
}

function isDefined(opcode: u32, funct3: u32): bool {
  if (opcode == LOAD) return funct3 <= (UNSIGNED | WORD);
  if (opcode == STORE) return funct3 <= DOUBLEWORD;
  return (opcode == LOAD_FP || opcode == STORE_FP) && funct3 >= HALFWORD && funct3 <= DOUBLEWORD;
}

function storeOffset(word: u32): i64 {
  return <i64>(((<i32>word >> 25) << 5) | <i32>((word >> 7) & 31));
}

// A compressed load or store: quadrants 0 (base in a register) and 2 (base is sp) have the same operations at the same funct3.
const QUADRANT: u32 = 3;
const STACK_POINTER: u32 = 2;
/** funct3 bit 2 says store; the two below: 1 a double in an f register, 2 a word, 3 a doubleword. */
const COMPRESSED_STORE: u32 = 4;
const COMPRESSED_DOUBLE: u32 = 1;
const COMPRESSED_WORD: u32 = 2;

/** As `decodeAccess`, for a halfword that is a compressed instruction. */
export function decodeCompressed(half: u32): Access {
  const quadrant = half & QUADRANT;
  const funct3 = (half >> 13) & 7;
  const kind = funct3 & 3;
  if (quadrant == 1 || !kind) return NOT_AN_ACCESS;
  const write = (funct3 & COMPRESSED_STORE) != 0;
  const isWord = kind == COMPRESSED_WORD;
  const width: u64 = isWord ? 4 : 8;
  const float = kind == COMPRESSED_DOUBLE ? FLOAT : 0;
  const flags = COMPRESSED | float | (write ? WRITE : float ? 0 : SIGNED);
  if (!quadrant) {
    const offset = isWord ? wordOffset(half) : doublewordOffset(half);
    return makeAccess(width, flags, ((half >> 2) & 7) + 8, ((half >> 7) & 7) + 8, offset);
  }
  const register = write ? (half >> 2) & 31 : (half >> 7) & 31;
  // A load to x0 is reserved.
  if (!write && !float && !register) return NOT_AN_ACCESS;
  return makeAccess(width, flags, register, STACK_POINTER, stackOffset(half, kind, write));
}

/** uimm[5:3|2|6]. */
function wordOffset(half: u32): i64 {
  return ((half >> 7) & 0x38) | ((half >> 4) & 4) | ((half << 1) & 0x40);
}

/** uimm[5:3|7:6]. */
function doublewordOffset(half: u32): i64 {
  return ((half >> 7) & 0x38) | ((half << 1) & 0xc0);
}

/** uimm[5|4:2|7:6] and [5|4:3|8:6] of loads, [5:2|7:6] and [5:3|8:6] of stores. */
function stackOffset(half: u32, kind: u32, write: bool): i64 {
  if (write) {
    const field = (half >> 7) & 63;
    return kind == COMPRESSED_WORD ? (field & 0x3c) | ((field & 3) << 6) : (field & 0x38) | ((field & 7) << 6);
  }
  const high = (half >> 7) & 0x20;
  const field = (half >> 2) & 31;
  return high | (kind == COMPRESSED_WORD ? (field & 0x1c) | ((field & 3) << 6) : (field & 0x18) | ((field & 7) << 6));
}

/** What a load puts into its register: `value` has the access's width, the rest of it does not count. */
export function extend(access: Access, value: u64): u64 {
  const unused = <u64>(64 - 8 * widthOf(access));
  const shifted = value << unused;
  if (access & SIGNED) return <u64>(<i64>shifted >> unused);
  const extended = shifted >> unused;
  // A float in a register of doubles has ones above it: Unprivileged ISA, "NaN Boxing of Narrower Values".
  return access & FLOAT && unused ? extended | (~(<u64>0) << (64 - unused)) : extended;
}

/** The register's part that a store writes. */
export function truncate(access: Access, value: u64): u64 {
  const unused = <u64>(64 - 8 * widthOf(access));
  return (value << unused) >> unused;
}
