/** Instructions as text, in the notation of GNU objdump; but the numbers of fli are decimals. */
import {
  type CompressedInstruction,
  compressedFields,
  compressedOperands,
  expand,
  findCompressed,
  isHint,
} from './compressed.ts';
import { csrs } from './csrs.ts';
import { decodeFields, type Fields } from './encode.ts';
import { findInstruction, type Instruction, type Operand } from './instructions.ts';
import { type PseudoInstruction, pseudoInstructions } from './pseudo-instructions.ts';
import { floatConstants, floatRegisters, integerRegisters, roundingModes } from './registers.ts';

export interface DisassembleOptions {
  /** Shows `ret` for `jalr zero, 0(ra)` and compressed instructions as what they stand for. Left out: yes. */
  readonly aliases?: boolean;
  /** What to write behind the address of a branch's target, such as `main+0x8`; undefined for nothing. */
  readonly symbol?: (address: bigint) => string | undefined;
}

export interface Disassembled {
  /** Mnemonic, a tab, and operands; `.4byte` or `.2byte` for what is no instruction. */
  readonly text: string;
  /** In bytes. */
  readonly length: 2 | 4;
}

type AllFields = Required<Fields>;

const csrNames = new Map(csrs.map(({ address, name }) => [address, name]));

const pseudosByBase = new Map<string, PseudoInstruction[]>();
for (const pseudo of pseudoInstructions) {
  if (!pseudo.shown) continue;
  pseudosByBase.set(pseudo.base, [...(pseudosByBase.get(pseudo.base) ?? []), pseudo]);
}

/** Conversions that never round; their rounding mode is not shown where it is 0. */
const EXACT = new Set(['fcvt.d.w', 'fcvt.d.wu', 'fcvt.d.s', 'fcvt.s.h', 'fcvt.d.h']);

const RM_DYNAMIC = 7;

function fenceSet(set: number): string {
  const letters = ['w', 'r', 'o', 'i'].filter((_, bit) => (set >> bit) & 1);
  return letters.length === 0 ? 'unknown' : letters.reverse().join('');
}

function target(address: bigint, { symbol }: DisassembleOptions): string {
  const wrapped = BigInt.asUintN(64, address);
  const name = symbol?.(wrapped);
  return wrapped.toString(16) + (name === undefined ? '' : ` <${name}>`);
}

function operandText(operand: Operand, f: AllFields, pc: bigint, options: DisassembleOptions): string {
  const x = (number: number): string => integerRegisters[number] as string;
  const fp = (number: number): string => floatRegisters[number] as string;
  switch (operand) {
    case 'rd':
      return x(f.rd);
    case 'rs1':
      return x(f.rs1);
    case 'rs2':
      return x(f.rs2);
    case 'fd':
      return fp(f.rd);
    case 'fs1':
      return fp(f.rs1);
    case 'fs2':
      return fp(f.rs2);
    case 'fs3':
      return fp(f.rs3);
    case 'imm(rs1)':
    case 'store(rs1)':
    case 'prefetch(rs1)':
      return `${f.imm}(${x(f.rs1)})`;
    case '(rs1)':
      return `(${x(f.rs1)})`;
    case 'imm':
    case 'zimm':
      return String(f.imm);
    case 'branch':
    case 'jump':
      return target(pc + BigInt(f.imm), options);
    case 'upper':
    case 'shamt5':
    case 'shamt6':
      return `0x${f.imm.toString(16)}`;
    case 'csr':
      return csrNames.get(f.csr) ?? `0x${f.csr.toString(16)}`;
    case 'pred':
      return fenceSet(f.pred);
    case 'succ':
      return fenceSet(f.succ);
    case 'rm':
      return roundingModes[f.rm] ?? 'unknown';
    case 'rtz':
      return 'rtz';
    case 'constant':
      return floatConstants[f.imm]!;
  }
}

function join(name: string, operands: readonly string[]): string {
  return operands.length === 0 ? name : `${name}\t${operands.join(',')}`;
}

function isAlias({ fixed, repeated }: PseudoInstruction, fields: AllFields): boolean {
  if (repeated && fields.rs1 !== fields.rs2) return false;
  return Object.entries(fixed).every(([field, value]) => fields[field as keyof Fields] === value);
}

/** Whether the rounding mode is worth a word. */
function showsRounding(name: string, rm: number): boolean {
  return rm !== RM_DYNAMIC && !(rm === 0 && EXACT.has(name));
}

function ordering({ aq, rl }: AllFields): string {
  return aq && rl ? '.aqrl' : aq ? '.aq' : rl ? '.rl' : '';
}

function instructionText(instruction: Instruction, word: number, pc: bigint, options: DisassembleOptions): string {
  const fields = decodeFields(instruction, word);
  const text = (operand: Operand): string => operandText(operand, fields, pc, options);
  if (options.aliases !== false) {
    const alias = pseudosByBase.get(instruction.name)?.find((pseudo) => isAlias(pseudo, fields));
    if (alias) return join(alias.name, alias.operands.map(text));
  }
  const shown = instruction.operands.filter(
    (operand) => operand !== 'rm' || showsRounding(instruction.name, fields.rm),
  );
  return join(instruction.name + (instruction.ordered ? ordering(fields) : ''), shown.map(text));
}

/** A compressed instruction under its own name. */
function ownName(found: CompressedInstruction, half: number, pc: bigint, options: DisassembleOptions): string {
  const none = {
    rd: 0,
    rs1: 0,
    rs2: 0,
    rs3: 0,
    imm: 0,
    csr: 0,
    pred: 0,
    succ: 0,
    rm: RM_DYNAMIC,
    aq: false,
    rl: false,
  };
  const fields = { ...none, ...compressedFields(found, half) };
  if (found.name === 'c.lui') fields.imm &= 0xfffff;
  const text = (operand: Operand): string => operandText(operand, fields, pc, options);
  if (found.name === 'c.nop' && fields.imm !== 0) return join('c.nop', [text('imm')]);
  // A shift by 0 is one by 64 on RV128.
  if (/^c\.s(ll|rl|ra)i$/.test(found.name) && fields.imm === 0) return join(`${found.name}64`, [text('rd')]);
  return join(found.name, compressedOperands(found).map(text));
}

function compressedText(half: number, pc: bigint, options: DisassembleOptions): string | undefined {
  if (half === 0) return options.aliases === false ? 'c.unimp' : 'unimp';
  const found = findCompressed(half);
  if (!found) return undefined;
  if (options.aliases === false || isHint(found, compressedFields(found, half))) {
    return ownName(found, half, pc, options);
  }
  const word = expand(half);
  if (found.name === 'c.mv') return ownName(found, half, pc, options).slice('c.'.length);
  const instruction = findInstruction(word);
  return instruction && instructionText(instruction, word, pc, options);
}

/**
 * The instruction that `parcel` begins with, at the address `pc`. Of a compressed one (its lowest two bits are not
 * 11) only the low halfword counts.
 */
export function disassemble(parcel: number, pc: bigint, options: DisassembleOptions = {}): Disassembled {
  if ((parcel & 3) !== 3) {
    const half = parcel & 0xffff;
    return { text: compressedText(half, pc, options) ?? `.2byte\t0x${half.toString(16)}`, length: 2 };
  }
  const word = parcel >>> 0;
  const instruction = findInstruction(word);
  if (!instruction) return { text: `.4byte\t0x${word.toString(16)}`, length: 4 };
  return { text: instructionText(instruction, word, pc, options), length: 4 };
}
