/** Sources that use directives, for the comparison with GNU as. Each starts behind a nop. */
export const directiveCases: readonly (readonly [name: string, source: string])[] = [
  [
    'data of every width',
    String.raw`
.data
.byte 1, -1, 255, 'a', '\n'
.half -2, 65535
.word 0xdeadbeef, -1
.dword 1 << 40, -5
.2byte 3
.4byte 4
.8byte 5
.quad 0xffffffffffffffff
.short 1
.long 2
`,
  ],
  [
    'strings',
    String.raw`
.data
.ascii "a\tb\\\"c", "d"
.asciz "x\n"
.string "y\0z", "\x41\101"
.ascii "é"
`,
  ],
  [
    'floating-point numbers',
    `
.data
.float 1.5, -2.25e3, nan, -NaN, inf, -Inf
.double 3.141592653589793, 1, NaN, -inf, -0.0
`,
  ],
  [
    'space',
    `
.data
.space 3
.skip 2, 0xab
.zero 4
.fill 3, 2, 0x1234
.fill 2, 8, 0x12345678
.byte 1
`,
  ],
  [
    'alignment in data',
    `
.data
.byte 1
.align 3
.byte 2
.balign 16
.byte 3
.p2align 2, 0xff
.byte 4
.balign 64, , 4
.byte 5
`,
  ],
  [
    'alignment in code',
    `
c.nop
.align 4
nop
.balign 8
ret
.p2align 4, 0
nop
.option norvc
nop
.align 5
`,
  ],
  [
    'LEB128',
    `
.data
.uleb128 127
.uleb128 128
.uleb128 624485
.sleb128 -1
.sleb128 63
.sleb128 64
.sleb128 -65
.sleb128 -123456
`,
  ],
  [
    '.org and .',
    `
nop
.org 0x20
nop
. = . + 8
nop
.data
.byte 1
.org 16, 0xee
.byte 2
1: .word . - 1b
`,
  ],
  [
    'sections',
    `
.section .text.boot, "ax"
nop
.section .rodata.x, "a"
.byte 1
.text
ret
.pushsection .data
.byte 2
.popsection
nop
.previous
.data
.byte 3
.bss
.space 7
x: .zero 9
.section .note.GNU-stack, "", @progbits
.word 5
`,
  ],
  [
    'symbols and differences',
    `
a: nop
b: nop
nop
c: .set size, c - a
.data
.word b - a, size, c - b + 1
.dword a, c + 4
.byte c - a
.half size * 2
d: .dword d, . - d
.equ K, 7
.word K
K2 = K + 1
.word K2
`,
  ],
  [
    '.set again',
    `
.set x, 1
li a0, x
.set x, 2
li a0, x
.equ y, x * 3
.set x, 9
li a0, y
`,
  ],
  [
    'numeric labels',
    `
1: j 1f
1: j 1b
2: j 1b
beqz a0, 1f
1: j 2b
10: j 10b
j 11f
11:
`,
  ],
  [
    'operators',
    `
.data
.word 1 + 2 * 3, (1 + 2) * 3, 1 << 3 + 1, 7 & 3 | 8, 5 ^ 1 + 2, ~0 & 0xff, -3 / 2, -3 % 2, !5, !0
.word 3 == 3, 3 != 3, 2 < 3, 2 > 3, 2 <= 2, 3 >= 4, 1 && 2, 0 || 0, 6 | 1 - 1, 10 - 2 - 3
.quad -1 >> 4, 1 << 63, 0x8000000000000000 >> 63
.word 5 ! 3, 1 <> 2
`,
  ],
  [
    'conditionals',
    `
.set A, 3
.if A == 3
nop
.elseif A == 4
ret
.else
ecall
.endif
.ifdef A
ebreak
.endif
.ifndef B
wfi
.else
mret
.endif
.ifb
sret
.endif
.ifc a, a
fence.i
.endif
.if 0
.if 1
nop
.else
ret
.endif
.else
li a0, 1
.endif
`,
  ],
  [
    'macros',
    String.raw`
.macro save reg, off=8
sd \reg, \off(sp)
.endm
save ra
save s0, 16
save off=24, reg=s1
save a0 32
.macro loop n
.if \n
save a0, \n * 8
loop "(\n - 1)"
.endif
.endm
loop 3
.macro label
l\@: j l\@
.endm
label
label
.macro all args:vararg
.word \args
.endm
all 1, 2, 3
.macro need a:req, b
add \a, \a, \b\()1
.endm
need a0, a
`,
  ],
  [
    'a macro on one line, and one with statements as an argument',
    String.raw`
.macro init; .endm
.macro two a, b; nop; li \a, \b; .endm
init; two a0, 5; init
.macro run code
\code
.endm
run "ret; nop"
.rept 2; ecall; .endr
`,
  ],
  [
    'labels in an empty section, and zeros in .bss',
    `
.data
begin:
.bss
.word 0, 0
.dword 0
end:
.text
la a0, end
.section .rodata
.dword end
`,
  ],
  [
    'leaving a macro',
    String.raw`
.macro m a
.if \a
nop
.exitm
.endif
ret
.endm
m 1
m 0
`,
  ],
  [
    'repetitions',
    String.raw`
.rept 3
nop
.endr
.irp r, a0, a1, s0
mv \r, sp
.endr
.irpc d, 123
li a0, \d
.endr
.rept 2
.rept 2
ret
.endr
ecall
.endr
`,
  ],
  [
    'comments and separators',
    `
nop # one
nop; ret # two; ecall
/* three
four */ ret /* five */ ; nop
.ascii "# no; comment /* here */"
li a0, '#'
li a0, ';'
# six

`,
  ],
  [
    'options',
    `
.option push
.option norvc
ret
.option pop
ret
.option arch, -c
ret
.option arch, +c
ret
.option norelax
.option nopic
call f
f:
`,
  ],
  [
    '.lcomm',
    `
.lcomm a, 24
la a0, a
`,
  ],
  [
    'what GCC writes',
    `
.file "a.c"
.option nopic
.attribute unaligned_access, 0
.text
.align 1
.globl f
.type f, @function
f:
.LFB0:
.cfi_startproc
addi sp,sp,-16
.cfi_def_cfa_offset 16
sd ra,8(sp)
.cfi_offset 1, -8
lla a5,.LANCHOR0
ld a0,%lo(.LC0)(a5)
lui a4,%hi(.LC1)
fld fa5,%lo(.LC1)(a4)
lla a3,.L4
slli a0,a0,2
add a0,a0,a3
lw a0,0(a0)
jr a0
.section .rodata
.align 2
.L4:
.word .L3-.L4
.word .L2-.L4
.text
.L3:
.L2:
ld ra,8(sp)
.cfi_restore 1
addi sp,sp,16
.cfi_def_cfa_offset 0
jr ra
.cfi_endproc
.LFE0:
.size f, .-f
.section .rodata.str1.8,"aMS",@progbits,1
.LC0:
.string "text"
.section .srodata.cst8,"aM",@progbits,8
.LC1:
.word 1, 2
.section .sdata,"aw"
.align 3
.set .LANCHOR0,. + 0
.type v, @object
.size v, 8
v:
.dword 5
.section .debug_info,"",@progbits
.Ldebug:
.4byte .Ldebug
.ident "GCC: (Debian)"
.section .note.GNU-stack,"",@progbits
`,
  ],
];
