/** The floating-point instructions of the table: F, D, Zfh and Zfa. */
import { define, type Extension, FUNCT3, FUNCT7, type Instruction, OPCODE, RS2 } from './instruction.ts';

const table: Instruction[] = [];

function add(extension: Extension, name: string, match: number, mask: number, operands: string): void {
  table.push(define(extension, name, match, mask, operands));
}

const OP_FP = 0x53;
/** A format is a number in the two lowest bits of funct7; `operation` are the five above them. */
const bits = (format: number, operation: number, rs2: number): number =>
  OP_FP | (format << 25) | (operation << 27) | (rs2 << 20);
/** A fixed rs2 field counts, too. */
const mask = (rs2: number | undefined): number => OPCODE | FUNCT7 | (rs2 === undefined ? 0 : RS2);

function access(extension: Extension, name: string, opcode: number, funct3: number, operands: string): void {
  add(extension, name, opcode | (funct3 << 12), OPCODE | FUNCT3, operands);
}

access('F', 'flw', 0x07, 2, 'fd imm(rs1)');
access('F', 'fsw', 0x27, 2, 'fs2 store(rs1)');
access('D', 'fld', 0x07, 3, 'fd imm(rs1)');
access('D', 'fsd', 0x27, 3, 'fs2 store(rs1)');
access('Zfh', 'flh', 0x07, 1, 'fd imm(rs1)');
access('Zfh', 'fsh', 0x27, 1, 'fs2 store(rs1)');

for (const [extension, suffix, format] of [
  ['F', '.s', 0],
  ['D', '.d', 1],
  ['Zfh', '.h', 2],
] as const) {
  const fused = (name: string, opcode: number): void =>
    add(extension, name + suffix, opcode | (format << 25), OPCODE | 0x06000000, 'fd fs1 fs2 fs3 rm');
  fused('fmadd', 0x43);
  fused('fmsub', 0x47);
  fused('fnmsub', 0x4b);
  fused('fnmadd', 0x4f);

  /** An operation with a rounding mode; `rs2` is the fixed rs2 field of a unary one. */
  const rounded = (of: Extension, name: string, operation: number, operands: string, rs2?: number): void =>
    add(of, name, bits(format, operation, rs2 ?? 0), mask(rs2), operands);
  /** An operation that funct3 selects. */
  const exact = (
    of: Extension,
    name: string,
    operation: number,
    funct3: number,
    operands: string,
    rs2?: number,
  ): void => add(of, name, bits(format, operation, rs2 ?? 0) | (funct3 << 12), mask(rs2) | FUNCT3, operands);
  rounded(extension, `fadd${suffix}`, 0x00, 'fd fs1 fs2 rm');
  rounded(extension, `fsub${suffix}`, 0x01, 'fd fs1 fs2 rm');
  rounded(extension, `fmul${suffix}`, 0x02, 'fd fs1 fs2 rm');
  rounded(extension, `fdiv${suffix}`, 0x03, 'fd fs1 fs2 rm');
  rounded(extension, `fsqrt${suffix}`, 0x0b, 'fd fs1 rm', 0);
  exact(extension, `fsgnj${suffix}`, 0x04, 0, 'fd fs1 fs2');
  exact(extension, `fsgnjn${suffix}`, 0x04, 1, 'fd fs1 fs2');
  exact(extension, `fsgnjx${suffix}`, 0x04, 2, 'fd fs1 fs2');
  exact(extension, `fmin${suffix}`, 0x05, 0, 'fd fs1 fs2');
  exact(extension, `fmax${suffix}`, 0x05, 1, 'fd fs1 fs2');
  exact(extension, `fle${suffix}`, 0x14, 0, 'rd fs1 fs2');
  exact(extension, `flt${suffix}`, 0x14, 1, 'rd fs1 fs2');
  exact(extension, `feq${suffix}`, 0x14, 2, 'rd fs1 fs2');
  exact(extension, `fclass${suffix}`, 0x1c, 1, 'rd fs1', 0);
  ['w', 'wu', 'l', 'lu'].forEach((integer, rs2) => {
    rounded(extension, `fcvt.${integer}${suffix}`, 0x18, 'rd fs1 rm', rs2);
    rounded(extension, `fcvt${suffix}.${integer}`, 0x1a, 'fd rs1 rm', rs2);
  });
  const integer = { '.s': 'w', '.d': 'd', '.h': 'h' }[suffix];
  exact(extension, `fmv.x.${integer}`, 0x1c, 0, 'rd fs1', 0);
  exact(extension, `fmv.${integer}.x`, 0x1e, 0, 'fd rs1', 0);

  exact('Zfa', `fli${suffix}`, 0x1e, 0, 'fd constant', 1);
  exact('Zfa', `fminm${suffix}`, 0x05, 2, 'fd fs1 fs2');
  exact('Zfa', `fmaxm${suffix}`, 0x05, 3, 'fd fs1 fs2');
  rounded('Zfa', `fround${suffix}`, 0x08, 'fd fs1 rm', 4);
  rounded('Zfa', `froundnx${suffix}`, 0x08, 'fd fs1 rm', 5);
  exact('Zfa', `fleq${suffix}`, 0x14, 4, 'rd fs1 fs2');
  exact('Zfa', `fltq${suffix}`, 0x14, 5, 'rd fs1 fs2');
}
add('Zfa', 'fcvtmod.w.d', bits(1, 0x18, 8) | (1 << 12), mask(8) | FUNCT3, 'rd fs1 rtz');

// From one format to another, whose number is in the rs2 field.
for (const [extension, name, format, source] of [
  ['D', 'fcvt.s.d', 0, 1],
  ['D', 'fcvt.d.s', 1, 0],
  ['Zfh', 'fcvt.s.h', 0, 2],
  ['Zfh', 'fcvt.h.s', 2, 0],
  ['Zfh', 'fcvt.d.h', 1, 2],
  ['Zfh', 'fcvt.h.d', 2, 1],
] as const) {
  add(extension, name, bits(format, 0x08, source), mask(source), 'fd fs1 rm');
}

/** In the order of the table. */
export const floatInstructions: readonly Instruction[] = table;
