import { describe, expect, it } from 'vitest';
import { AssemblyScriptError, compileAssemblyScript, START_FUNCTION } from './assemblyscript.ts';
import { readModule } from './wasm/reader.ts';

type Options = Partial<Parameters<typeof compileAssemblyScript>[0]>;

function compileFiles(files: Readonly<Record<string, string>>, options: Options = {}) {
  const readFile = (path: string): string | null => files[path] ?? null;
  return compileAssemblyScript({ entry: 'demo/main.ts', readFile, target: 'wasm64', ...options });
}

const SIZES = {
  'demo/main.ts': `import { size } from './size.ts';
    let grown: i32 = memory.grow(1);
    export function pages(): i32 { return memory.size() + grown; }
    export { size };`,
  'demo/size.ts': 'export function size(): usize { return sizeof<usize>(); }',
};

async function run(wasm: Uint8Array): Promise<Record<string, () => unknown>> {
  const module = await WebAssembly.compile(wasm as Uint8Array<ArrayBuffer>);
  const { exports } = await WebAssembly.instantiate(module, { env: { abort: () => {} } });
  return exports as Record<string, () => unknown>;
}

describe('compileAssemblyScript', () => {
  it('compiles for both targets in one process, also at the same time', async () => {
    const [wide, narrow] = await Promise.all([compileFiles(SIZES), compileFiles(SIZES, { target: 'wasm32' })]);
    const again = await compileFiles(SIZES, { optimize: 'O3' });
    expect([wide, narrow, again].map(({ wasm }) => readModule(wasm).memory64)).toEqual([true, false, true]);
    const [wideExports, narrowExports] = [await run(wide.wasm), await run(narrow.wasm)];
    expect([wideExports.size!(), narrowExports.size!()]).toEqual([8n, 4]);
    for (const exports of [wideExports, narrowExports]) {
      exports[START_FUNCTION]!();
      expect(exports.pages!()).toBe(1);
    }
  });

  it('gives each of many programs that are compiled at once its own target, and an error to none but its own', async () => {
    const targets = Array.from({ length: 12 }, (_, index) =>
      index % 2 === 0 ? ('wasm64' as const) : ('wasm32' as const),
    );
    const broken = compileFiles({ 'demo/main.ts': 'export function bad(): Missing {}' });
    const compiled = targets.map((target) => compileFiles(SIZES, { target }));
    await expect(broken).rejects.toThrow(AssemblyScriptError);
    const wide = (await Promise.all(compiled)).map(({ wasm }) => readModule(wasm).memory64);
    expect(wide).toEqual(targets.map((target) => target === 'wasm64'));
  });

  it('puts static data at the base', async () => {
    const source = { 'demo/main.ts': 'export function at(): usize { return memory.data<u8>([1, 2, 3]); }' };
    const { wasm } = await compileFiles(source, { memoryBase: 0x8040_0000n });
    expect(readModule(wasm).data.map(({ offset }) => offset)).toEqual([0x8040_0000n]);
  });

  it('maps the wasm back to the sources', async () => {
    const { sourceMap } = await compileFiles(SIZES);
    expect(JSON.parse(sourceMap).sources).toEqual(expect.arrayContaining(['demo/main.ts', 'demo/size.ts']));
  });

  it('has atomics in wasm64', async () => {
    const source = { 'demo/main.ts': 'export function add(p: usize): u32 { return atomic.add<u32>(p, 1); }' };
    await expect(compileFiles(source)).resolves.toBeDefined();
  });

  it('checks a pointer for null', async () => {
    const source = `class Node { next: Node | null = null; value: i32 = 3; }
      let first: Node | null = null;
      export function value(): i32 { return first!.value; }`;
    await expect(compileFiles({ 'demo/main.ts': source }, { optimize: 'O3' })).resolves.toBeDefined();
  });

  it('reports every error with its place', async () => {
    const source = 'export function f(): i32 {\n  return missing;\n}\nexport function g(): u8 { return "text"; }\n';
    const error = await compileFiles({ 'demo/main.ts': source }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AssemblyScriptError);
    const { diagnostics, message } = error as AssemblyScriptError;
    expect(diagnostics[0]).toEqual({
      file: 'demo/main.ts',
      line: 2,
      column: 10,
      message: "Cannot find name 'missing'.",
    });
    expect(diagnostics).toHaveLength(2);
    expect(message.split('\n')[0]).toBe("demo/main.ts:2:10: Cannot find name 'missing'.");
  });

  it('names an entry and an import that are not there', async () => {
    await expect(compileFiles({})).rejects.toThrow('demo/main.ts');
    await expect(compileFiles({ 'demo/main.ts': "import { a } from './b.ts'; export { a };" })).rejects.toThrow(
      'demo/b.ts',
    );
  });
});
