import { describe, expect, test } from 'vitest';
import { disassemble } from './disassemble.ts';
import { encode } from './encode.ts';

const text = (parcel: number, pc = 0x1000n): string => disassemble(parcel, pc).text.replace('\t', ' ');

describe('disassemble', () => {
  test.each<[string, number]>([
    ['.4byte 0xffffffff', 0xffffffff],
    ['.4byte 0x7f', 0x7f],
    ['.2byte 0x8002', 0x8002],
    ['unimp', 0],
    ['unimp', encode('csrrw', { csr: 0xc00 })],
    ['addi a0,a1,-1', encode('addi', { rd: 10, rs1: 11, imm: -1 })],
    ['li a0,5', encode('addi', { rd: 10, imm: 5 })],
    ['mv a0,a1', encode('addi', { rd: 10, rs1: 11 })],
    ['nop', encode('addi')],
    ['ret', encode('jalr', { rs1: 1 })],
    ['jr 8(t0)', encode('jalr', { rs1: 5, imm: 8 })],
    ['jalr t0,8(a0)', encode('jalr', { rd: 5, rs1: 10, imm: 8 })],
    ['j ff0', encode('jal', { imm: -16 })],
    ['jal 1010', encode('jal', { rd: 1, imm: 16 })],
    ['beqz a0,1008', encode('beq', { rs1: 10, imm: 8 })],
    ['ld s0,-8(sp)', encode('ld', { rd: 8, rs1: 2, imm: -8 })],
    ['sd s0,16(sp)', encode('sd', { rs2: 8, rs1: 2, imm: 16 })],
    ['lui a0,0x80200', encode('lui', { rd: 10, imm: 0x80200 })],
    ['slli a0,a0,0x20', encode('slli', { rd: 10, rs1: 10, imm: 32 })],
    ['csrr a0,hstatus', encode('csrrs', { rd: 10, csr: 0x600 })],
    ['csrw 0x8c0,a0', encode('csrrw', { rs1: 10, csr: 0x8c0 })],
    ['csrsi sstatus,2', encode('csrrsi', { imm: 2, csr: 0x100 })],
    ['rdtime a0', encode('csrrs', { rd: 10, csr: 0xc01 })],
    ['fence rw,w', encode('fence', { pred: 3, succ: 1 })],
    ['fence', encode('fence', { pred: 15, succ: 15 })],
    ['amoadd.d.aqrl a0,a1,(a2)', encode('amoadd.d', { rd: 10, rs2: 11, rs1: 12, aq: true, rl: true })],
    ['lr.w.aq a0,(a1)', encode('lr.w', { rd: 10, rs1: 11, aq: true })],
    ['hlvx.wu a0,(a1)', encode('hlvx.wu', { rd: 10, rs1: 11 })],
    ['hfence.gvma', encode('hfence.gvma')],
    ['hfence.vvma a0,a1', encode('hfence.vvma', { rs1: 10, rs2: 11 })],
    ['sfence.vma zero,a1', encode('sfence.vma', { rs2: 11 })],
    ['sh2add a0,a1,a2', encode('sh2add', { rd: 10, rs1: 11, rs2: 12 })],
    ['rori a0,a1,0x3f', encode('rori', { rd: 10, rs1: 11, imm: 63 })],
    ['zext.w a0,a1', encode('add.uw', { rd: 10, rs1: 11 })],
    ['zext.h a0,a1', encode('zext.h', { rd: 10, rs1: 11 })],
    ['czero.eqz a0,a1,a2', encode('czero.eqz', { rd: 10, rs1: 11, rs2: 12 })],
    ['amocas.q.rl a0,a2,(a4)', encode('amocas.q', { rd: 10, rs2: 12, rs1: 14, rl: true })],
    ['cbo.zero (a0)', encode('cbo.zero', { rs1: 10 })],
    ['prefetch.w -64(a0)', encode('prefetch.w', { rs1: 10, imm: -64 })],
    ['ori zero,a0,-60', encode('ori', { rs1: 10, imm: -60 })],
    ['wrs.nto', encode('wrs.nto')],
    ['ntl.s1', encode('add', { rs2: 4 })],
    ['fadd.d fa0,fa1,fa2', encode('fadd.d', { rd: 10, rs1: 11, rs2: 12 })],
    ['fcvt.w.d a0,fa1,rtz', encode('fcvt.w.d', { rd: 10, rs1: 11, rm: 1 })],
    ['fli.d fa0,0.5', encode('fli.d', { rd: 10, imm: 12 })],
    ['fli.s fa0,min', encode('fli.s', { rd: 10, imm: 1 })],
    ['fround.h fa0,fa1', encode('fround.h', { rd: 10, rs1: 11 })],
    ['froundnx.s fa0,fa1,rup', encode('froundnx.s', { rd: 10, rs1: 11, rm: 3 })],
    ['fcvtmod.w.d a0,fa1,rtz', encode('fcvtmod.w.d', { rd: 10, rs1: 11 })],
    ['fltq.s a0,fa1,fa2', encode('fltq.s', { rd: 10, rs1: 11, rs2: 12 })],
    ['fmv.d fa0,fa1', encode('fsgnj.d', { rd: 10, rs1: 11, rs2: 11 })],
    ['addi sp,sp,-16', 0x1141],
    ['sd ra,8(sp)', 0xe406],
    ['mv a0,a1', 0x852e],
    ['c.li zero,1', 0x4005],
  ])('%s', (expected, parcel) => {
    expect(text(parcel)).toBe(expected);
  });

  test('a compressed instruction has two bytes, whatever follows it', () => {
    expect(disassemble(0xffff8082, 0n)).toEqual({ text: 'ret', length: 2 });
    expect(disassemble(0x00008067, 0n)).toEqual({ text: 'ret', length: 4 });
  });

  test('without aliases every instruction has its own name', () => {
    const plain = (parcel: number): string => disassemble(parcel, 0n, { aliases: false }).text;
    expect(plain(encode('addi', { rd: 10, imm: 5 }))).toBe('addi\ta0,zero,5');
    expect(plain(0x8082)).toBe('c.jr\tra');
    expect(plain(0x7139)).toBe('c.addi16sp\tsp,-64');
    expect(plain(0xe406)).toBe('c.sdsp\tra,8(sp)');
  });

  test('targets of branches get their symbol, addresses wrap at 64 bits', () => {
    const symbol = (address: bigint): string => `at${address}`;
    expect(disassemble(encode('jal', { imm: 8 }), 8n, { symbol }).text).toBe('j\t10 <at16>');
    expect(text(encode('jal', { imm: -16 }), 0n)).toBe('j fffffffffffffff0');
  });
});
