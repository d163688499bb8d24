/**
 * Opcodes that the build adds: for compressed forms and for pairs of instructions that are dispatched as one. The build
 * puts the lists of machine/fuse.ts in this file's place; as it stands, nothing is added.
 */

/** Marks an opcode as that of a 16-bit encoding. */
export const COMPRESSED: u32 = 0x8000;

/** The opcode to execute for an instruction alone. */
export function singleOp(first: u32): u32 {
  return first & ~COMPRESSED;
}

/** The opcode of a pair, or 0 if these two are not fused. */
export function pairOp(_first: u32, _second: u32): u32 {
  return 0;
}
