/**
 * Assembly names for special cases of one instruction: `mv rd, rs` is `addi rd, rs, 0`. The assembler and the
 * disassembler both use this table. RISC-V Assembly Programmer's Manual and psABI, "Pseudo Instructions". Those of
 * several instructions (`li`, `la`,
 * `call`) are in toolchain/assembler/pseudo-instructions.ts.
 */
import type { Fields } from './encode.ts';
import type { Operand } from './instructions.ts';

export interface PseudoInstruction {
  readonly name: string;
  /** In the order of assembly syntax, each the field of the base instruction that it fills. */
  readonly operands: readonly Operand[];
  readonly base: string;
  /** Fields that are always the same. */
  readonly fixed: Fields;
  /** The rs2 field takes the register of rs1 (`fmv.s`). */
  readonly repeated: boolean;
  /** Whether a disassembler shows this name. Others are older names and shorter ways to write. */
  readonly shown: boolean;
}

const table: PseudoInstruction[] = [];

function add(
  name: string,
  operands: string,
  base: string,
  fixed: Fields = {},
  rest: Partial<PseudoInstruction> = {},
): void {
  const list = operands === '' ? [] : (operands.split(' ') as Operand[]);
  table.push({ name, operands: list, base, fixed, repeated: false, shown: true, ...rest });
}

const written = { shown: false };

// ---- Integer computation

add('nop', '', 'addi', { rd: 0, rs1: 0, imm: 0 });
add('li', 'rd imm', 'addi', { rs1: 0 });
add('mv', 'rd rs1', 'addi', { imm: 0 });
add('move', 'rd rs1', 'addi', { imm: 0 }, written);
add('not', 'rd rs1', 'xori', { imm: -1 });
add('neg', 'rd rs2', 'sub', { rs1: 0 });
add('negw', 'rd rs2', 'subw', { rs1: 0 });
add('sext.w', 'rd rs1', 'addiw', { imm: 0 });
add('zext.b', 'rd rs1', 'andi', { imm: 255 });
add('zext.w', 'rd rs1', 'add.uw', { rs2: 0 });
add('seqz', 'rd rs1', 'sltiu', { imm: 1 });
add('snez', 'rd rs2', 'sltu', { rs1: 0 });
add('sltz', 'rd rs1', 'slt', { rs2: 0 });
add('sgtz', 'rd rs2', 'slt', { rs1: 0 });
add('sgt', 'rd rs2 rs1', 'slt', {}, written);
add('sgtu', 'rd rs2 rs1', 'sltu', {}, written);
for (const name of ['add', 'addw', 'slt', 'sltu', 'and', 'or', 'xor']) {
  const base = name === 'addw' ? 'addiw' : name === 'sltu' ? 'sltiu' : `${name}i`;
  add(name, 'rd rs1 imm', base, {}, written);
}
for (const name of ['sll', 'srl', 'sra', 'ror']) add(`${name}w`, 'rd rs1 shamt5', `${name}iw`, {}, written);
for (const name of ['sll', 'srl', 'sra', 'ror', 'bclr', 'bext', 'binv', 'bset']) {
  add(name, 'rd rs1 shamt6', `${name}i`, {}, written);
}
// Zihintntl: how soon the next access's data is used again, in additions without effect.
['ntl.p1', 'ntl.pall', 'ntl.s1', 'ntl.all'].forEach((name, index) => {
  add(name, '', 'add', { rd: 0, rs1: 0, rs2: index + 2 });
});

// ---- Branches and jumps

add('beqz', 'rs1 branch', 'beq', { rs2: 0 });
add('bnez', 'rs1 branch', 'bne', { rs2: 0 });
add('blez', 'rs2 branch', 'bge', { rs1: 0 });
add('bgez', 'rs1 branch', 'bge', { rs2: 0 });
add('bltz', 'rs1 branch', 'blt', { rs2: 0 });
add('bgtz', 'rs2 branch', 'blt', { rs1: 0 });
add('bgt', 'rs2 rs1 branch', 'blt', {}, written);
add('ble', 'rs2 rs1 branch', 'bge', {}, written);
add('bgtu', 'rs2 rs1 branch', 'bltu', {}, written);
add('bleu', 'rs2 rs1 branch', 'bgeu', {}, written);
add('j', 'jump', 'jal', { rd: 0 });
add('jal', 'jump', 'jal', { rd: 1 });
add('ret', '', 'jalr', { rd: 0, rs1: 1, imm: 0 });
add('jr', 'rs1', 'jalr', { rd: 0, imm: 0 });
add('jr', 'imm(rs1)', 'jalr', { rd: 0 });
add('jr', 'rs1 imm', 'jalr', { rd: 0 }, written);
add('jalr', 'rs1', 'jalr', { rd: 1, imm: 0 });
add('jalr', 'imm(rs1)', 'jalr', { rd: 1 });
add('jalr', 'rs1 imm', 'jalr', { rd: 1 }, written);
add('jalr', 'rd rs1', 'jalr', { imm: 0 });
add('jalr', 'rd rs1 imm', 'jalr', {}, written);

// ---- System

add('fence', '', 'fence', { rd: 0, rs1: 0, imm: 0, pred: 15, succ: 15 });
add('scall', '', 'ecall', {}, written);
add('sbreak', '', 'ebreak', {}, written);
add('unimp', '', 'csrrw', { rd: 0, rs1: 0, csr: 0xc00 });
for (const [name, csr] of [
  ['rdcycle', 0xc00],
  ['rdtime', 0xc01],
  ['rdinstret', 0xc02],
  ['frflags', 0x001],
  ['frrm', 0x002],
  ['frcsr', 0x003],
] as const) {
  add(name, 'rd', 'csrrs', { rs1: 0, csr });
}
for (const [name, csr] of [
  ['fsflags', 0x001],
  ['fsrm', 0x002],
  ['fscsr', 0x003],
] as const) {
  add(name, 'rs1', 'csrrw', { rd: 0, csr });
  add(name, 'rd rs1', 'csrrw', { csr });
}
add('frsr', 'rd', 'csrrs', { rs1: 0, csr: 0x003 }, written);
add('fssr', 'rs1', 'csrrw', { rd: 0, csr: 0x003 }, written);
add('fssr', 'rd rs1', 'csrrw', { csr: 0x003 }, written);
for (const [name, csr] of [
  ['fsflagsi', 0x001],
  ['fsrmi', 0x002],
] as const) {
  add(name, 'zimm', 'csrrwi', { rd: 0, csr });
  add(name, 'rd zimm', 'csrrwi', { csr });
}
add('csrr', 'rd csr', 'csrrs', { rs1: 0 });
for (const operation of ['w', 's', 'c']) {
  add(`csr${operation}`, 'csr rs1', `csrr${operation}`, { rd: 0 });
  add(`csr${operation}i`, 'csr zimm', `csrr${operation}i`, { rd: 0 });
  add(`csr${operation}`, 'csr zimm', `csrr${operation}i`, { rd: 0 }, written);
  add(`csrr${operation}`, 'rd csr zimm', `csrr${operation}i`, {}, written);
}
for (const name of ['sfence.vma', 'hfence.vvma', 'hfence.gvma']) {
  add(name, '', name, { rs1: 0, rs2: 0 });
  add(name, 'rs1', name, { rs2: 0 });
}

// ---- Floating point

for (const format of ['s', 'd', 'h']) {
  for (const [name, base] of [
    ['fmv', 'fsgnj'],
    ['fneg', 'fsgnjn'],
    ['fabs', 'fsgnjx'],
  ] as const) {
    add(`${name}.${format}`, 'fd fs1', `${base}.${format}`, {}, { repeated: true });
  }
  add(`fgt.${format}`, 'rd fs2 fs1', `flt.${format}`, {}, written);
  add(`fge.${format}`, 'rd fs2 fs1', `fle.${format}`, {}, written);
}
add('fmv.x.s', 'rd fs1', 'fmv.x.w', {}, written);
add('fmv.s.x', 'fd rs1', 'fmv.w.x', {}, written);

/** For a disassembler the first match counts. */
export const pseudoInstructions: readonly PseudoInstruction[] = table;
