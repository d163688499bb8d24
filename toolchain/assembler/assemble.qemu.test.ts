/** The assembler against GNU as 2.40: the same bytes for the same source. */
import { describe, expect, test } from 'vitest';
import { compressedInstructions } from '../../isa/compressed.ts';
import { csrs } from '../../isa/csrs.ts';
import { operandRange } from '../../isa/encode.ts';
import { instructions, type Operand } from '../../isa/instructions.ts';
import { pseudoInstructions } from '../../isa/pseudo-instructions.ts';
import { floatRegisters, integerRegisters } from '../../isa/registers.ts';
import { link } from '../linker/link.ts';
import { gnuBuild, LATER_EXTENSIONS, LATER_NAMES, WITH_ZBA_AND_ZBB } from '../testing/gnu.ts';
import { assemble } from './assemble.ts';
import { directiveCases } from './testing/directive-cases.ts';

/** Within reach of `lui`. */
const BASE = 0x100000n;

/** Numbers that are the same in every run: xorshift32. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const random = randomNumbers(2024);
const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)] as Item;

const csrNames = csrs.map(({ name }) => name).filter((name) => !LATER_NAMES.includes(name));

/** Mostly those that compressed forms can hold. */
const integerRegister = (): string =>
  random(3) > 0 ? (integerRegisters[8 + random(8)] as string) : pick([...integerRegisters, 'x1', 'x31', 'fp']);
const floatRegister = (): string =>
  random(2) > 0 ? (floatRegisters[8 + random(8)] as string) : pick([...floatRegisters, 'f0', 'f31']);

function number(operand: Operand): number {
  const { min, max, step } = operandRange(operand)!;
  const small = [0, 1, 4, 8, 16, 31, 32, 63, 64, 128, 248, 496, 504, 1008, -1, -8, -16, -32, -33, -64, -512];
  const choice = random(4);
  if (choice === 0) return pick([min, max]);
  const value = choice < 3 ? pick(small.filter((one) => one >= min && one <= max)) : min + random(max - min + 1);
  return value - (((value % step) + step) % step);
}

function operandText(operand: Operand): string {
  switch (operand) {
    case 'rd':
    case 'rs1':
    case 'rs2':
      return integerRegister();
    case 'fd':
    case 'fs1':
    case 'fs2':
    case 'fs3':
      return floatRegister();
    case 'imm(rs1)':
    case 'store(rs1)':
    case 'prefetch(rs1)':
      return `${number(operand)}(${pick([integerRegister(), 'sp'])})`;
    case '(rs1)':
      return `(${integerRegister()})`;
    case 'branch':
    case 'jump':
      return `.+${number(operand)}`;
    case 'csr':
      return random(4) > 0 ? pick(csrNames) : String(random(4096));
    case 'pred':
    case 'succ':
      return pick(['i', 'o', 'r', 'w', 'iorw', 'rw', 'iw', 'io']);
    case 'rm':
      return pick(['rne', 'rtz', 'rdn', 'rup', 'rmm', 'dyn']);
    default:
      return String(number(operand));
  }
}

function line(name: string, operands: readonly Operand[]): string {
  return `${name} ${operands.map(operandText).join(', ')}`;
}

const hexDump = (bytes: Uint8Array): string[] =>
  Array.from({ length: Math.ceil(bytes.length / 2) }, (_, index) =>
    [bytes[2 * index + 1] ?? 0, bytes[2 * index] ?? 0].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
  );

/** Expects all sections that both made to be equal, byte for byte. */
function expectSame(source: string): void {
  const object = assemble(source, 'test.s');
  const image = link([object], { base: BASE });
  const theirs = gnuBuild(source, object, image);
  for (const { name, kind, bytes, size } of image.sections) {
    if (kind === 'bss' && name !== '.bss') continue;
    const section = theirs.sections.find((one) => one.name === name);
    if (kind === 'bss') expect({ name, size: Math.ceil((section?.size ?? 0) / 16) * 16 }).toEqual({ name, size });
    else expect({ name, bytes: hexDump(bytes) }).toEqual({ name, bytes: hexDump(section?.bytes ?? new Uint8Array()) });
  }
}

/** Each line in 32 bytes of its own, so that one that differs shows alone. */
function expectSameLines(lines: readonly string[], prologue = '', cellsBefore = 0): void {
  const CELL = 32;
  const source = `${prologue}\n${lines.map((text) => `${text}\n.p2align 5`).join('\n')}\n`;
  const object = assemble(source, 'test.s');
  const image = link([object], { base: BASE });
  const ours = image.sections[0]!.bytes;
  const theirs = gnuBuild(source, object, image).sections.find(({ name }) => name === '.text')!.bytes;
  const cell = (bytes: Uint8Array, index: number): string =>
    hexDump(bytes.subarray(index * CELL, (index + 1) * CELL)).join(' ');
  const different = lines
    .map((text, index) => ({ text, ours: cell(ours, index + cellsBefore), theirs: cell(theirs, index + cellsBefore) }))
    .filter((line) => line.ours !== line.theirs);
  expect(different).toEqual([]);
  expect(ours.length).toBe((lines.length + cellsBefore) * CELL);
}

describe('every instruction with random operands', () => {
  const REPEATS = 24;
  for (const mode of ['norvc', 'rvc']) {
    test(`.option ${mode}`, () => {
      const lines: string[] = [];
      for (const { name, operands, ordered, extension } of instructions) {
        if (LATER_EXTENSIONS.includes(extension)) continue;
        // A distance needs room, which a jump of 1 MiB has not in this test; branches have a test of their own.
        if (operands.includes('branch') || operands.includes('jump')) continue;
        for (let repeat = 0; repeat < REPEATS; repeat++) {
          const suffix = ordered ? pick(['', '.aq', '.rl', '.aqrl']) : '';
          const given =
            operands.at(-1) === 'rm' && (random(2) === 0 || isExact(name)) ? operands.slice(0, -1) : operands;
          lines.push(line(name + suffix, given));
        }
      }
      expect(lines.length).toBeGreaterThan(4000);
      expectSameLines(lines, `.option ${mode}\n${WITH_ZBA_AND_ZBB}`);
    });
  }

  /** GNU as 2.40 takes no rounding mode for conversions that never round. */
  function isExact(name: string): boolean {
    return ['fcvt.d.w', 'fcvt.d.wu', 'fcvt.d.s', 'fcvt.s.h', 'fcvt.d.h'].includes(name);
  }
});

describe('pseudo-instructions', () => {
  for (const mode of ['norvc', 'rvc']) {
    test(`of one instruction, .option ${mode}`, () => {
      const lines: string[] = [];
      for (const { name, operands } of pseudoInstructions) {
        if (LATER_NAMES.includes(name) || operands.includes('branch') || operands.includes('jump')) continue;
        for (let repeat = 0; repeat < 12; repeat++) {
          const text = line(name, operands);
          // GNU as does not compress these, though it does compress the addi or the jalr that they are.
          if (
            !/^add .*, 0$|^add \w+, (zero|x0), -?\d+$|^(mv|move) .*, zero$|^(jalr|jr) (0\(|.*, 0$)|^jalr (ra|x1|zero), \w+$/.test(
              text,
            )
          )
            lines.push(text);
        }
      }
      expect(lines.length).toBeGreaterThan(800);
      expectSameLines(lines, `.option ${mode}\n${WITH_ZBA_AND_ZBB}`);
    });

    test(`li of constants of every length, .option ${mode}`, () => {
      const lines: string[] = [];
      const near = [-2049n, -2048n, -1n, 0n, 1n, 2047n, 2048n, 0x7ffn << 20n];
      for (let shift = 0n; shift < 64n; shift++) {
        for (const distance of near) lines.push(`li a0, ${BigInt.asIntN(64, (1n << shift) + distance)}`);
        const value = (BigInt(random(2 ** 32)) << 32n) | BigInt(random(2 ** 32));
        lines.push(`li ${integerRegister()}, 0x${(value >> shift).toString(16)}`);
        lines.push(`li t5, ${BigInt.asIntN(64, value << shift)}`);
      }
      expectSameLines(lines, `.option ${mode}`);
    });

    test(`of several instructions, .option ${mode}`, () => {
      const lines = [
        'la a0, v',
        'la sp, v + 16',
        'lla a1, f',
        'la a1, 0x12345',
        'call f',
        'call t0, f',
        'call f@plt',
        'tail f',
        'jump f, t2',
        'jal f',
        'jal t0, f',
        'j f',
        'jal zero, f',
        'lw a0, v',
        'ld s1, v+8',
        'lbu a5, v',
        'flw fa0, v, t0',
        'fld fs1, v+8, a5',
        'sw a0, v, t0',
        'sd ra, v+8, a5',
        'fsd fa1, v, t1',
        'sext.b a0, a1',
        'sext.h a0, a0',
        'zext.h t5, s0',
        'zext.w a0, a1',
        'unimp',
        'nop',
        'ret',
        'jr 8(a0)',
        'jalr a0',
        'jalr ra, a0, 4',
        'jr a5',
        'lui a0, %hi(v)',
        'addi a0, a0, %lo(v)',
        'lw a0, %lo(v)(a1)',
        'sd a0, %lo(v+8)(a1)',
        'lui a0, %hi(0x12345800)',
        'addi a0, zero, %lo(0x12345800)',
        '1: auipc a0, %pcrel_hi(v)\n addi a0, a0, %pcrel_lo(1b)\n sb a1, %pcrel_lo(1b)(a0)',
        'lr.w a0, 0(a1)',
        'fence',
        'addi a0, a1, 5 * 3 - 1',
        'csrw 0x800, 7',
        'csrrw a0, 3072 + 1, a1',
      ];
      const labels = '.data\nv: .dword 1, 2, 3, 4\n.section .text.boot, "ax"\nf: ret\n.p2align 5\n.text';
      expectSameLines(lines, `.option ${mode}\n${labels}`, 1);
    });
  }

  test('compressed instructions by their own names', () => {
    const cases: Record<string, string[]> = {
      'c.addi4spn': ['a0, sp, 16', 's1, sp, 1020'],
      'c.fld': ['fa0, 8(a1)', 'fs0, 248(s0)'],
      'c.lw': ['a0, 4(a1)', 'a5, 124(s1)', 'a0, (a1)'],
      'c.ld': ['a0, 8(a1)', 'a5, 248(s1)'],
      'c.fsd': ['fa0, 8(a1)'],
      'c.sw': ['a0, 4(a1)', 'a5, 124(s1)'],
      'c.sd': ['a0, 8(a1)', 'a5, 248(s1)'],
      'c.nop': [''],
      'c.addi': ['t6, -32', 'a0, 31'],
      'c.addiw': ['t6, -32', 'a0, 0'],
      'c.li': ['t6, -32', 'a0, 31'],
      'c.addi16sp': ['sp, -512', 'sp, 496'],
      'c.lui': ['a0, 1', 't6, 0xfffe1'],
      'c.srli': ['a0, 1', 's0, 63'],
      'c.srai': ['a0, 1', 's0, 63'],
      'c.andi': ['a0, -1', 's0, 31'],
      'c.sub': ['a0, a1'],
      'c.xor': ['a0, a1'],
      'c.or': ['a0, a1'],
      'c.and': ['a0, a1'],
      'c.subw': ['a0, a1'],
      'c.addw': ['a0, a1'],
      'c.j': ['.+8', '.-2048'],
      'c.beqz': ['a0, .+8', 's0, .-256'],
      'c.bnez': ['a0, .+8', 's0, .+254'],
      'c.slli': ['a0, 1', 't6, 63'],
      'c.fldsp': ['fa0, 8(sp)', 'ft11, 504(sp)'],
      'c.lwsp': ['a0, 4(sp)', 't6, 252(sp)'],
      'c.ldsp': ['a0, 8(sp)', 't6, 504(sp)'],
      'c.jr': ['t6'],
      'c.mv': ['a0, t6'],
      'c.ebreak': [''],
      'c.jalr': ['t6'],
      'c.add': ['a0, t6'],
      'c.fsdsp': ['fa0, 8(sp)'],
      'c.swsp': ['a0, 4(sp)'],
      'c.sdsp': ['a0, 8(sp)'],
    };
    expect(Object.keys(cases)).toEqual(compressedInstructions.map(({ name }) => name));
    expectSameLines(Object.entries(cases).flatMap(([name, operands]) => operands.map((text) => `${name} ${text}`)));
  });
});

describe('branches take the shortest form that reaches', () => {
  const conditions = [
    'beq a0, a1',
    'beqz a0',
    'bnez s1',
    'bgtu a0, t0',
    'beqz t0',
    'bne a0, zero',
    'blez a3',
    'j',
    'jal',
  ];
  // Right at the reach of a form GNU as may take the longer one, since it starts with that: see assemble.test.ts
  // for those.
  const distances = [2, 4, 128, 240, 256, 258, 300, 1000, 2030, 2048, 2100, 4000, 4080, 4094, 4096, 4100, 10000];
  for (const mode of ['norvc', 'rvc']) {
    test.each(distances)(`over %i bytes, .option ${mode}`, (distance) => {
      const bodies = conditions.map((text) => {
        const target = text.includes(' ') ? `${text},` : text;
        return `1: ${target} 2f\n.zero ${distance}\n2: ${target} 1b\n`;
      });
      expectSame(`.option ${mode}\n${bodies.join('.zero 8\n')}`);
    });
  }

  test('to other sections', () => {
    expectSame(`
beq a0, a1, f
bnez a0, f
j f
jal f
call f
.section .text.boot, "ax"
f: ret
beqz a5, g
j g
.text
g: nop
`);
  });

  test('with alignment between', () => {
    for (let padding = 230; padding < 270; padding += 2) {
      expectSame(`beqz a0, 1f\nnop\n.balign 16\n.zero ${padding}\n.p2align 3\n1: j 1b\nbnez a0, 1b\n.balign 64, 0xff`);
    }
  });
});

describe('directives', () => {
  test.each(directiveCases)('%s', (_name, source) => {
    expectSame(`nop\n${source}`);
  });
});
