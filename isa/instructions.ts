/**
 * The one table of 32-bit instructions: RV64IMAFDC without its compressed forms (those are in compressed.ts), bit manipulation and
 * the other extensions listed below, the privileged instructions and the hypervisor extension. The decoder of the machine, the
 * assembler, both disassemblers, the compiler's emitter and docs/instructions.md come from here. Those of floating point are in
 * float-instructions.ts.
 *
 * Encodings: RISC-V Unprivileged ISA, "RV32/64G Instruction Set Listings" and the chapters of the extensions; Privileged 1.13,
 * "RISC-V Privileged Instruction Set Listings".
 */

import { floatInstructions } from './float-instructions.ts';
import { define, type Extension, FUNCT3, FUNCT7, type Instruction, OPCODE, RD, RS1, RS2 } from './instruction.ts';

export type { Extension, Instruction, Operand } from './instruction.ts';

const table: Instruction[] = [];

function add(extension: Extension, name: string, match: number, mask: number, operands: string, ordered = false): void {
  table.push(define(extension, name, match, mask, operands, ordered));
}

const bits = (opcode: number, funct3: number, funct7 = 0): number => opcode | (funct3 << 12) | (funct7 << 25);

/** funct3 and funct7 both select (R-type). */
function register(extension: Extension, name: string, opcode: number, funct3: number, funct7: number): void {
  add(extension, name, bits(opcode, funct3, funct7), OPCODE | FUNCT3 | FUNCT7, 'rd rs1 rs2');
}

/** The same with a fixed rs2 field: of one source. */
function unary(extension: Extension, name: string, opcode: number, funct3: number, funct7: number, rs2: number): void {
  add(extension, name, bits(opcode, funct3, funct7) | (rs2 << 20), OPCODE | FUNCT3 | FUNCT7 | RS2, 'rd rs1');
}

/** A shift amount of 6 bits beside the six bits that select. */
function shift(extension: Extension, name: string, opcode: number, funct3: number, funct6: number): void {
  add(extension, name, bits(opcode, funct3) | (funct6 << 26), OPCODE | FUNCT3 | 0xfc000000, 'rd rs1 shamt6');
}

/** Only funct3 selects (I-, S- and B-type). */
function immediate(extension: Extension, name: string, opcode: number, funct3: number, operands: string): void {
  add(extension, name, bits(opcode, funct3), OPCODE | FUNCT3, operands);
}

// ---- RV32I and RV64I

add('I', 'lui', 0x37, OPCODE, 'rd upper');
add('I', 'auipc', 0x17, OPCODE, 'rd upper');
add('I', 'jal', 0x6f, OPCODE, 'rd jump');
immediate('I', 'jalr', 0x67, 0, 'rd imm(rs1)');
immediate('I', 'beq', 0x63, 0, 'rs1 rs2 branch');
immediate('I', 'bne', 0x63, 1, 'rs1 rs2 branch');
immediate('I', 'blt', 0x63, 4, 'rs1 rs2 branch');
immediate('I', 'bge', 0x63, 5, 'rs1 rs2 branch');
immediate('I', 'bltu', 0x63, 6, 'rs1 rs2 branch');
immediate('I', 'bgeu', 0x63, 7, 'rs1 rs2 branch');
immediate('I', 'lb', 0x03, 0, 'rd imm(rs1)');
immediate('I', 'lh', 0x03, 1, 'rd imm(rs1)');
immediate('I', 'lw', 0x03, 2, 'rd imm(rs1)');
immediate('I', 'ld', 0x03, 3, 'rd imm(rs1)');
immediate('I', 'lbu', 0x03, 4, 'rd imm(rs1)');
immediate('I', 'lhu', 0x03, 5, 'rd imm(rs1)');
immediate('I', 'lwu', 0x03, 6, 'rd imm(rs1)');
immediate('I', 'sb', 0x23, 0, 'rs2 store(rs1)');
immediate('I', 'sh', 0x23, 1, 'rs2 store(rs1)');
immediate('I', 'sw', 0x23, 2, 'rs2 store(rs1)');
immediate('I', 'sd', 0x23, 3, 'rs2 store(rs1)');
immediate('I', 'addi', 0x13, 0, 'rd rs1 imm');
immediate('I', 'slti', 0x13, 2, 'rd rs1 imm');
immediate('I', 'sltiu', 0x13, 3, 'rd rs1 imm');
immediate('I', 'xori', 0x13, 4, 'rd rs1 imm');
// Prefetches are `ori` with x0 as destination, so they stand before it: the first match wins.
['prefetch.i', 'prefetch.r', 'prefetch.w'].forEach((name, index) => {
  const kind = [0, 1, 3][index]!;
  add('Zicbop', name, bits(0x13, 6) | (kind << 20), OPCODE | FUNCT3 | RD | RS2, 'prefetch(rs1)');
});
immediate('I', 'ori', 0x13, 6, 'rd rs1 imm');
immediate('I', 'andi', 0x13, 7, 'rd rs1 imm');
shift('I', 'slli', 0x13, 1, 0);
shift('I', 'srli', 0x13, 5, 0);
shift('I', 'srai', 0x13, 5, 0x10);
register('I', 'add', 0x33, 0, 0);
register('I', 'sub', 0x33, 0, 0x20);
register('I', 'sll', 0x33, 1, 0);
register('I', 'slt', 0x33, 2, 0);
register('I', 'sltu', 0x33, 3, 0);
register('I', 'xor', 0x33, 4, 0);
register('I', 'srl', 0x33, 5, 0);
register('I', 'sra', 0x33, 5, 0x20);
register('I', 'or', 0x33, 6, 0);
register('I', 'and', 0x33, 7, 0);
immediate('I', 'addiw', 0x1b, 0, 'rd rs1 imm');
add('I', 'slliw', bits(0x1b, 1), OPCODE | FUNCT3 | FUNCT7, 'rd rs1 shamt5');
add('I', 'srliw', bits(0x1b, 5), OPCODE | FUNCT3 | FUNCT7, 'rd rs1 shamt5');
add('I', 'sraiw', bits(0x1b, 5, 0x20), OPCODE | FUNCT3 | FUNCT7, 'rd rs1 shamt5');
register('I', 'addw', 0x3b, 0, 0);
register('I', 'subw', 0x3b, 0, 0x20);
register('I', 'sllw', 0x3b, 1, 0);
register('I', 'srlw', 0x3b, 5, 0);
register('I', 'sraw', 0x3b, 5, 0x20);
// The hint `pause` and `fence.tso` are encodings of `fence` likewise.
add('Zihintpause', 'pause', 0x0100000f, 0xffffffff, '');
add('I', 'fence.tso', 0x8330000f, 0xfff0707f, '');
immediate('I', 'fence', 0x0f, 0, 'pred succ');
immediate('Zifencei', 'fence.i', 0x0f, 1, '');
add('I', 'ecall', 0x00000073, 0xffffffff, '');
add('I', 'ebreak', 0x00100073, 0xffffffff, '');

// ---- Zicsr

immediate('Zicsr', 'csrrw', 0x73, 1, 'rd csr rs1');
immediate('Zicsr', 'csrrs', 0x73, 2, 'rd csr rs1');
immediate('Zicsr', 'csrrc', 0x73, 3, 'rd csr rs1');
immediate('Zicsr', 'csrrwi', 0x73, 5, 'rd csr zimm');
immediate('Zicsr', 'csrrsi', 0x73, 6, 'rd csr zimm');
immediate('Zicsr', 'csrrci', 0x73, 7, 'rd csr zimm');

// ---- M

['mul', 'mulh', 'mulhsu', 'mulhu', 'div', 'divu', 'rem', 'remu'].forEach((name, funct3) => {
  register('M', name, 0x33, funct3, 1);
});
register('M', 'mulw', 0x3b, 0, 1);
register('M', 'divw', 0x3b, 4, 1);
register('M', 'divuw', 0x3b, 5, 1);
register('M', 'remw', 0x3b, 6, 1);
register('M', 'remuw', 0x3b, 7, 1);

// ---- Zba, Zbb, Zbkb, Zbkx, Zbc, Zbs: bit manipulation

register('Zba', 'sh1add', 0x33, 2, 0x10);
register('Zba', 'sh2add', 0x33, 4, 0x10);
register('Zba', 'sh3add', 0x33, 6, 0x10);
register('Zba', 'add.uw', 0x3b, 0, 0x04);
register('Zba', 'sh1add.uw', 0x3b, 2, 0x10);
register('Zba', 'sh2add.uw', 0x3b, 4, 0x10);
register('Zba', 'sh3add.uw', 0x3b, 6, 0x10);
shift('Zba', 'slli.uw', 0x1b, 1, 0x02);

register('Zbb', 'andn', 0x33, 7, 0x20);
register('Zbb', 'orn', 0x33, 6, 0x20);
register('Zbb', 'xnor', 0x33, 4, 0x20);
for (const [suffix, opcode] of [
  ['', 0x13],
  ['w', 0x1b],
] as const) {
  unary('Zbb', `clz${suffix}`, opcode, 1, 0x30, 0);
  unary('Zbb', `ctz${suffix}`, opcode, 1, 0x30, 1);
  unary('Zbb', `cpop${suffix}`, opcode, 1, 0x30, 2);
}
register('Zbb', 'min', 0x33, 4, 0x05);
register('Zbb', 'minu', 0x33, 5, 0x05);
register('Zbb', 'max', 0x33, 6, 0x05);
register('Zbb', 'maxu', 0x33, 7, 0x05);
unary('Zbb', 'sext.b', 0x13, 1, 0x30, 4);
unary('Zbb', 'sext.h', 0x13, 1, 0x30, 5);
unary('Zbb', 'zext.h', 0x3b, 4, 0x04, 0);
register('Zbb', 'rol', 0x33, 1, 0x30);
register('Zbb', 'ror', 0x33, 5, 0x30);
shift('Zbb', 'rori', 0x13, 5, 0x18);
register('Zbb', 'rolw', 0x3b, 1, 0x30);
register('Zbb', 'rorw', 0x3b, 5, 0x30);
add('Zbb', 'roriw', bits(0x1b, 5, 0x30), OPCODE | FUNCT3 | FUNCT7, 'rd rs1 shamt5');
unary('Zbb', 'orc.b', 0x13, 5, 0x14, 7);
unary('Zbb', 'rev8', 0x13, 5, 0x35, 24);

// Zbkb has more of Zbb too. `zext.h` is a `packw`, so it stands before it.
register('Zbkb', 'pack', 0x33, 4, 0x04);
register('Zbkb', 'packh', 0x33, 7, 0x04);
register('Zbkb', 'packw', 0x3b, 4, 0x04);
unary('Zbkb', 'brev8', 0x13, 5, 0x34, 7);
register('Zbkx', 'xperm4', 0x33, 2, 0x14);
register('Zbkx', 'xperm8', 0x33, 4, 0x14);

register('Zbc', 'clmul', 0x33, 1, 0x05);
register('Zbc', 'clmulr', 0x33, 2, 0x05);
register('Zbc', 'clmulh', 0x33, 3, 0x05);

register('Zbs', 'bclr', 0x33, 1, 0x24);
register('Zbs', 'bext', 0x33, 5, 0x24);
register('Zbs', 'binv', 0x33, 1, 0x34);
register('Zbs', 'bset', 0x33, 1, 0x14);
shift('Zbs', 'bclri', 0x13, 1, 0x12);
shift('Zbs', 'bexti', 0x13, 5, 0x12);
shift('Zbs', 'binvi', 0x13, 1, 0x1a);
shift('Zbs', 'bseti', 0x13, 1, 0x0a);

// ---- Zicond

register('Zicond', 'czero.eqz', 0x33, 5, 0x07);
register('Zicond', 'czero.nez', 0x33, 7, 0x07);

// ---- A and Zacas

const FUNCT5 = 0xf8000000;
function atomicOf(extension: Extension, name: string, width: number, funct5: number, operands: string): void {
  const fixed = operands.includes('rs2') ? 0 : RS2;
  add(extension, name, bits(0x2f, width, funct5 << 2), OPCODE | FUNCT3 | FUNCT5 | fixed, operands, true);
}
for (const [suffix, width] of [
  ['.w', 2],
  ['.d', 3],
] as const) {
  const atomic = (name: string, funct5: number, operands: string): void =>
    atomicOf('A', name + suffix, width, funct5, operands);
  atomic('lr', 0x02, 'rd (rs1)');
  atomic('sc', 0x03, 'rd rs2 (rs1)');
  atomic('amoswap', 0x01, 'rd rs2 (rs1)');
  atomic('amoadd', 0x00, 'rd rs2 (rs1)');
  atomic('amoxor', 0x04, 'rd rs2 (rs1)');
  atomic('amoand', 0x0c, 'rd rs2 (rs1)');
  atomic('amoor', 0x08, 'rd rs2 (rs1)');
  atomic('amomin', 0x10, 'rd rs2 (rs1)');
  atomic('amomax', 0x14, 'rd rs2 (rs1)');
  atomic('amominu', 0x18, 'rd rs2 (rs1)');
  atomic('amomaxu', 0x1c, 'rd rs2 (rs1)');
}
['amocas.w', 'amocas.d', 'amocas.q'].forEach((name, index) => {
  atomicOf('Zacas', name, index + 2, 0x05, 'rd rs2 (rs1)');
});

// ---- F, D, Zfh and Zfa

table.push(...floatInstructions);

// ---- Privileged

add('S', 'sret', 0x10200073, 0xffffffff, '');
add('S', 'mret', 0x30200073, 0xffffffff, '');
add('S', 'wfi', 0x10500073, 0xffffffff, '');
add('Zawrs', 'wrs.nto', 0x00d00073, 0xffffffff, '');
add('Zawrs', 'wrs.sto', 0x01d00073, 0xffffffff, '');

/** A fence of address translation: both sources select, nothing is written. */
function translationFence(extension: Extension, name: string, funct7: number, operands = 'rs1 rs2'): void {
  const fixed = operands === '' ? RS1 | RS2 : 0;
  add(extension, name, bits(0x73, 0, funct7), OPCODE | FUNCT3 | FUNCT7 | RD | fixed, operands);
}
translationFence('S', 'sfence.vma', 0x09);
translationFence('H', 'hfence.vvma', 0x11);
translationFence('H', 'hfence.gvma', 0x31);
translationFence('Svinval', 'sinval.vma', 0x0b);
translationFence('Svinval', 'hinval.vvma', 0x13);
translationFence('Svinval', 'hinval.gvma', 0x33);
add('Svinval', 'sfence.w.inval', 0x18000073, 0xffffffff, '');
add('Svinval', 'sfence.inval.ir', 0x18100073, 0xffffffff, '');

// ---- Cache blocks

['cbo.inval', 'cbo.clean', 'cbo.flush', 'cbo.zero'].forEach((name, index) => {
  const extension = name === 'cbo.zero' ? 'Zicboz' : 'Zicbom';
  const number = [0, 1, 2, 4][index]!;
  add(extension, name, bits(0x0f, 2) | (number << 20), OPCODE | FUNCT3 | RD | 0xfff00000, '(rs1)');
});

// ---- Hypervisor loads and stores

function guestLoad(name: string, funct7: number, rs2: number): void {
  add('H', name, bits(0x73, 4, funct7) | (rs2 << 20), OPCODE | FUNCT3 | FUNCT7 | RS2, 'rd (rs1)');
}
function guestStore(name: string, funct7: number): void {
  add('H', name, bits(0x73, 4, funct7), OPCODE | FUNCT3 | FUNCT7 | RD, 'rs2 (rs1)');
}
guestLoad('hlv.b', 0x30, 0);
guestLoad('hlv.bu', 0x30, 1);
guestLoad('hlv.h', 0x32, 0);
guestLoad('hlv.hu', 0x32, 1);
guestLoad('hlvx.hu', 0x32, 3);
guestLoad('hlv.w', 0x34, 0);
guestLoad('hlv.wu', 0x34, 1);
guestLoad('hlvx.wu', 0x34, 3);
guestLoad('hlv.d', 0x36, 0);
guestStore('hsv.b', 0x31);
guestStore('hsv.h', 0x33);
guestStore('hsv.w', 0x35);
guestStore('hsv.d', 0x37);

/** In the order of decoding: where two match a word, the first is meant. */
export const instructions: readonly Instruction[] = table;

export const instructionByName: ReadonlyMap<string, Instruction> = new Map(table.map((entry) => [entry.name, entry]));

/** The 32-bit instruction that `word` encodes, or undefined where the table has none. */
export function findInstruction(word: number): Instruction | undefined {
  return table.find((entry) => (word & entry.mask) >>> 0 === entry.match);
}
