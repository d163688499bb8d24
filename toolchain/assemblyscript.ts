/**
 * Drives AssemblyScript's compiler: TypeScript files, which a callback reads, to one wasm module.
 *
 * AssemblyScript has a 64-bit front end but its command line always selects wasm32. Two steps select wasm64: a transform sets
 * the target before code is generated, and four Binaryen calls get the 64-bit variant of their arguments. The calls are
 * replaced once, before the compiler is loaded, and act only on the modules that the transform has marked, so wasm32
 * and wasm64 programs compile in one process, even at the same time.
 */
import binaryen from 'assemblyscript/binaryen';

export interface AssemblyScriptOptions {
  /** The program's entry file, relative to the repository (`bare/hypervisor/main.ts`). Its exports are the module's. */
  readonly entry: string;
  /** Gives the text of a file by its path, or null where there is none. Called for every import, with `.ts` and `/index.ts`. */
  readonly readFile: (path: string) => string | null | Promise<string | null>;
  readonly target: 'wasm32' | 'wasm64';
  /** `O0` by default. */
  readonly optimize?: 'O0' | 'O1' | 'O2' | 'O3' | 'Os' | 'Oz';
  /** Address of the first static data, in bytes. */
  readonly memoryBase?: bigint;
  /** More options of `asc`, such as `['--enable', 'threads']`. */
  readonly flags?: readonly string[];
}

export interface AssemblyScriptOutput {
  readonly wasm: Uint8Array;
  /** JSON; its columns are byte offsets in `wasm`. */
  readonly sourceMap: string;
}

export interface Diagnostic {
  /** Empty where the message concerns no file. */
  readonly file: string;
  /** From 1; 0 where unknown. */
  readonly line: number;
  /** From 1; 0 where unknown. */
  readonly column: number;
  readonly message: string;
}

/** The program has errors: `message` has one line for each. */
export class AssemblyScriptError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join('\n'));
    this.name = 'AssemblyScriptError';
    this.diagnostics = diagnostics;
  }
}

export function formatDiagnostic({ file, line, column, message }: Diagnostic): string {
  return file === '' ? message : `${file}:${line}:${column}: ${message}`;
}

/** The wasm function that runs module-level code (`let x = f()`), exported under this name. */
export const START_FUNCTION = 'wasm_start';

/**
 * Compiles the program to wasm with names and a source map. The runtime is `stub`: `new` allocates, nothing frees.
 * A failed bounds check or `assert` calls the import `env.abort(message, file, line, column)`.
 * @throws AssemblyScriptError with the compiler's own messages
 */
export function compileAssemblyScript(options: AssemblyScriptOptions): Promise<AssemblyScriptOutput> {
  const output = previous.then(() => compile(options));
  previous = output.catch(() => {});
  return output;
}

/** The compiler has state of its own while it waits for files, so programs that are given at once are compiled in turn. */
let previous: Promise<unknown> = Promise.resolve();

async function compile(options: AssemblyScriptOptions): Promise<AssemblyScriptOutput> {
  const asc = await loadCompiler();
  const diagnostics: Diagnostic[] = [];
  const written = new Map<string, Uint8Array | string>();
  const texts = new Map<string, string>();
  const entry = options.entry.replaceAll('\\', '/');
  const argv = [
    entry,
    ...['--outFile', 'out.wasm', '--sourceMap', '--debug', '--runtime', 'stub', '--exportStart', START_FUNCTION],
    `-${options.optimize ?? 'O0'}`,
    // Atomics, which bare-metal code needs on any memory.
    ...(options.target === 'wasm64' ? ['--enable', 'threads'] : []),
    ...(options.memoryBase === undefined ? [] : ['--memoryBase', options.memoryBase.toString()]),
    ...(options.flags ?? []),
  ];
  const { error, stderr } = await asc.main(argv, {
    readFile: async (path: string) => {
      const name = path.replaceAll('\\', '/');
      const text = withoutExtensions(await options.readFile(name));
      if (text !== null) texts.set(name, text);
      return text;
    },
    writeFile: (name: string, contents: Uint8Array | string) => void written.set(name, contents),
    listFiles: () => [],
    reportDiagnostic: (message: CompilerMessage) => {
      if (message.category === CATEGORY_ERROR) diagnostics.push(toDiagnostic(message, texts));
    },
    transforms: options.target === 'wasm64' ? [Wasm64] : [],
  });
  if (error !== null) {
    const rest = [stderr.toString().trim(), error.message].find((text) => text !== '') ?? 'unknown error';
    throw new AssemblyScriptError(
      diagnostics.length > 0
        ? diagnostics
        : [{ file: '', line: 0, column: 0, message: `${entry}: ${firstLine(rest)}` }],
    );
  }
  const wasm = written.get('out.wasm');
  const sourceMap = written.get('out.wasm.map');
  if (!(wasm instanceof Uint8Array) || typeof sourceMap !== 'string') {
    throw new AssemblyScriptError([{ file: entry, line: 0, column: 0, message: 'the compiler wrote no module' }]);
  }
  return { wasm, sourceMap };
}

/** `Target.Wasm64` and `DiagnosticCategory.Error` of AssemblyScript's own enumerations. */
const TARGET_WASM64 = 2;
const CATEGORY_ERROR = 3;
/** Binaryen's feature bit for memory64. */
const FEATURE_MEMORY64 = 2048;
/** Position of the `memory64` flag among the arguments of `BinaryenSetMemory`. */
const SET_MEMORY_64 = 11;

/** AssemblyScript makes the instance, gives it `program` and calls `afterParse`. */
class Wasm64 {
  declare program: { options: { target: number }; module: { sizeType: number; ref: number } };
  afterParse(): void {
    this.program.options.target = TARGET_WASM64;
    this.program.module.sizeType = binaryen.i64;
    modules64.add(this.program.module.ref);
  }
}

/** Binaryen calls that take a condition, and its position among the arguments. */
const CONDITIONS = [
  ['_BinaryenIf', 1],
  ['_BinaryenSelect', 1],
  ['_BinaryenBreak', 2],
] as const;

interface CompilerMessage {
  readonly category: number;
  readonly message: string;
  readonly range: null | {
    /** Offset in the text of the file. */
    readonly start: number;
    readonly source: { readonly normalizedPath: string };
  };
}

interface Compiler {
  main(
    argv: readonly string[],
    options: Record<string, unknown>,
  ): Promise<{ error: Error | null; stderr: { toString(): string } }>;
}

type Call = (...args: number[]) => number;

/** Not written in the import itself: the package's own declarations are ambient and do not type-check beside others. */
const COMPILER: string = 'assemblyscript/asc';

/** Binaryen modules (by address) being compiled for wasm64. */
const modules64 = new Set<number>();
let compiler: Promise<Compiler> | undefined;

function loadCompiler(): Promise<Compiler> {
  compiler ??= (async () => {
    patchBinaryen(binaryen as unknown as Record<string, Call>);
    return (await import(COMPILER)) as Compiler;
  })();
  return compiler;
}

function patchBinaryen(api: Record<string, Call>): void {
  const call = (name: string) => api[name]!.bind(api);
  const setMemory = call('_BinaryenSetMemory');
  const setFeatures = call('_BinaryenModuleSetFeatures');
  const memoryGrow = call('_BinaryenMemoryGrow');
  const memorySize = call('_BinaryenMemorySize');
  const unary = call('_BinaryenUnary');
  const typeOf = call('_BinaryenExpressionGetType');
  const isZero32 = api._BinaryenEqZInt32!();
  const isZero64 = api._BinaryenEqZInt64!();
  const dispose = call('_BinaryenModuleDispose');
  const wrap = api._BinaryenWrapInt64!();
  const extend = api._BinaryenExtendUInt32!();
  api._BinaryenSetMemory = (...args) => {
    if (modules64.has(args[0]!)) args[SET_MEMORY_64] = 1;
    return setMemory(...args);
  };
  api._BinaryenModuleSetFeatures = (module, features) =>
    setFeatures(module!, modules64.has(module!) ? features! | FEATURE_MEMORY64 : features!);
  // AssemblyScript counts pages in 32 bits everywhere; memory64 does so in 64.
  api._BinaryenMemoryGrow = (module, delta, ...rest) =>
    modules64.has(module!)
      ? unary(module!, wrap, memoryGrow(module!, unary(module!, extend, delta!), rest[0]!, 1))
      : memoryGrow(module!, delta!, ...rest);
  api._BinaryenMemorySize = (module, ...rest) =>
    modules64.has(module!) ? unary(module!, wrap, memorySize(module!, rest[0]!, 1)) : memorySize(module!, ...rest);
  // The check of a non-null assertion (`x!`) takes the pointer itself for a condition, which has to be an i32.
  for (const [name, place] of CONDITIONS) {
    const make = call(name);
    api[name] = (...args) => {
      const [module, condition] = [args[0]!, args[place]!];
      if (modules64.has(module) && condition !== 0 && typeOf(condition) === binaryen.i64) {
        args[place] = unary(module, isZero32, unary(module, isZero64, condition));
      }
      return make(...args);
    };
  }
  api._BinaryenModuleDispose = (module) => {
    modules64.delete(module!);
    return dispose(module!);
  };
}

function toDiagnostic({ message, range }: CompilerMessage, texts: ReadonlyMap<string, string>): Diagnostic {
  if (range === null) return { file: '', line: 0, column: 0, message: firstLine(message) };
  const file = range.source.normalizedPath;
  const before = texts.get(file)?.slice(0, range.start).split('\n');
  // The compiler's own library is not read by the callback.
  if (before === undefined) return { file, line: 0, column: 0, message: firstLine(message) };
  return { file, line: before.length, column: before.at(-1)!.length + 1, message: firstLine(message) };
}

/** The compiler takes `.ts` in the paths of imports but not in those of re-exports. */
function withoutExtensions(text: string | null): string | null {
  return text === null ? null : text.replaceAll(/^(export [^;'"]* from '[^']+)\.ts';/gm, "$1';");
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}
