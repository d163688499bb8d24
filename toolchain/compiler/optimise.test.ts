import { describe, expect, it } from 'vitest';
import { assemblyOf, functionOf, operationsOf, optimisedFunction } from './testing/text.ts';

const operations = (fields: string): string[] => operationsOf(optimisedFunction(fields)).flat();
const COUNTED_LOOP = (turns: number): string =>
  functionOf(
    1,
    `(local $i i64)
    (loop $l
      (local.set $a (i64.load (i64.add (local.get $a) (i64.shl (local.get $i) (i64.const 3)))))
      (br_if $l (i64.lt_u (local.tee $i (i64.add (local.get $i) (i64.const 1))) (i64.const ${turns}))))
    (local.get $a)`,
  );

describe('memory that is known', () => {
  it('is not loaded again', () => {
    expect(operations(functionOf(1, '(i64.add (i64.load (local.get $a)) (i64.load (local.get $a)))'))).toEqual([
      'ld',
      'add',
    ]);
  });

  it('gives what was stored, past a store elsewhere in the same structure', () => {
    const body = `(i64.store (local.get $a) (local.get $b)) (i64.store offset=8 (local.get $a) (i64.const 1))
      (i64.load (local.get $a))`;
    expect(operations(functionOf(2, body))).toEqual(['sd', 'sd']);
  });

  it('is forgotten at a store that may be to the same place', () => {
    const load = '(i64.load (local.get $a))';
    expect(operations(functionOf(2, `(i64.add ${load} (i64.store (local.get $b) (i64.const 0)) ${load})`))).toEqual([
      'ld',
      'sd',
      'ld',
      'add',
    ]);
  });

  it('is forgotten at a store that overlaps it', () => {
    const body = `(drop (i64.load (local.get $a))) (i32.store8 offset=7 (local.get $a) (i32.const 1)) (i64.load (local.get $a))`;
    expect(operations(functionOf(1, body))).toEqual(['sb', 'ld']);
  });

  it('keeps only the stored bits', () => {
    const body = '(i32.store8 (local.get $a) (i32.wrap_i64 (local.get $b))) (i64.load8_u (local.get $a))';
    expect(operations(functionOf(2, body))).toEqual(['sb', 'and']);
  });

  it('is forgotten at a device access', () => {
    const load = '(i64.load (local.get $a))';
    const fields = `(import "intrinsics" "fence_rw_rw" (func $fence)) ${functionOf(1, `(i64.add ${load} (call $fence) ${load})`)}`;
    expect(operations(fields)).toEqual(['ld', 'machine', 'ld', 'add']);
  });
});

describe('loops', () => {
  it('of few turns are unrolled', () => {
    expect(operations(COUNTED_LOOP(3))).toEqual(['ld', 'ld', 'ld']);
  });

  it('of many turns are not', () => {
    expect(operations(COUNTED_LOOP(100)).filter((operation) => operation === 'ld')).toHaveLength(1);
  });

  it('load what does not change once, if their body is certain to load it', () => {
    const fields = functionOf(
      2,
      `(local $i i64) (local $sum i64)
      (block $out (loop $l
        (br_if $out (i64.eqz (local.get $b)))
        (local.set $sum (i64.add (local.get $sum) (i64.load offset=16 (local.get $a))))
        (local.set $b (i64.sub (local.get $b) (i64.const 1)))
        (br $l)))
      (local.get $sum)`,
    );
    const ir = optimisedFunction(fields);
    const loop = ir.blocks.filter((block) => block.loop !== undefined).flatMap(({ body }) => body);
    expect(loop.map(({ operation }) => operation)).not.toContain('ld');
    expect(operationsOf(ir).flat()).toContain('ld');
  });

  it('keep a load that only some turns make', () => {
    const fields = functionOf(
      2,
      `(local $sum i64)
      (block $out (loop $l
        (br_if $out (i64.eqz (local.get $b)))
        (if (i64.eq (local.get $b) (i64.const 3))
          (then (local.set $sum (i64.add (local.get $sum) (i64.load (local.get $a))))))
        (local.set $b (i64.sub (local.get $b) (i64.const 1)))
        (br $l)))
      (local.get $sum)`,
    );
    const inLoop = optimisedFunction(fields).blocks.filter((block) => block.loop !== undefined);
    expect(inLoop.flatMap(({ body }) => body.map(({ operation }) => operation))).toContain('ld');
  });
});

describe('the stack frame', () => {
  const early = `(import "x" "g" (func $g (param i64) (result i64)))
    ${functionOf(2, '(if (i64.eqz (local.get $a)) (then (return (local.get $b)))) (i64.add (call $g (local.get $a)) (local.get $b))')}`;

  it('is made only where a call is ahead', () => {
    const code = assemblyOf(early);
    const branch = code.findIndex((line) => line.startsWith('beqz a0'));
    const frame = code.findIndex((line) => line.includes('sp,sp,-'));
    expect(branch).toBe(0);
    expect(frame).toBeGreaterThan(branch);
    expect(code.slice(-2)).toEqual(['mv a0,a1', 'ret']);
  });

  it('passes an argument again after a call, which may have changed its register', () => {
    const twice = `(import "x" "g" (func $g (param i64)))
      ${functionOf(1, '(call $g (local.get $a)) (call $g (local.get $a)) (local.get $a)')}`;
    const code = assemblyOf(twice);
    const calls = code.flatMap((line, i) => (line.startsWith('jal') ? [i] : []));
    expect(code[calls[1]! - 1]).toMatch(/^mv a0,s/);
  });

  it('does not pass an argument on that is in its register', () => {
    const code = assemblyOf(early);
    const call = code.findIndex((line) => line.startsWith('jal'));
    expect(code.slice(0, call)).not.toContainEqual(expect.stringMatching(/^mv a0,/));
  });
});
