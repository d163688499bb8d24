/**
 * Shorter names of common instructions, for disassembly: RISC-V Assembly Programmer's Manual, "Pseudoinstructions". An alias is an entry
 * like an instruction's, with more bits fixed and fewer operands; where several fit, the first of the list wins, and aliases
 * come before the instructions.
 */
import { encode, type Fields } from './encode.ts';
import { type Instruction, instructionByName, type Operand } from './instructions.ts';

const RD = 0xf80;
const RS1 = 0xf8000;
const RS2 = 0x1f00000;
const IMMEDIATE = 0xfff00000;
const ALL = 0xffffffff;

const table: Instruction[] = [];

/** `name operands` stands for `base` with these fields, which `fixed` are the bits of. */
function alias(name: string, operands: string, base: string, fixed: number, fields: Fields = {}): void {
  const instruction = instructionByName.get(base) as Instruction;
  table.push({
    name,
    extension: instruction.extension,
    match: ((encode(base, fields) & fixed) | instruction.match) >>> 0,
    mask: (instruction.mask | fixed) >>> 0,
    operands: operands === '' ? [] : (operands.split(' ') as Operand[]),
    ordered: false,
  });
}

alias('nop', '', 'addi', ALL);
alias('li', 'rd imm', 'addi', RS1);
alias('mv', 'rd rs1', 'addi', IMMEDIATE);
alias('mv', 'rd rs2', 'add', RS1);
alias('not', 'rd rs1', 'xori', IMMEDIATE, { imm: -1 });
alias('neg', 'rd rs2', 'sub', RS1);
alias('negw', 'rd rs2', 'subw', RS1);
alias('sext.w', 'rd rs1', 'addiw', IMMEDIATE);
alias('zext.b', 'rd rs1', 'andi', IMMEDIATE, { imm: 255 });
alias('seqz', 'rd rs1', 'sltiu', IMMEDIATE, { imm: 1 });
alias('snez', 'rd rs2', 'sltu', RS1);
alias('sltz', 'rd rs1', 'slt', RS2);
alias('sgtz', 'rd rs2', 'slt', RS1);

alias('beqz', 'rs1 branch', 'beq', RS2);
alias('bnez', 'rs1 branch', 'bne', RS2);
alias('blez', 'rs2 branch', 'bge', RS1);
alias('bgez', 'rs1 branch', 'bge', RS2);
alias('bltz', 'rs1 branch', 'blt', RS2);
alias('bgtz', 'rs2 branch', 'blt', RS1);

alias('j', 'jump', 'jal', RD);
alias('jal', 'jump', 'jal', RD, { rd: 1 });
alias('ret', '', 'jalr', ALL, { rs1: 1 });
alias('jr', 'rs1', 'jalr', RD | IMMEDIATE);
alias('jr', 'imm(rs1)', 'jalr', RD);
alias('jalr', 'rs1', 'jalr', RD | IMMEDIATE, { rd: 1 });
alias('jalr', 'imm(rs1)', 'jalr', RD, { rd: 1 });

alias('fence', '', 'fence', ALL, { pred: 15, succ: 15 });
alias('unimp', '', 'csrrw', ALL, { csr: 0xc00 });
alias('rdcycle', 'rd', 'csrrs', RS1 | IMMEDIATE, { csr: 0xc00 });
alias('rdtime', 'rd', 'csrrs', RS1 | IMMEDIATE, { csr: 0xc01 });
alias('rdinstret', 'rd', 'csrrs', RS1 | IMMEDIATE, { csr: 0xc02 });
alias('csrr', 'rd csr', 'csrrs', RS1);
alias('csrw', 'csr rs1', 'csrrw', RD);
alias('csrs', 'csr rs1', 'csrrs', RD);
alias('csrc', 'csr rs1', 'csrrc', RD);
alias('csrwi', 'csr zimm', 'csrrwi', RD);
alias('csrsi', 'csr zimm', 'csrrsi', RD);
alias('csrci', 'csr zimm', 'csrrci', RD);

for (const fence of ['sfence.vma', 'hfence.vvma', 'hfence.gvma']) {
  alias(fence, '', fence, RS1 | RS2);
  alias(fence, 'rs1', fence, RS2);
}

/** In the order of matching. */
export const aliases: readonly Instruction[] = table;
