/** What the translation of each function needs to know of its module. */
import type { FunctionType, WasmModule } from '../wasm/reader.ts';
import { CompileError } from './errors.ts';
import type { SourceLines } from './lines.ts';
import type { RuntimeRoutine } from './runtime.ts';

/** Reasons that `wasm_trap` is called with. */
export const TRAP = {
  unreachable: 1,
  divisionByZero: 2,
  integerOverflow: 3,
  /** `call_indirect` beyond the table, or through an empty entry. */
  undefinedElement: 4,
  /** `call_indirect` of a function with another signature. */
  signatureMismatch: 5,
  /** `memory.init` beyond its data segment. */
  outOfBounds: 6,
} as const;

/** Called with a reason of `TRAP`; does not return. The program defines it. */
export const TRAP_SYMBOL = 'wasm_trap';
/** Called by a failed bounds check or `assert`, with `(message, file, line, column)`; does not return. The program defines it. */
export const ABORT_SYMBOL = 'abort';
/** The first byte after the heap, which `memory.size` tells. The linker defines it. */
export const HEAP_END_SYMBOL = '__heap_end';
/** The function table in .rodata: an entry is the function's address and the number of its signature, 8 bytes each. */
export const FUNCTION_TABLE_SYMBOL = 'wasm_table';

/** Where gp points: the slot of the first mutable wasm global. */
export const GLOBALS_SYMBOL = '__global_pointer';
/** Bytes of a wasm global's slot, whatever its type. */
export const GLOBAL_BYTES = 8;

export class ModuleContext {
  readonly module: WasmModule;
  readonly lines: SourceLines;
  /** Symbol of each function by its number, imports included. */
  readonly symbols: readonly string[];
  /** Routines of the compiler's own that the code calls. */
  readonly runtime = new Set<RuntimeRoutine>();
  private readonly signatures = new Map<string, number>();
  private readonly globalSlots = new Map<number, number>();

  constructor(module: WasmModule, lines: SourceLines, symbols: readonly string[]) {
    this.module = module;
    this.lines = lines;
    this.symbols = symbols;
    module.globals.forEach(({ mutable }, i) => {
      if (mutable) this.globalSlots.set(i, this.globalSlots.size);
    });
  }

  /** Number of the slot of a mutable global; others are constants and have none. */
  globalSlot(index: number): number {
    return this.globalSlots.get(index)!;
  }

  get globalCount(): number {
    return this.globalSlots.size;
  }

  functionType(index: number): FunctionType {
    const imported = this.module.imports[index];
    return imported?.type ?? this.module.functions[index - this.module.imports.length]!.type;
  }

  /** From 1, the same for types that are structurally equal; 0 is an empty table entry. */
  signature(type: FunctionType): number {
    const key = `${type.parameters.join()}:${type.results.join()}`;
    const known = this.signatures.get(key);
    if (known !== undefined) return known;
    const fresh = this.signatures.size + 1;
    this.signatures.set(key, fresh);
    return fresh;
  }

  /** Names the function and the line that `message` is about: "float in f at a.ts:3: …". */
  fail(what: string, symbol: string, position: number, advice: string): never {
    const line = this.lines.find(position);
    const at = line === undefined ? '' : ` at ${line.file}:${line.line}`;
    throw new CompileError(`${what} in ${symbol}${at}: ${advice}`);
  }
}
