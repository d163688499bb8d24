import { describe, expect, it } from 'vitest';
import { assemblyOf, functionOf } from './testing/text.ts';

describe('instructions chosen', () => {
  it('put constants of addresses into offsets', () => {
    expect(assemblyOf(functionOf(1, '(i64.load (i64.add (local.get $a) (i64.const 24)))'))).toEqual([
      'ld a0,24(a0)',
      'ret',
    ]);
  });

  it('share the upper part of near constant addresses', () => {
    const code = assemblyOf(
      functionOf(1, '(i64.store (i64.const 0x80412348) (local.get $a)) (i64.load (i64.const 0x80412350))'),
    );
    expect(code.filter((line) => line.startsWith('lui'))).toHaveLength(1);
    expect(code.slice(-3)).toEqual(['sd a0,840(a1)', 'ld a0,848(a1)', 'ret']);
  });

  it('zero-extend in the load', () => {
    const code = assemblyOf(functionOf(1, '(i64.extend_i32_u (i32.load (local.get $a)))'));
    expect(code).toEqual(['lwu a0,0(a0)', 'ret']);
  });

  it('need no extension for what a 32-bit operation looks at', () => {
    const code = assemblyOf(`(func (export "f") (param $a i64) (param $b i32) (result i32)
      (i32.add (i32.wrap_i64 (local.get $a)) (local.get $b)))`);
    expect(code).toEqual(['addw a0,a0,a1', 'ret']);
  });

  it('extract a field by two shifts', () => {
    const code = assemblyOf(functionOf(1, '(i64.and (i64.shr_u (local.get $a) (i64.const 12)) (i64.const 0xfffffff))'));
    expect(code).toEqual(['slli a0,a0,0x18', 'srli a0,a0,0x24', 'ret']);
  });

  it('test a bit that no immediate reaches by its sign', () => {
    const test = '(i64.eqz (i64.and (local.get $a) (i64.const 0x80000)))';
    const code = assemblyOf(functionOf(2, `(if (result i64) ${test} (then (i64.const 1)) (else (local.get $b)))`));
    expect(code.slice(0, 2)).toEqual(['slli a0,a0,0x2c', 'bgez a0,a']);
  });

  it('fuse a comparison with its branch', () => {
    const code = assemblyOf(
      functionOf(2, '(select (local.get $a) (local.get $b) (i64.lt_u (local.get $a) (local.get $b)))'),
    );
    expect(code[0]).toMatch(/^bltu a0,a1,/);
  });

  it('load the prime of a hash loop once, before it', () => {
    const code = assemblyOf(
      functionOf(
        2,
        `(local $i i64) (local $h i64)
        (block $out (loop $l
          (br_if $out (i64.ge_u (local.get $i) (local.get $b)))
          (local.set $h (i64.mul (i64.const 0x100000001b3)
            (i64.xor (local.get $h) (i64.load8_u (i64.add (local.get $a) (local.get $i))))))
          (local.set $i (i64.add (local.get $i) (i64.const 1)))
          (br $l)))
        (local.get $h)`,
      ),
    );
    const last = code.findIndex((line) => line.startsWith('bltu'));
    const loop = code.slice(last - 5, last + 1).map((line) => line.split(' ')[0]);
    expect(loop).toEqual(['add', 'lbu', 'xor', 'mul', 'addi', 'bltu']);
  });
});
