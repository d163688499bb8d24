/**
 * The one table of 32-bit instructions: RV64IMAFDC without its compressed forms (those are in compressed.ts), bit manipulation and
 * the other extensions listed below, the privileged instructions and the hypervisor extension. The decoder of the machine, the
 * assembler, both disassemblers, the compiler's emitter and docs/instructions.md come from here.
 *
 * Encodings: RISC-V Unprivileged ISA, "RV32/64G Instruction Set Listings" and the chapters of the extensions; Privileged 1.13,
 * "RISC-V Privileged Instruction Set Listings".
 */

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

const OPCODE = 0x7f;
const FUNCT3 = 0x7000;
const FUNCT7 = 0xfe000000;
const RD = 0xf80;
const RS1 = 0xf8000;
const RS2 = 0x1f00000;

const table: Instruction[] = [];

function add(extension: Extension, name: string, match: number, mask: number, operands: string, ordered = false): void {
  const list = operands === '' ? [] : (operands.split(' ') as Operand[]);
  table.push({ name, extension, match: match >>> 0, mask: mask >>> 0, operands: list, ordered });
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

immediate('F', 'flw', 0x07, 2, 'fd imm(rs1)');
immediate('F', 'fsw', 0x27, 2, 'fs2 store(rs1)');
immediate('D', 'fld', 0x07, 3, 'fd imm(rs1)');
immediate('D', 'fsd', 0x27, 3, 'fs2 store(rs1)');
immediate('Zfh', 'flh', 0x07, 1, 'fd imm(rs1)');
immediate('Zfh', 'fsh', 0x27, 1, 'fs2 store(rs1)');
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
  const rounded = (name: string, funct5: number, operands: string, rs2?: number, of: Extension = extension): void =>
    add(
      of,
      name,
      0x53 | (format << 25) | (funct5 << 27) | ((rs2 ?? 0) << 20),
      OPCODE | FUNCT7 | (rs2 === undefined ? 0 : RS2),
      operands,
    );
  /** An operation that funct3 selects. */
  const exact = (
    name: string,
    funct5: number,
    funct3: number,
    operands: string,
    rs2?: number,
    of: Extension = extension,
  ): void =>
    add(
      of,
      name,
      0x53 | (format << 25) | (funct5 << 27) | (funct3 << 12) | ((rs2 ?? 0) << 20),
      OPCODE | FUNCT3 | FUNCT7 | (rs2 === undefined ? 0 : RS2),
      operands,
    );
  rounded(`fadd${suffix}`, 0x00, 'fd fs1 fs2 rm');
  rounded(`fsub${suffix}`, 0x01, 'fd fs1 fs2 rm');
  rounded(`fmul${suffix}`, 0x02, 'fd fs1 fs2 rm');
  rounded(`fdiv${suffix}`, 0x03, 'fd fs1 fs2 rm');
  rounded(`fsqrt${suffix}`, 0x0b, 'fd fs1 rm', 0);
  exact(`fsgnj${suffix}`, 0x04, 0, 'fd fs1 fs2');
  exact(`fsgnjn${suffix}`, 0x04, 1, 'fd fs1 fs2');
  exact(`fsgnjx${suffix}`, 0x04, 2, 'fd fs1 fs2');
  exact(`fmin${suffix}`, 0x05, 0, 'fd fs1 fs2');
  exact(`fmax${suffix}`, 0x05, 1, 'fd fs1 fs2');
  exact(`fle${suffix}`, 0x14, 0, 'rd fs1 fs2');
  exact(`flt${suffix}`, 0x14, 1, 'rd fs1 fs2');
  exact(`feq${suffix}`, 0x14, 2, 'rd fs1 fs2');
  exact(`fclass${suffix}`, 0x1c, 1, 'rd fs1', 0);
  ['w', 'wu', 'l', 'lu'].forEach((integer, rs2) => {
    rounded(`fcvt.${integer}${suffix}`, 0x18, 'rd fs1 rm', rs2);
    rounded(`fcvt${suffix}.${integer}`, 0x1a, 'fd rs1 rm', rs2);
  });
  const integer = { '.s': 'w', '.d': 'd', '.h': 'h' }[suffix];
  exact(`fmv.x.${integer}`, 0x1c, 0, 'rd fs1', 0);
  exact(`fmv.${integer}.x`, 0x1e, 0, 'fd rs1', 0);

  exact(`fli${suffix}`, 0x1e, 0, 'fd constant', 1, 'Zfa');
  exact(`fminm${suffix}`, 0x05, 2, 'fd fs1 fs2', undefined, 'Zfa');
  exact(`fmaxm${suffix}`, 0x05, 3, 'fd fs1 fs2', undefined, 'Zfa');
  rounded(`fround${suffix}`, 0x08, 'fd fs1 rm', 4, 'Zfa');
  rounded(`froundnx${suffix}`, 0x08, 'fd fs1 rm', 5, 'Zfa');
  exact(`fleq${suffix}`, 0x14, 4, 'rd fs1 fs2', undefined, 'Zfa');
  exact(`fltq${suffix}`, 0x14, 5, 'rd fs1 fs2', undefined, 'Zfa');
}
add('Zfa', 'fcvtmod.w.d', 0xc2801053, OPCODE | FUNCT3 | FUNCT7 | RS2, 'rd fs1 rtz');
// From one format to another, whose number is in the rs2 field.
for (const [extension, name, format, source] of [
  ['D', 'fcvt.s.d', 0, 1],
  ['D', 'fcvt.d.s', 1, 0],
  ['Zfh', 'fcvt.s.h', 0, 2],
  ['Zfh', 'fcvt.h.s', 2, 0],
  ['Zfh', 'fcvt.d.h', 1, 2],
  ['Zfh', 'fcvt.h.d', 2, 1],
] as const) {
  add(extension, name, 0x53 | (format << 25) | (0x08 << 27) | (source << 20), OPCODE | FUNCT7 | RS2, 'fd fs1 rm');
}

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
