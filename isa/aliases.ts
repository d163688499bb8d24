/**
 * The pseudo-instructions that disassemblers show, in the form of the table of instructions: more bits are fixed and fewer operands
 * written. Where several fit a word the first one counts, and aliases come before the instructions.
 */
import { encode, type Fields } from './encode.ts';
import { type Instruction, instructionByName, type Operand } from './instructions.ts';
import { type PseudoInstruction, pseudoInstructions } from './pseudo-instructions.ts';

export interface Alias extends Instruction {
  /** Fits only a word whose rs2 field is its rs1 field. */
  readonly repeated: boolean;
}

/** For each field that a pseudo-instruction can fix, the value with all of its bits set. */
const FULL = { rd: 31, rs1: 31, rs2: 31, imm: -1, csr: 0xfff, pred: 15, succ: 15, rm: 7 } as const;

/** Where registers stand; those of `fence`, which are always zero, are none of its operands, so `encode` leaves them out. */
const registerBits = ({ rd = 0, rs1 = 0, rs2 = 0 }: Fields): number => (rd << 7) | (rs1 << 15) | (rs2 << 20);

function toAlias({ name, operands, base, fixed, repeated }: PseudoInstruction): Alias {
  const instruction = instructionByName.get(base) as Instruction;
  const names = Object.keys(fixed) as (keyof typeof FULL)[];
  const full: Fields = Object.fromEntries(names.map((field) => [field, FULL[field]]));
  const none: Fields = Object.fromEntries(names.map((field) => [field, 0]));
  const mask = instruction.mask | encode(base, full) | registerBits(full);
  return {
    name,
    extension: instruction.extension,
    match: (encode(base, { ...none, ...fixed }) & mask) >>> 0,
    mask: mask >>> 0,
    operands,
    ordered: false,
    repeated,
  };
}

function add(name: string, operands: Operand[], base: string, fixed: Fields): PseudoInstruction {
  return { name, operands, base, fixed, repeated: false, shown: true };
}

const onlyHere: readonly PseudoInstruction[] = [
  // `c.mv` stands for this addition; an assembler writes `mv` as `addi`.
  add('mv', ['rd', 'rs2'], 'add', { rs1: 0 }),
  // Conversions that never round, with the mode that assemblers write into them.
  add('fcvt.d.w', ['fd', 'rs1'], 'fcvt.d.w', { rm: 0 }),
  add('fcvt.d.wu', ['fd', 'rs1'], 'fcvt.d.wu', { rm: 0 }),
  add('fcvt.d.s', ['fd', 'fs1'], 'fcvt.d.s', { rm: 0 }),
  add('fcvt.s.h', ['fd', 'fs1'], 'fcvt.s.h', { rm: 0 }),
  add('fcvt.d.h', ['fd', 'fs1'], 'fcvt.d.h', { rm: 0 }),
];

export const aliases: readonly Alias[] = [...pseudoInstructions, ...onlyHere].filter(({ shown }) => shown).map(toAlias);
