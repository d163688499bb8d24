import { expect, test } from 'vitest';
import { assemble } from './assembler/assemble.ts';
import { readElf, writeElf } from './elf.ts';
import { link } from './linker/link.ts';
import { disassembleElf } from './objdump.ts';

const source = `.globl _start
_start:
  call f
  beqz a0, 1f
  .zero 20
1: j _start
.type f, @function
f: .word 0xffffffff
  ret
.data
v: .dword 1
`;

const elf = readElf(writeElf(link([assemble(source, 'a.S')], { base: 0x80200000n, stackSize: 4096 })));

test('the code has labels, source lines, targets by name, and no long runs of zeros', () => {
  const text = disassembleElf(elf);
  const code = text.slice(text.indexOf('Disassembly'));
  expect(code).toBe(`Disassembly of section .text:

0000000080200000 <_start>:
; a.S:3
80200000:	00000097	auipc	ra,0x0
80200004:	020080e7	jalr	32(ra) # 80200020 <f>
; a.S:4
80200008:	c919    	beqz	a0,8020001e <_start+0x1e>
	...
; a.S:6
8020001e:	b7cd    	j	80200000 <_start>

0000000080200020 <f>:
; a.S:9
80200020:	ffffffff	.4byte	0xffffffff
80200024:	8082    	ret
`);
});

test('what auipc and lui begin is shown where it ends', () => {
  const source = `la a0, v
 lw a1, v + 4
 sw a1, v, t0
 auipc a2, 1
 nop
 mv a2, a3
 addi a2, a2, 4
 lui a4, 0x12345
 addiw a4, a4, 0x678
 xori a4, a4, 1
 .data
v: .dword 1`;
  const text = disassembleElf(readElf(writeElf(link([assemble(source, 'a.S')], { base: 0x100000n }))));
  expect(text.split('\n').flatMap((row) => row.match(/# .*/g) ?? [])).toEqual([
    '# 101000 <v>',
    '# 101004 <v+0x4>',
    '# 101000 <v>',
    '# 12345678',
  ]);
});

test('sections show their rights and size, symbols their scope and type', () => {
  const text = disassembleElf(elf);
  expect(text).toMatch(/^ELF for RV64, entry 0x80200000$/m);
  expect(text).toMatch(/^ {2}\.text +0000000080200000 {2}R-X {2}38 bytes$/m);
  expect(text).toMatch(/^ {2}\.data +0000000080201000 {2}RW- {2}8 bytes$/m);
  expect(text).toMatch(/^ {2}\.symtab +--- {2}\d+ bytes$/m);
  expect(text).toMatch(/^ {2}0000000080200000 g {2}\.text +00000000 _start$/m);
  expect(text).toMatch(/^ {2}0000000080200020 lF \.text +00000000 f$/m);
  expect(text).toMatch(/^ {2}0000000000001000 g {2}\*ABS\* +00000000 __stack_size$/m);
});

test('an ELF without sections shows the code of its segments', () => {
  const stripped = { ...elf, sections: [], symbols: [] };
  expect(disassembleElf(stripped)).toMatch(
    /^ELF.*\n\nDisassembly of the segment at 0x80200000:\n80200000:\t00000097\tauipc/,
  );
});
