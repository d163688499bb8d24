/**
 * The pseudo-instructions that disassemblers show, in the form of the table of instructions: more bits are fixed and fewer operands
 * written. Where several fit a word the first one counts, and aliases come before the instructions.
 */
import { encode, type Fields } from './encode.ts';
import { type Instruction, instructionByName } from './instructions.ts';
import { type PseudoInstruction, pseudoInstructions } from './pseudo-instructions.ts';

export interface Alias extends Instruction {
  /** Fits only a word whose rs2 field is its rs1 field. */
  readonly repeated: boolean;
}

/** For each field that a pseudo-instruction can fix, the value with all of its bits set. */
const FULL = { rd: 31, rs1: 31, rs2: 31, imm: -1, csr: 0xfff, pred: 15, succ: 15 } as const;

function toAlias({ name, operands, base, fixed, repeated }: PseudoInstruction): Alias {
  const instruction = instructionByName.get(base) as Instruction;
  const names = Object.keys(fixed) as (keyof typeof FULL)[];
  const full: Fields = Object.fromEntries(names.map((field) => [field, FULL[field]]));
  const none: Fields = Object.fromEntries(names.map((field) => [field, 0]));
  const mask = instruction.mask | encode(base, full);
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

/** `c.mv` stands for this addition; an assembler writes `mv` as `addi`. */
const compressedMove: PseudoInstruction = {
  name: 'mv',
  operands: ['rd', 'rs2'],
  base: 'add',
  fixed: { rs1: 0 },
  repeated: false,
  shown: true,
};

export const aliases: readonly Alias[] = [...pseudoInstructions, compressedMove]
  .filter(({ shown }) => shown)
  .map(toAlias);
