/**
 * The compressed instructions of RV64DC, each with the 32-bit instruction that it stands for.
 * Encodings: RISC-V Unprivileged ISA, "C" Extension for Compressed Instructions, "RVC Instruction Set Listings".
 */
import { decodeFields, encode, type Fields } from './encode.ts';
import { type Instruction, instructionByName, type Operand } from './instructions.ts';

/**
 * Where a register's number stands: `x7` is five bits from bit 7 up, `x2` from bit 2; `c7` and `c2` are three bits from there for
 * x8 to x15. A number is that register, always.
 */
export type RegisterPlace = 'x7' | 'x2' | 'c7' | 'c2' | number;

export interface CompressedInstruction {
  readonly name: string;
  /** `D` for the forms that only a machine with doubles has. */
  readonly extension: 'C' | 'D';
  /** A halfword is this instruction when `(half & mask) === match` and its `reserved` does not hold; the first of the table wins. */
  readonly match: number;
  readonly mask: number;
  /** The instruction that it expands to, and that one's fields. */
  readonly base: string;
  readonly rd?: RegisterPlace;
  readonly rs1?: RegisterPlace;
  readonly rs2?: RegisterPlace;
  /** Bits of the immediate and where they stand, as in the listings: `5:3@12:10 7:6@6:5`; a number is that immediate, always. */
  readonly imm?: string | number;
  readonly signed?: boolean;
  /** A field that must not be zero: such an encoding is reserved. */
  readonly reserved?: 'rd' | 'rs1' | 'imm';
}

type Rest = Omit<CompressedInstruction, 'name' | 'extension' | 'match' | 'mask' | 'base'>;
const entry = (name: string, match: number, mask: number, base: string, rest: Rest): CompressedInstruction => ({
  name,
  extension: /^c\.f/.test(name) ? 'D' : 'C',
  match,
  mask,
  base,
  ...rest,
});

const DOUBLE = '5:3@12:10 7:6@6:5';
const WORD = '5:3@12:10 2|6@6:5';
const SIX = '5@12 4:0@6:2';
const DOUBLE_SP = '5@12 4:3|8:6@6:2';
const WORD_SP = '5@12 4:2|7:6@6:2';
const DOUBLE_SP_STORE = '5:3|8:6@12:7';
const WORD_SP_STORE = '5:2|7:6@12:7';
const JUMP = '11|4|9:8|10|6|7|3:1|5@12:2';
const BRANCH = '8|4:3@12:10 7:6|2:1|5@6:2';
const arithmetic = (name: string, match: number): CompressedInstruction =>
  entry(`c.${name}`, match, 0xfc63, name, { rd: 'c7', rs1: 'c7', rs2: 'c2' });

export const compressedInstructions: readonly CompressedInstruction[] = [
  // Quadrant 0
  entry('c.addi4spn', 0x0000, 0xe003, 'addi', { rd: 'c2', rs1: 2, imm: '5:4|9:6|2|3@12:5', reserved: 'imm' }),
  entry('c.fld', 0x2000, 0xe003, 'fld', { rd: 'c2', rs1: 'c7', imm: DOUBLE }),
  entry('c.lw', 0x4000, 0xe003, 'lw', { rd: 'c2', rs1: 'c7', imm: WORD }),
  entry('c.ld', 0x6000, 0xe003, 'ld', { rd: 'c2', rs1: 'c7', imm: DOUBLE }),
  entry('c.fsd', 0xa000, 0xe003, 'fsd', { rs2: 'c2', rs1: 'c7', imm: DOUBLE }),
  entry('c.sw', 0xc000, 0xe003, 'sw', { rs2: 'c2', rs1: 'c7', imm: WORD }),
  entry('c.sd', 0xe000, 0xe003, 'sd', { rs2: 'c2', rs1: 'c7', imm: DOUBLE }),
  // Quadrant 1
  entry('c.nop', 0x0001, 0xef83, 'addi', { rd: 0, rs1: 0, imm: SIX, signed: true }),
  entry('c.addi', 0x0001, 0xe003, 'addi', { rd: 'x7', rs1: 'x7', imm: SIX, signed: true }),
  entry('c.addiw', 0x2001, 0xe003, 'addiw', { rd: 'x7', rs1: 'x7', imm: SIX, signed: true, reserved: 'rd' }),
  entry('c.li', 0x4001, 0xe003, 'addi', { rd: 'x7', rs1: 0, imm: SIX, signed: true }),
  entry('c.addi16sp', 0x6101, 0xef83, 'addi', {
    rd: 2,
    rs1: 2,
    imm: '9@12 4|6|8:7|5@6:2',
    signed: true,
    reserved: 'imm',
  }),
  entry('c.lui', 0x6001, 0xe003, 'lui', { rd: 'x7', imm: SIX, signed: true, reserved: 'imm' }),
  entry('c.srli', 0x8001, 0xec03, 'srli', { rd: 'c7', rs1: 'c7', imm: SIX }),
  entry('c.srai', 0x8401, 0xec03, 'srai', { rd: 'c7', rs1: 'c7', imm: SIX }),
  entry('c.andi', 0x8801, 0xec03, 'andi', { rd: 'c7', rs1: 'c7', imm: SIX, signed: true }),
  arithmetic('sub', 0x8c01),
  arithmetic('xor', 0x8c21),
  arithmetic('or', 0x8c41),
  arithmetic('and', 0x8c61),
  arithmetic('subw', 0x9c01),
  arithmetic('addw', 0x9c21),
  entry('c.j', 0xa001, 0xe003, 'jal', { rd: 0, imm: JUMP, signed: true }),
  entry('c.beqz', 0xc001, 0xe003, 'beq', { rs1: 'c7', rs2: 0, imm: BRANCH, signed: true }),
  entry('c.bnez', 0xe001, 0xe003, 'bne', { rs1: 'c7', rs2: 0, imm: BRANCH, signed: true }),
  // Quadrant 2
  entry('c.slli', 0x0002, 0xe003, 'slli', { rd: 'x7', rs1: 'x7', imm: SIX }),
  entry('c.fldsp', 0x2002, 0xe003, 'fld', { rd: 'x7', rs1: 2, imm: DOUBLE_SP }),
  entry('c.lwsp', 0x4002, 0xe003, 'lw', { rd: 'x7', rs1: 2, imm: WORD_SP, reserved: 'rd' }),
  entry('c.ldsp', 0x6002, 0xe003, 'ld', { rd: 'x7', rs1: 2, imm: DOUBLE_SP, reserved: 'rd' }),
  entry('c.jr', 0x8002, 0xf07f, 'jalr', { rd: 0, rs1: 'x7', imm: 0, reserved: 'rs1' }),
  entry('c.mv', 0x8002, 0xf003, 'add', { rd: 'x7', rs1: 0, rs2: 'x2' }),
  entry('c.ebreak', 0x9002, 0xffff, 'ebreak', {}),
  entry('c.jalr', 0x9002, 0xf07f, 'jalr', { rd: 1, rs1: 'x7', imm: 0 }),
  entry('c.add', 0x9002, 0xf003, 'add', { rd: 'x7', rs1: 'x7', rs2: 'x2' }),
  entry('c.fsdsp', 0xa002, 0xe003, 'fsd', { rs2: 'x2', rs1: 2, imm: DOUBLE_SP_STORE }),
  entry('c.swsp', 0xc002, 0xe003, 'sw', { rs2: 'x2', rs1: 2, imm: WORD_SP_STORE }),
  entry('c.sdsp', 0xe002, 0xe003, 'sd', { rs2: 'x2', rs1: 2, imm: DOUBLE_SP_STORE }),
];

/** `length` bits of the immediate from bit `to` up stand in the halfword from bit `from` up. */
export interface BitRun {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

const runsOf = new Map<string, readonly BitRun[]>();

/** Parses the notation of `CompressedInstruction.imm`. */
export function immediateRuns(notation: string): readonly BitRun[] {
  const known = runsOf.get(notation);
  if (known) return known;
  const runs: BitRun[] = [];
  for (const part of notation.split(' ')) {
    const [pieces, place] = part.split('@') as [string, string];
    let from = Number(place.split(':')[0]) + 1;
    for (const piece of pieces.split('|')) {
      const [high, low] = piece.split(':').map(Number) as [number, number?];
      const to = low ?? high;
      from -= high - to + 1;
      runs.push({ from, to, length: high - to + 1 });
    }
  }
  runsOf.set(notation, runs);
  return runs;
}

/** The immediate's width in bits, its sign bit included. */
export function immediateWidth(notation: string): number {
  return Math.max(...immediateRuns(notation).map((run) => run.to + run.length));
}

function gather(half: number, { imm, signed }: CompressedInstruction): number {
  if (imm === undefined || typeof imm === 'number') return imm ?? 0;
  let value = 0;
  for (const { from, to, length } of immediateRuns(imm)) value |= ((half >>> from) & ((1 << length) - 1)) << to;
  const unused = 32 - immediateWidth(imm);
  return signed ? (value << unused) >> unused : value;
}

function scatter(value: number, notation: string): number {
  let half = 0;
  for (const { from, to, length } of immediateRuns(notation)) half |= ((value >>> to) & ((1 << length) - 1)) << from;
  return half;
}

function registerAt(half: number, place: RegisterPlace | undefined): number {
  if (place === undefined) return 0;
  if (typeof place === 'number') return place;
  const low = Number(place[1]);
  return place[0] === 'x' ? (half >>> low) & 31 : ((half >>> low) & 7) + 8;
}

/** The bits that put register `number` at `place`, or undefined where it cannot stand there. */
function placeRegister(number: number, place: RegisterPlace | undefined): number | undefined {
  if (place === undefined) return 0;
  if (typeof place === 'number') return number === place ? 0 : undefined;
  const low = Number(place[1]);
  if (place[0] === 'x') return number << low;
  return number >= 8 && number < 16 ? (number - 8) << low : undefined;
}

/** The table's entry for a halfword, or undefined where it is reserved or not compressed at all (low bits 11). */
export function findCompressed(half: number): CompressedInstruction | undefined {
  const found = compressedInstructions.find((c) => (half & c.mask) === c.match);
  if (!found) return undefined;
  const { reserved } = found;
  if (reserved === 'imm' && gather(half, found) === 0) return undefined;
  if ((reserved === 'rd' || reserved === 'rs1') && registerAt(half, found[reserved]) === 0) return undefined;
  return found;
}

/** Fields of the instruction that a compressed one stands for. */
export function compressedFields(found: CompressedInstruction, half: number): Fields {
  return {
    rd: registerAt(half, found.rd),
    rs1: registerAt(half, found.rs1),
    rs2: registerAt(half, found.rs2),
    imm: gather(half, found),
  };
}

/** The 32-bit instruction that a halfword stands for; 0, which is no instruction, where it is reserved. */
export function expand(half: number): number {
  const found = findCompressed(half);
  if (!found) return 0;
  return found.name === 'c.ebreak' ? encode('ebreak') : encode(found.base, compressedFields(found, half));
}

const ADDI = instructionByName.get('addi') as Instruction;
const candidatesByKey = new Map<number, { compressed: CompressedInstruction; base: Instruction }[]>();
const keyOf = (word: number): number => word & 0x7f;
for (const compressed of compressedInstructions) {
  const base = instructionByName.get(compressed.base) as Instruction;
  const key = keyOf(base.match);
  const list = candidatesByKey.get(key) ?? [];
  list.push({ compressed, base });
  candidatesByKey.set(key, list);
}

/** Compressed encodings that do nothing and that a compiler or assembler does not choose. */
export function isHint({ name }: CompressedInstruction, { rd, rs2, imm }: Fields): boolean {
  if (name === 'c.nop') return imm !== 0;
  if (name === 'c.mv' || name === 'c.add') return rd === 0 || rs2 === 0;
  if (name === 'c.addi' || name === 'c.slli') return rd === 0 || imm === 0;
  if (name === 'c.srli' || name === 'c.srai') return imm === 0;
  return (name === 'c.li' || name === 'c.lui') && rd === 0;
}

/** The encoding of a 32-bit instruction as one certain compressed form, or 0 where it does not fit. */
function fit(compressed: CompressedInstruction, fields: Required<Fields>, word: number): number {
  const rd = placeRegister(fields.rd, compressed.rd);
  const rs1 = placeRegister(fields.rs1, compressed.rs1);
  const rs2 = placeRegister(fields.rs2, compressed.rs2);
  if (rd === undefined || rs1 === undefined || rs2 === undefined) return 0;
  const immediate = typeof compressed.imm === 'string' ? scatter(fields.imm, compressed.imm) : 0;
  const half = compressed.match | rd | rs1 | rs2 | immediate;
  return expand(half) === word >>> 0 ? half : 0;
}

/** The encoding of a 32-bit instruction as the compressed form that is asked for, hints too, or 0 where it does not fit. */
export function compressAs(compressed: CompressedInstruction, word: number): number {
  const base = instructionByName.get(compressed.base) as Instruction;
  return (word & base.mask) >>> 0 === base.match ? fit(compressed, decodeFields(base, word), word) : 0;
}

const COMMUTATIVE = new Set(['add', 'addw', 'and', 'or', 'xor']);

/**
 * The compressed encoding of a 32-bit instruction, or 0 where there is none. `addi rd, rs1, 0` becomes `c.mv`, and sources that can
 * change places do, where the result is the same.
 */
export function compress(word: number): number {
  for (const { compressed, base } of candidatesByKey.get(keyOf(word)) ?? []) {
    if ((word & base.mask) >>> 0 !== base.match) continue;
    const fields = decodeFields(base, word);
    if (isHint(compressed, fields)) continue;
    const half = fit(compressed, fields, word);
    if (half !== 0) return half;
    if (fields.rd === fields.rs2 && COMMUTATIVE.has(base.name)) {
      const swapped = { ...fields, rs1: fields.rs2, rs2: fields.rs1 };
      if (isHint(compressed, swapped)) continue;
      const other = fit(compressed, swapped, encode(base.name, swapped));
      if (other !== 0) return other;
    }
  }
  if ((word & ADDI.mask) === ADDI.match) {
    const { rd, rs1, imm } = decodeFields(ADDI, word);
    if (imm === 0 && rd !== 0 && rs1 !== 0) return compress(encode('add', { rd, rs1: 0, rs2: rs1 }));
  }
  return 0;
}

/** Operands of a compressed instruction under its own name: those of its base that it does not fix or repeat. */
export function compressedOperands({ name, base, rd, rs1, rs2, imm }: CompressedInstruction): Operand[] {
  if (name === 'c.jr' || name === 'c.jalr') return ['rs1'];
  if (name === 'c.nop') return [];
  const { operands } = instructionByName.get(base) as Instruction;
  return operands.filter((operand) => {
    if (operand === 'rd') return rd !== 0;
    if (operand === 'rs1') return rs1 !== 0 && rs1 !== rd;
    if (operand === 'rs2') return rs2 !== 0;
    if (operand === 'imm') return typeof imm === 'string';
    return true;
  });
}
