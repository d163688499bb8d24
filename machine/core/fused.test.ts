/** Fused pairs and compressed forms do what their instructions do one at a time. */
import { beforeAll, expect, test } from 'vitest';
import { compress } from '../../isa/compressed.ts';
import { encode } from '../../isa/encode.ts';
import { RAM_BASE, ram, type TestHart, testHart } from '../testing/test-core.ts';

const DATA = RAM_BASE + 0x10_0000n;
const CODE_BYTES = 512;

let hart: TestHart;
let state = 0x9e3779b9;
beforeAll(async () => {
  hart = await testHart();
});

/** Reproducible, in [0, limit). */
function random(limit: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % limit;
}

const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
/** x8 is the base of data and never written; the others are few, so that instructions depend on each other. */
const BASE = 8;
const register = (): number => pick([0, 9, 10, 11, 12, 13, 1]);
const destination = (): number => pick([0, 9, 10, 11, 12, 13, 1]);

const three = ['add', 'sub', 'addw', 'subw', 'and', 'or', 'xor', 'slt', 'sltu', 'mul', 'mulw', 'sll', 'srl'];
const two = ['addi', 'addiw', 'andi', 'ori', 'xori', 'slti', 'sltiu'];
const shifts = ['slli', 'srli', 'srai', 'slliw', 'srliw', 'sraiw'];
const loads = ['lb', 'lh', 'lw', 'ld', 'lbu', 'lhu', 'lwu'];
const stores = ['sb', 'sh', 'sw', 'sd'];
const branches = ['beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu'];

const floatThree = [
  'fadd.d',
  'fsub.d',
  'fmul.d',
  'fdiv.d',
  'fmin.d',
  'fmadd.d',
  'fnmsub.d',
  'fadd.s',
  'fmul.s',
  'fsgnj.d',
];
const floatToInteger = ['feq.d', 'flt.d', 'fle.s', 'fmv.x.d', 'fcvt.w.d'];
const toFloat = ['fmv.d.x', 'fmv.w.x', 'fcvt.d.w', 'fcvt.s.w'];

/** Few registers, as of integers. */
const float = (): number => 8 + random(4);

function floatInstruction(): number {
  switch (random(5)) {
    case 0:
      return encode(pick(['fld', 'flw']), { rd: float(), rs1: BASE, imm: random(16) * 8 });
    case 1:
      return encode(pick(['fsd', 'fsw']), { rs2: float(), rs1: BASE, imm: random(16) * 8 });
    case 2:
      return encode(pick(floatToInteger), { rd: destination(), rs1: float(), rs2: float(), rm: 1 });
    case 3:
      return encode(pick(toFloat), { rd: float(), rs1: register() });
    default:
      return encode(pick(floatThree), { rd: float(), rs1: float(), rs2: float(), rs3: float() });
  }
}

function instruction(): number {
  const rd = destination();
  const rs1 = register();
  const rs2 = register();
  switch (random(12)) {
    case 0:
      return encode(pick(three), { rd, rs1, rs2 });
    case 1:
      return encode(pick(three), { rd, rs1: rd, rs2 });
    case 2:
      return encode(pick(two), { rd, rs1: pick([rd, rs1, 0]), imm: random(64) - 32 });
    case 3:
      return encode(pick(shifts), { rd, rs1: pick([rd, rs1]), imm: random(32) });
    case 4:
      return encode(pick(loads), { rd, rs1: BASE, imm: random(16) * 8 });
    case 5:
      return encode(pick(stores), { rs2, rs1: BASE, imm: random(16) * 8 });
    case 6:
      return encode(pick(branches), { rs1, rs2: pick([rs2, 0]), imm: 2 * (2 + random(8)) });
    case 7:
      return encode(pick(['lui', 'auipc']), { rd, imm: random(64) });
    case 8:
    case 9:
    case 10:
      return floatInstruction();
    default:
      return encode('jal', { rd: pick([0, 1]), imm: 2 * (2 + random(8)) });
  }
}

/** Random code, compressed where it can be. Jumps go forwards, sometimes into the middle of an instruction. */
function program(): void {
  const from = ram(RAM_BASE);
  for (let at = 0; at < CODE_BYTES; ) {
    const word = instruction();
    const half = compress(word);
    if (half) hart.core.view.setUint16(from + at, half, true);
    else hart.core.setU32(from + at, word);
    at += half ? 2 : 4;
  }
  hart.core.exports.invalidateCode(Number(RAM_BASE >> 12n), 1);
}

/** Registers, pc and data after at most `instructions`, in runs of `budget`. */
function outcome(instructions: number, budget: number): string {
  for (let x = 1; x < 32; x++) hart.setX(x, BigInt(x) * 0x0123_4567_89ab_cdefn);
  hart.setX(BASE, DATA);
  for (let f = 0; f < 32; f++) hart.setF(f, BigInt(f) * 0x0123_4567_89ab_cdefn);
  hart.write('mstatus', 0x6000n);
  hart.write('fcsr', 1n);
  for (let i = 0; i < 16; i++) hart.core.setU64(ram(DATA) + i * 8, (BigInt(i) * 0xfedc_ba98_7654_3211n) % 2n ** 64n);
  hart.pc = RAM_BASE;
  hart.write('mcause', 0n);
  const trace: unknown[] = [];
  for (let done = 0; done < instructions; done += budget) hart.run(Math.min(budget, instructions - done));
  for (let x = 0; x < 32; x++) trace.push(hart.x(x));
  for (let f = 0; f < 32; f++) trace.push(hart.f(f));
  trace.push(hart.read('fcsr'));
  for (let i = 0; i < 16; i++) trace.push(hart.core.u64(ram(DATA) + i * 8));
  return [hart.pc, hart.read('mcause'), hart.read('mepc'), ...trace].join(' ');
}

test('at once, in steps, and in pieces that end within a pair', () => {
  for (let round = 0; round < 300; round++) {
    program();
    const steps = outcome(100, 1);
    for (const budget of [100, 3, 7]) expect(outcome(100, budget), `program ${round} in ${budget}s`).toBe(steps);
  }
});
