import { describe, expect, test } from 'vitest';
import { encode } from '../../isa/encode.ts';
import { floatConstants } from '../../isa/registers.ts';
import type { Section } from '../object.ts';
import { type AssembleOptions, assemble, SourceError } from './assemble.ts';

/** What is wrong with the source, as `line:column: message`. */
function errors(source: string, options: AssembleOptions = {}): string[] {
  try {
    assemble(source, 'a.S', options);
  } catch (error) {
    if (error instanceof SourceError) return error.errors.map((one) => `${one.line}:${one.column}: ${one.message}`);
    throw error;
  }
  return [];
}

function section(source: string, name: string, options: AssembleOptions = {}): Section {
  return assemble(source, 'a.S', { compress: false, ...options }).sections.find((one) => one.name === name)!;
}

/** The 32-bit words of .text, compression off. */
function words(source: string, options: AssembleOptions = {}): number[] {
  const { bytes } = section(source, '.text', options);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(4 * index, true));
}

test('fli takes its numbers however they are written', () => {
  const source = floatConstants.map((each) => `fli.d fa0, ${each}`).join('\n');
  expect(words(source)).toEqual(floatConstants.map((_, imm) => encode('fli.d', { rd: 10, imm })));
  expect(words('fli.s ft0, -1\nfli.s ft0, 1\nfli.s ft0, 0.5e0\nfcvtmod.w.d a0, fa1, rtz')).toEqual([
    encode('fli.s', { imm: 0 }),
    encode('fli.s', { imm: 16 }),
    encode('fli.s', { imm: 12 }),
    encode('fcvtmod.w.d', { rd: 10, rs1: 11 }),
  ]);
});

describe('errors say where, what and the remedy', () => {
  test.each<[string, string]>([
    ['foo a0, a1', "1:1: no instruction or directive is called 'foo'"],
    ['.foo', "1:1: no directive is called '.foo'"],
    ['  addi a0, a1, 5000', '1:16: immediate 5000 is outside -2048..2047; load it with li first'],
    ['lw a0, 4096(a1)', '1:8: offset 4096 is outside -2048..2047; add the rest to the base register first'],
    ['slli a0, a0, 64', '1:14: shift amount 64 is outside 0..63'],
    ['slliw a0, a0, 32', '1:15: shift amount 32 is outside 0..31'],
    ['lui a0, 0x100000', '1:9: immediate 1048576 is outside 0..1048575'],
    ['add a0, a1', '1:11: an operand is missing: rd, rs1, rs2'],
    ['add', '1:4: operands are missing: rd, rs1, rs2'],
    ['add a0, a1, a2, a3', "1:15: expected the end of the statement, found ',': the instruction takes rd, rs1, rs2"],
    ['ecall 5', "1:7: expected the end of the statement, found '5': the instruction takes no operands"],
    ['add a0, b1, a2', "1:9: expected an integer register (a0, t1, x5, …), found 'b1'"],
    ['fadd.s fa0, a1, fa2', "1:13: expected a floating-point register (fa0, ft1, f5, …), found 'a1'"],
    ['fadd.s fa0, fa1, fa2, up', "1:23: expected a rounding mode (rne, rtz, rdn, rup, rmm, dyn), found 'up'"],
    ['fli.s fa0, 0.3', `1:12: fli does not load '0.3' but ${floatConstants.join(', ')}`],
    ['fcvtmod.w.d a0, fa0', '1:20: an operand is missing: rd, fs1, rtz'],
    ['fcvtmod.w.d a0, fa0, rne', "1:22: expected rtz, the one rounding mode of this instruction, found 'rne'"],
    ['csrr a0, mfoo', "1:10: no CSR is called 'mfoo'; a number from 0 to 0xfff is possible too"],
    ['csrr a0, 4096', '1:10: the CSR number 4096 is outside 0..4095'],
    ['csrwi mstatus, 32', '1:16: immediate 32 is outside 0..31'],
    ['fence wr, rw', "1:7: expected letters of iorw, in this order, found 'wr'"],
    ['amoadd.w a0, a1, 4(a2)', '1:18: this instruction takes no offset; add it to the base register first'],
    ['amoadd.w.foo a0, a1, (a2)', "1:1: no instruction or directive is called 'amoadd.w.foo'"],
    ['addi a0, a0, f\nf:', "1:14: 'f' is an address, not a number; use la, or %lo(f)"],
    ['addi a0, a0, SIZE', "1:14: 'SIZE' is not defined as a number (.equ); for an address use la, or %lo(SIZE)"],
    [
      'li a0, LATE\n.equ LATE, 5000',
      '1:8: 5000 is outside -2048..2047, all that li takes of a number defined later; define it above',
    ],
    ['lui a0, %lo(f)', '1:9: %lo belongs into an instruction with a 12-bit immediate, such as addi or lw'],
    ['addi a0, a0, %hi(f)', '1:14: %hi belongs into lui or auipc'],
    ['addi a0, a0, %got(f)', '1:15: unknown %got; known are %hi, %lo, %pcrel_hi, %pcrel_lo'],
    ['c.addi a0, 32', "1:1: these operands do not fit c.addi; leave out the 'c.' for the long form"],
    ['j 1f', "1:1: there is no label '1:' behind this reference to '1f'"],
    ['j 1b', "1:3: there is no label '1:' before this line"],
    ['f:\nf:', "2:1: 'f' is defined already, at a.S:1; give one of the two another name"],
    ['f:\n.set f, 1', "2:1: 'f' is defined already, at a.S:1"],
    ['.byte 256', '1:7: 256 does not fit 1 byte'],
    ['.half -32769', '1:7: -32769 does not fit 2 bytes'],
    ['.word 0x100000000', '1:7: 4294967296 does not fit 4 bytes'],
    ['.byte f', "1:7: the address of 'f' does not fit 1 byte"],
    ['.word 1 / 0', '1:7: division by zero'],
    ['.word f * 2\nf:', "1:7: '*' needs numbers that are known here, but 'f' is an address"],
    ['.word 1.5', '1:7: 1.5 is not an integer; only .float and .double take such numbers'],
    ['.word 089', "1:1: '089' starts with 0, so it is octal, but it has an 8 or a 9"],
    ['.word 12xy', "1:7: '12xy' is neither a number nor a name"],
    ['.ascii "abc', '1:8: this string is not closed on its line'],
    ['.ascii "\\q"', "1:9: unknown escape '\\q'; write \\\\ for a backslash"],
    ['.ascii abc', "1:8: expected a string in double quotes, found 'abc'"],
    ['.balign 3', '1:9: the alignment 3 is no power of two'],
    ['.align 25', '1:8: the alignment 25 is outside 0..24'],
    ['nop\nnop\n.org 2', '3:1: .org 2 goes back: the section has 4 bytes already'],
    ['.org 1 << 60', '1:1: .org 1152921504606846976 is beyond 268435456 bytes'],
    ['.space 1 << 30', '1:1: a size of 1073741824 is outside 0..268435456'],
    ['.space f\nf:', '1:1: the number of bytes must not depend on an address'],
    [
      '.bss\n.word 1',
      '2:1: .word with a value other than 0 cannot stand in .bss, which has no contents; use .data or .rodata',
    ],
    ['.bss\nnop', '2:1: an instruction cannot stand in .bss, which has no contents; use .data or .rodata'],
    ['.section x, "q"', '1:1: unknown section flag \'q\'; use letters of "awx"'],
    ['.popsection', '1:1: .popsection without .pushsection'],
    ['.option foo', "1:9: unknown option 'foo'; known are rvc, norvc, push, pop, relax, norelax, nopic, arch"],
    ['.option pop', '1:9: .option pop without .option push'],
    ['.if 1', '1:1: this .if has no .endif'],
    ['.endif', '1:1: .endif without .if'],
    [
      '.if X\n.endif',
      "1:1: the condition must be a number that is known here, but 'X' is not defined before this line",
    ],
    ['.macro m\nnop', '1:1: this .macro has no .endm'],
    ['.macro m a\nnop\n.endm\nm 1, 2', '4:1: the macro m takes 1 arguments, but 2 are given'],
    ['.macro m a:req\nnop\n.endm\nm', "4:1: the macro m needs a value for 'a'"],
    ['.macro m a\nli a0\n.endm\n  m 1', '4:3: an operand is missing: rd, imm (in macro m, a.S:2)'],
    ['.macro m\nm\n.endm\nm', '4:1: macros are nested 200 deep: does one use itself? (in macro m, a.S:2)'],
    ['.rept -1\n.endr', '1:1: the number of repetitions -1 is outside 0..1000000'],
    ['.error "no way"', '1:1: no way'],
    ['#error no way', '1:1: #error no way'],
    ['#if 1', '1:1: this #if has no #endif'],
    ['#else', '1:1: #else without #if'],
    ['#if (1\n#endif', "1:1: #if: expected ')', found the end of the statement"],
    ['#include "b.S"', "1:1: cannot include 'b.S': no files can be included here"],
    ['#define F(x) x\nli a0, F(1, 2)', '2:9: F takes 1 arguments, but 2 are given'],
    ['.cfi_endproc', '1:1: .cfi_endproc stands outside .cfi_startproc and .cfi_endproc'],
    ['5 nop', "1:1: expected an instruction, a directive or a label, found '5 nop'"],
  ])('%s', (source, message) => {
    expect(errors(source)).toEqual([message]);
  });

  test('symbols that are defined by each other', () => {
    expect(errors('.set a, b\n.set b, a\n.word a')).toEqual(
      ['1:1', '2:1', '3:7'].map((place) => `${place}: 'b' is defined by itself`),
    );
  });

  test('all of a file are told, in the order of its lines', () => {
    const source = 'foo\n#error first\nnop; bar; addi a0, a0, 9999\n.equ X, 1\nli a0,\nj 3f';
    expect(errors(source).map((error) => error.slice(0, 5))).toEqual([
      '1:1: ',
      '2:1: ',
      '3:6: ',
      '3:24:',
      '5:7: ',
      '6:1: ',
    ]);
  });

  test('the message of the error itself has one line for each', () => {
    expect(() => assemble('foo\nbar', 'x/y.S')).toThrow(
      "x/y.S:1:1: error: no instruction or directive is called 'foo'\nx/y.S:2:1: error: no instruction",
    );
  });

  test('an error in an included file names that file', () => {
    const include = (): string => 'nop\nfoo';
    expect(() => assemble('#include "b.S"', 'a.S', { include })).toThrow(/^b\.S:2:1: error/);
    expect(() => assemble('.include "b.S"', 'a.S', { include })).toThrow(/^b\.S:2:1: error/);
  });

  test('repetitions of repetitions come to an end, and so do errors', () => {
    const nested = '.rept 100000\n.rept 100000\nnop\n.endr\n.endr';
    expect(errors(nested.replace('nop', 'nop\n'.repeat(20)))).toEqual(['1:1: .rept makes more than 1000000 lines']);
    expect(errors('.rept 5000\nfoo\n.endr')).toHaveLength(1);
    expect(errors(Array.from({ length: 5000 }, (_, row) => `foo${row}`).join('\n'))).toHaveLength(100);
  });

  test('a file that includes itself comes to an end', () => {
    expect(errors('', {})).toEqual([]);
    const include = (): string => '#include "a.S"';
    expect(() => assemble('#include "a.S"', 'a.S', { include })).toThrow(/included 64 files deep/);
  });

  test('the column stays that of the source where a macro is replaced', () => {
    expect(errors('#define REGISTER a0\n add REGISTER, REGISTER, 5000')).toEqual([
      '2:26: immediate 5000 is outside -2048..2047; load it with li first',
    ]);
  });
});

describe('the preprocessor', () => {
  test('defines, with and without parameters, and given from outside', () => {
    const source = [
      '#define REG a0',
      '#define ADD(x, y) addi x, x, (y) * TWO',
      '#define JOIN(a, b) a##b',
      'ADD(REG, 3)',
      'ADD(JOIN(s, 1), OFFSET)',
      '#undef REG',
      '.equ REG, 4',
      'li a0, REG',
    ].join('\n');
    expect(words(source, { defines: { TWO: 2n, OFFSET: 8n } })).toEqual([
      encode('addi', { rd: 10, rs1: 10, imm: 6 }),
      encode('addi', { rd: 9, rs1: 9, imm: 16 }),
      encode('addi', { rd: 10, imm: 4 }),
    ]);
  });

  test('arguments over several lines, and any number of them', () => {
    const source = [
      '#define CASE(number, code...) test_##number: code; li t0, number',
      '#define ALL(...) .word __VA_ARGS__',
      'CASE(1, add a0, a1, a2)',
      'CASE(2,',
      '  li a0, 1; // one',
      '  li a1, 2)',
      'ALL(1, 2)',
    ].join('\n');
    expect(words(source)).toEqual([
      encode('add', { rd: 10, rs1: 11, rs2: 12 }),
      encode('addi', { rd: 5, imm: 1 }),
      encode('addi', { rd: 10, imm: 1 }),
      encode('addi', { rd: 11, imm: 2 }),
      encode('addi', { rd: 5, imm: 2 }),
      1,
      2,
    ]);
    expect(errors('#define F(x) x\nnop\nF(1')).toEqual(['3:2: the arguments of F( are not closed']);
  });

  test('conditions nest, and only one branch counts', () => {
    const source = [
      '#if defined(A) && A > 2',
      '#ifdef B',
      'li a0, 1',
      '#else',
      'li a0, 2',
      '#endif',
      '#elif 1',
      'li a0, 3',
      '#else',
      'li a0, 4',
      '#endif',
    ].join('\n');
    const value = (defines: Record<string, bigint>): number => words(source, { defines })[0]! >>> 20;
    expect([value({ A: 3n }), value({ A: 3n, B: 0n }), value({ A: 1n }), value({})]).toEqual([2, 1, 3, 3]);
  });

  test('operators bind as in C there, and as in GNU as elsewhere', () => {
    expect(words('#if 1 << 1 + 1 == 4\nli a0, 1 << 1 + 1\n#endif')).toEqual([encode('addi', { rd: 10, imm: 3 })]);
  });

  test('comments of every kind are gone, but not those in strings', () => {
    const source = '/* a\n b */ li a0, 1 // c\n# d \' "\n.data\n.ascii "/*#//" # e \' "\n';
    expect(words(source)).toEqual([encode('addi', { rd: 10, imm: 1 })]);
    expect(new TextDecoder().decode(section(source, '.data').bytes)).toBe('/*#//');
  });
});

describe('the object', () => {
  test("has a line row for each instruction, at the place of a macro's use", () => {
    const { lines } = section('.macro m\n nop\n ret\n.endm\nnop; ecall\n  m', '.text');
    expect(lines).toEqual([
      { offset: 0, file: 'a.S', line: 5, column: 1 },
      { offset: 4, file: 'a.S', line: 5, column: 6 },
      { offset: 8, file: 'a.S', line: 6, column: 3 },
      { offset: 12, file: 'a.S', line: 6, column: 3 },
    ]);
  });

  test('has frame rows from CFI directives', () => {
    const source = [
      '.cfi_startproc',
      'addi sp, sp, -32',
      '.cfi_def_cfa_offset 32',
      'sd ra, 24(sp)',
      '.cfi_offset ra, -8',
      'nop',
      '.cfi_restore ra',
      'addi sp, sp, 32',
      '.cfi_adjust_cfa_offset -32',
      'ret',
      '.cfi_endproc',
    ].join('\n');
    expect(section(source, '.text').frames).toEqual([
      { offset: 0, frameSize: 0, returnAddress: 'ra' },
      { offset: 4, frameSize: 32, returnAddress: 'ra' },
      { offset: 8, frameSize: 32, returnAddress: 24 },
      { offset: 12, frameSize: 32, returnAddress: 'ra' },
      { offset: 16, frameSize: 0, returnAddress: 'ra' },
    ]);
  });

  test('knows kind, size and type of its symbols', () => {
    const source =
      '.globl f\n.type f, @function\nf: nop\nret\n.size f, . - f\n.equ N, 5\n.weak w\n.data\nd: .word w\n.Lx:';
    expect(assemble(source, 'a.S', { compress: false }).symbols).toEqual([
      { name: 'f', section: '.text', value: 0n, size: 8, type: 'function', global: true },
      { name: 'N', section: undefined, value: 5n, size: 0, type: 'none', global: false },
      { name: 'w', section: undefined, value: 0n, size: 0, type: 'none', global: true, weak: true },
      { name: 'd', section: '.data', value: 0n, size: 0, type: 'none', global: false },
    ]);
  });

  test('leaves out sections that are not loaded', () => {
    const object = assemble('nop\n.section .comment\n.ascii "x"\n.section .note.GNU-stack,"",@progbits', 'a.S');
    expect(object.sections.map(({ name }) => name)).toEqual(['.text']);
  });

  test('has relocations for what is elsewhere', () => {
    expect(section('call f\n.data', '.text').relocations).toEqual([
      { offset: 0, type: 'R_RISCV_CALL_PLT', symbol: 'f', addend: 0n },
    ]);
    expect(section('nop\n.data\n.dword f + 8\n.word g - f', '.data').relocations).toEqual([
      { offset: 0, type: 'R_RISCV_64', symbol: 'f', addend: 8n },
      { offset: 8, type: 'R_RISCV_ADD32', symbol: 'g', addend: 0n },
      { offset: 8, type: 'R_RISCV_SUB32', symbol: 'f', addend: 0n },
    ]);
  });
});

describe('relaxation chooses the shortest form', () => {
  test.each<[string, number, number]>([
    ['beqz a0', 252, 2],
    ['beqz a0', 254, 4],
    ['beqz a0', 4090, 4],
    ['beqz a0', 4092, 6],
    ['beq a0, a1', 4090, 4],
    ['beq a0, a1', 4092, 8],
    ['j', 2044, 2],
    ['j', 2046, 4],
  ])('%s over %i bytes takes %i', (branch, distance, size) => {
    const { bytes } = section(`${branch.includes(' ') ? `${branch},` : branch} 1f\n.zero ${distance}\n1:`, '.text', {
      compress: true,
    });
    expect(bytes.length - distance).toBe(size);
  });

  test('a distance that grows because another branch grew', () => {
    // The inner branch needs 4 bytes, so the outer one does not reach with 2 any more.
    const source = 'beqz a0, 1f\nbeqz a1, 2f\n.zero 248\n1: .zero 100\n2:';
    expect(section(source, '.text', { compress: true }).bytes.length).toBe(348 + 4 + 2);
    expect(section(source.replace('248', '250'), '.text', { compress: true }).bytes.length).toBe(350 + 4 + 4);
  });
});

describe('numbers that later lines tell', () => {
  test('li of a length, an immediate and an offset', () => {
    const source = `
li a0, LENGTH
addi a1, a1, (end - start) / 2
ld a2, end - start(sp)
.data
start: .zero 24
end:
.equ LENGTH, end - start
`;
    expect(words(source)).toEqual([
      encode('addi', { rd: 10, imm: 24 }),
      encode('addi', { rd: 11, rs1: 11, imm: 12 }),
      encode('ld', { rd: 12, rs1: 2, imm: 24 }),
    ]);
  });
});
