import { describe, expect, it } from 'vitest';
import { compileAssemblyScript } from '../assemblyscript.ts';
import type { FrameRow, ObjectFile } from '../object.ts';
import { compile } from './compile.ts';
import { CompileError } from './errors.ts';
import { INTRINSICS } from './intrinsics.ts';
import { runOnMachine } from './testing/machine.ts';
import { compileTest, linkTest, readRepositoryFile } from './testing/program.ts';
import { functionOf, wasmOf } from './testing/text.ts';

const objectOf = (fields: string): ObjectFile => compile(wasmOf(fields), { name: 'test' });
const symbolOf = (object: ObjectFile, name: string) => object.symbols.find((symbol) => symbol.name === name);
const sectionOf = (object: ObjectFile, name: string) => object.sections.find((section) => section.name === name)!;

async function compileSource(source: string): Promise<ObjectFile> {
  const { wasm, sourceMap } = await compileAssemblyScript({
    entry: 'demo/main.ts',
    readFile: (path) => (path === 'demo/main.ts' ? source : readRepositoryFile(path)),
    target: 'wasm64',
    memoryBase: 0x8040_0000n,
  });
  return compile(wasm, { name: 'demo', sourceMap });
}

describe('the object file', () => {
  const object = objectOf(`
    (import "world" "enter_guest" (func $enter (param i64)))
    (global (export "VCPU_SEPC") i64 (i64.const 256))
    (global $counter (mut i64) (i64.const -2))
    (data (i64.const 0x80400010) "abc")
    (data (i64.const 0x80400000) "xyz")
    (table 2 funcref)
    (elem (i32.const 1) $inner)
    (func $inner (param i64) (call $enter (local.get 0)))
    (func (export "outer") (result i64) (call_indirect (param i64) (i64.const 1) (i32.const 1)) (global.get $counter))`);

  it('names functions: exported ones globally, others for itself', () => {
    expect(symbolOf(object, 'outer')).toMatchObject({ section: '.text', type: 'function', global: true });
    expect(symbolOf(object, 'inner')).toMatchObject({ section: '.text', type: 'function', global: false });
  });

  it('calls imports by their names', () => {
    expect(sectionOf(object, '.text').relocations.map(({ symbol }) => symbol)).toContain('enter_guest');
  });

  it('makes exported constants absolute symbols', () => {
    expect(symbolOf(object, 'VCPU_SEPC')).toMatchObject({ section: undefined, value: 256n, global: true });
  });

  it('has static data at its address, with the gaps', () => {
    const data = sectionOf(object, '.data.static');
    expect(data.address).toBe(0x8040_0000n);
    expect(Buffer.from(data.bytes).toString('latin1')).toBe(`xyz${'\0'.repeat(13)}abc`);
  });

  it('gives mutable globals slots, the first where gp points', () => {
    expect(symbolOf(object, '__global_pointer')).toMatchObject({ section: '.data.globals', value: 0n });
    expect([...sectionOf(object, '.data.globals').bytes]).toEqual([0xfe, ...new Array(7).fill(0xff)]);
  });

  it('lists the function table with addresses and signatures', () => {
    const { relocations, bytes } = sectionOf(object, '.rodata');
    expect(relocations).toContainEqual({ offset: 16, type: 'R_RISCV_64', symbol: 'inner', addend: 0n });
    expect([bytes[8], bytes[24]]).toEqual([0, 1]);
  });

  it('knows the source line of its code', async () => {
    const source = 'export function double(x: u64): u64 {\n  return x * 2;\n}\n';
    const { lines } = sectionOf(await compileSource(source), '.text');
    expect(lines).toContainEqual(expect.objectContaining({ file: 'demo/main.ts', line: 2 }));
  });
});

describe('frame rows', () => {
  /** The stack adjustment of each instruction in the code of a function, as sp moves. */
  function check(object: ObjectFile): number {
    const { bytes, frames } = sectionOf(object, '.text');
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const rowAt = (offset: number): FrameRow => frames.filter((row) => row.offset <= offset).at(-1)!;
    let adjustments = 0;
    for (let offset = 0; offset < bytes.length; ) {
      const half = view.getUint16(offset, true);
      const length = (half & 3) === 3 ? 4 : 2;
      const change = stackChange(half, length === 4 ? view.getUint32(offset, true) : 0);
      if (change !== 0) {
        adjustments++;
        expect(rowAt(offset + length).frameSize).toBe(rowAt(offset).frameSize - change);
      }
      offset += length;
    }
    return adjustments;
  }

  /** c.addi16sp, c.addi sp and addi sp, sp: what they add to sp. */
  function stackChange(half: number, word: number): number {
    if ((half & 0xef83) === 0x6101) {
      const bits = [9, 4, 6, 8, 7, 5];
      const from = [12, 6, 5, 4, 3, 2];
      const value = bits.reduce((sum, bit, i) => sum | (((half >> from[i]!) & 1) << bit), 0);
      return (value << 22) >> 22;
    }
    if ((half & 0xef83) === 0x0101) return ((((half >> 7) & 0x20) | ((half >> 2) & 0x1f)) << 26) >> 26;
    return (word & 0xfffff) === 0x10113 ? word >> 20 : 0;
  }

  it('follow sp through prologue, epilogue and early return', () => {
    const object = objectOf(`(import "x" "g" (func $g (param i64) (result i64)))
      ${functionOf(2, '(if (i64.eqz (local.get $a)) (then (return (local.get $b)))) (i64.add (call $g (local.get $a)) (local.get $b))')}`);
    expect(check(object)).toBe(2);
    const { frames } = sectionOf(object, '.text');
    expect(frames[0]).toEqual({ offset: 0, frameSize: 0, returnAddress: 'ra' });
    expect(frames.find(({ returnAddress }) => returnAddress !== 'ra')).toMatchObject({
      frameSize: 16,
      returnAddress: 8,
    });
  });

  it('follow sp into a call that does not return', () => {
    const object = objectOf(functionOf(1, '(if (i64.eqz (local.get $a)) (then (unreachable))) (local.get $a)'));
    expect(check(object)).toBe(1);
    expect(sectionOf(object, '.text').frames.at(-1)).toMatchObject({ frameSize: 16, returnAddress: 8 });
  });
});

it('saves on each way only the registers that it needs', () => {
  const object = objectOf(`(import "x" "g" (func $g (param i64) (result i64)))
    ${functionOf(
      3,
      `(if (i64.eqz (local.get $a)) (then (return (call $g (local.get $a)))))
      (i64.add (call $g (call $g (call $g (local.get $a)))) (i64.add (local.get $b) (local.get $c)))`,
    )}`);
  const { bytes } = sectionOf(object, '.text');
  const halves = Array.from({ length: bytes.length / 2 }, (_, i) => bytes[2 * i]! | (bytes[2 * i + 1]! << 8));
  // c.sdsp and c.ldsp: the return address on either way, and $b and $c on the second, where they live across calls.
  expect(halves.filter((half) => (half & 0xe003) === 0xe002)).toHaveLength(1 + 3);
  expect(halves.filter((half) => (half & 0xe003) === 0x6002)).toHaveLength(1 + 3);
});

describe('what bare-metal code cannot have', () => {
  const message = async (source: string): Promise<string> => {
    try {
      await compileSource(source);
    } catch (error) {
      if (error instanceof CompileError) return error.message;
      throw error;
    }
    return '';
  };

  it('is named with its function and line', async () => {
    expect(await message('export function half(x: i32): i32 {\n  const y = <f64>x;\n  return <i32>(y / 2);\n}\n')).toBe(
      'float in half at demo/main.ts:2: bare-metal code has no floating point',
    );
    expect(await message('export function f(x: f32): void {}\n')).toContain('float in f');
    expect(await message('export function f(): void {\n  atomic.notify(0, 1);\n}\n')).toContain(
      'use wfi and an interrupt',
    );
  });

  it('is a CSR or intrinsic that does not exist', () => {
    const of = (module: string, name: string): (() => ObjectFile) => {
      const fields = `(import "${module}" "${name}" (func $i (result i64))) ${functionOf(0, '(call $i)')}`;
      return () => objectOf(fields);
    };
    expect(of('csr', 'csrr_hgapt')).toThrow("csrr_hgapt: there is no CSR called 'hgapt'");
    expect(of('csr', 'read_satp')).toThrow('no CSR access');
    expect(of('intrinsics', 'hlv_q')).toThrow("there is no intrinsic called 'hlv_q'");
    expect(of('intrinsics', 'toString')).toThrow(CompileError);
  });

  it('is a module for wasm32', async () => {
    const { wasm } = await compileAssemblyScript({
      entry: 'a.ts',
      readFile: (path) => (path === 'a.ts' ? 'export function f(): void {}' : null),
      target: 'wasm32',
    });
    expect(() => compile(wasm, { name: 'a.ts' })).toThrow('a.ts: compiled for wasm32; bare-metal code needs wasm64');
  });
});

describe('traps', () => {
  const cases: readonly [name: string, body: string, output: string][] = [
    ['unreachable', 'unreachable();', 'trap 0000000000000001\n'],
    ['division by zero', 'printHex(7 / zero);', 'trap 0000000000000002\n'],
    ['remainder by zero', 'printHex(7 % zero);', 'trap 0000000000000002\n'],
    ['an overflowing quotient', 'printHex(i64.MIN_VALUE / (zero - 1));', 'trap 0000000000000003\n'],
    ['a call beyond the table', 'call_indirect<void>(1000 + <u32>zero);', 'trap 0000000000000004\n'],
    ['a call through an empty entry', 'call_indirect<void>(<u32>zero);', 'trap 0000000000000005\n'],
    ['a call of another signature', 'call_indirect<i64>(step.index, 1);', 'trap 0000000000000005\n'],
    ['a failed bounds check', 'list[<i32>zero + 3] = 1;', expect.stringMatching(/^abort Index out of range 0/)],
    ['a failed assertion', "assert(zero != 0, 'zero');", expect.stringMatching(/^abort zero 0/)],
  ];
  for (const [name, body, output] of cases) {
    it(`${name} ends the program with its reason`, async () => {
      const source = `
        let zero: i64 = 0;
        const step = (x: i32): i32 => x + 1;
        const list = new StaticArray<i32>(3);
        export function test(): void {
          zero = step(0) - 1;
          ${body}
        }`;
      expect(await runOnMachine(linkTest(await compileTest(source, 'O0')))).toEqual(output);
    });
  }
});

describe('intrinsics', () => {
  it('are those that bare/rv/intrinsics.ts declares, with as many arguments', () => {
    const source = readRepositoryFile('bare/rv/intrinsics.ts')!;
    const declared = new Map<string, number>();
    for (const [, name, list] of source.matchAll(/export declare function (\w+)\(([^)]*)\)/g)) {
      declared.set(name!, list!.split(',').filter((parameter) => parameter.trim() !== '').length);
    }
    expect([...declared.keys()].sort()).toEqual(Object.keys(INTRINSICS).sort());
    for (const [name, intrinsic] of Object.entries(INTRINSICS)) {
      if (intrinsic.kind === 'instruction')
        expect([name, declared.get(name)]).toEqual([name, intrinsic.detail.operands.length]);
    }
  });
});
