/**
 * A load or store of a guest, decoded from its instruction: Unprivileged ISA, "Load and Store Instructions" of RV64I, F, D and Zfh,
 * and "Load and Store Instructions" of C. Which device it meets plays no part here.
 */

/** One access to a device, and the instruction that makes it. */
export class Access {
  /** In bytes: 1, 2, 4 or 8. */
  width: u32;
  /** Number of the register that is stored or loaded. */
  register: u32;
  /** That register is f0 to f31, not x0 to x31. */
  isFloat: bool;
  write: bool;
  /** A load into an x register that repeats the sign above the value. */
  signed: bool;
  /** The address is that of register `base` and `offset` more. */
  base: u32;
  offset: i64;
}

const OPCODE: u32 = 0x7f;
const LOAD: u32 = 0x03;
const LOAD_FP: u32 = 0x07;
const STORE: u32 = 0x23;
const STORE_FP: u32 = 0x27;
/** funct3 of a load: bits 1:0 are the width, this one says that it is unsigned. */
const UNSIGNED: u32 = 4;
const DOUBLEWORD: u32 = 3;
const WORD: u32 = 2;
const HALFWORD: u32 = 1;

/** Fills in `access`; false for an instruction that is no load or store of one register (an AMO, say). */
export function decodeAccess(word: u32, access: Access): bool {
  const opcode = word & OPCODE;
  const funct3 = (word >> 12) & 7;
  if (!isDefined(opcode, funct3)) return false;
  access.write = opcode == STORE || opcode == STORE_FP;
  access.isFloat = opcode == LOAD_FP || opcode == STORE_FP;
  access.width = 1 << (funct3 & 3);
  access.signed = opcode == LOAD && funct3 < UNSIGNED;
  access.register = access.write ? (word >> 20) & 31 : (word >> 7) & 31;
  access.base = (word >> 15) & 31;
  access.offset = access.write ? storeOffset(word) : <i64>(<i32>word >> 20);
  return true;
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
export function decodeCompressed(half: u32, access: Access): bool {
  const quadrant = half & QUADRANT;
  const funct3 = (half >> 13) & 7;
  const kind = funct3 & 3;
  if (quadrant == 1 || !kind) return false;
  access.write = (funct3 & COMPRESSED_STORE) != 0;
  access.isFloat = kind == COMPRESSED_DOUBLE;
  access.width = kind == COMPRESSED_WORD ? 4 : 8;
  access.signed = !access.write && !access.isFloat;
  if (!quadrant) {
    access.register = ((half >> 2) & 7) + 8;
    access.base = ((half >> 7) & 7) + 8;
    access.offset = kind == COMPRESSED_WORD ? wordOffset(half) : doublewordOffset(half);
    return true;
  }
  access.register = access.write ? (half >> 2) & 31 : (half >> 7) & 31;
  access.base = STACK_POINTER;
  access.offset = stackOffset(half, kind, access.write);
  // A load to x0 is reserved.
  return access.write || access.isFloat || access.register != 0;
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

/** What a load puts into its register: `value` has `access.width` bytes, the rest of it does not count. */
export function extend(access: Access, value: u64): u64 {
  if (access.width == 8) return value;
  const unused = <u64>(64 - 8 * access.width);
  const shifted = value << unused;
  if (access.signed) return <u64>(<i64>shifted >> unused);
  // A float in a register of doubles has ones above it: Unprivileged ISA, "NaN Boxing of Narrower Values".
  return access.isFloat ? (shifted >> unused) | (~(<u64>0) << (64 - unused)) : shifted >> unused;
}

/** The register's part that a store writes. */
export function truncate(access: Access, value: u64): u64 {
  return access.width == 8 ? value : value & (((<u64>1) << (8 * access.width)) - 1);
}
