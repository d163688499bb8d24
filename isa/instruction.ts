/** What an instruction is, for the table in instructions.ts. */

export type Extension =
  | 'I'
  | 'M'
  | 'A'
  | 'F'
  | 'D'
  | 'Zfh'
  | 'Zfa'
  | 'Zicsr'
  | 'Zifencei'
  | 'Zihintpause'
  | 'Zba'
  | 'Zbb'
  | 'Zbc'
  | 'Zbkb'
  | 'Zbkx'
  | 'Zbs'
  | 'Zicond'
  | 'Zacas'
  | 'Zawrs'
  | 'Zicbom'
  | 'Zicboz'
  | 'Zicbop'
  | 'S'
  | 'H'
  | 'Svinval';

/**
 * An operand, in the order of assembly syntax. Its name is the field it fills:
 * - `rd rs1 rs2`: an integer register; `fd fs1 fs2 fs3`: a floating-point register in the rd, rs1, rs2, rs3 field
 * - `imm`: signed 12 bits (I-type); `imm(rs1)`: the same with a base; `store(rs1)`: signed 12 bits (S-type) with a base;
 *   `prefetch(rs1)`: the same, a multiple of 32; `(rs1)`: a base without an offset
 * - `branch`: signed 13-bit even offset (B-type); `jump`: signed 21-bit even offset (J-type); `upper`: bits 31:12 (U-type)
 * - `shamt5 shamt6`: a shift amount; `csr`: a CSR's address; `zimm`: unsigned 5 bits in the rs1 field
 * - `pred succ`: the sets of a fence; `rm`: a rounding mode, `dyn` where it is left out; `rtz`: the one that there is
 * - `constant`: one of `floatConstants` (registers.ts), by its number in the rs1 field
 */
export type Operand =
  | 'rd'
  | 'rs1'
  | 'rs2'
  | 'fd'
  | 'fs1'
  | 'fs2'
  | 'fs3'
  | 'imm'
  | 'imm(rs1)'
  | 'store(rs1)'
  | 'prefetch(rs1)'
  | '(rs1)'
  | 'branch'
  | 'jump'
  | 'upper'
  | 'shamt5'
  | 'shamt6'
  | 'csr'
  | 'zimm'
  | 'pred'
  | 'succ'
  | 'rm'
  | 'rtz'
  | 'constant';

export interface Instruction {
  readonly name: string;
  readonly extension: Extension;
  /** A word is this instruction when `(word & mask) === match`; both are unsigned 32-bit. */
  readonly match: number;
  readonly mask: number;
  readonly operands: readonly Operand[];
  /** Takes the suffixes `.aq`, `.rl`, `.aqrl` (bits 26 and 25). */
  readonly ordered: boolean;
}

// Fields of an encoding, for masks.
export const OPCODE = 0x7f;
export const FUNCT3 = 0x7000;
export const FUNCT7 = 0xfe000000;
export const RD = 0xf80;
export const RS1 = 0xf8000;
export const RS2 = 0x1f00000;

/** @param operands with spaces between */
export function define(
  extension: Extension,
  name: string,
  match: number,
  mask: number,
  operands: string,
  ordered = false,
): Instruction {
  const list = operands === '' ? [] : (operands.split(' ') as Operand[]);
  return { name, extension, match: match >>> 0, mask: mask >>> 0, operands: list, ordered };
}
