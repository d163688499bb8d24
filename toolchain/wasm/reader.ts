/** A WebAssembly module's sections as data ("Binary Format, Modules"), with memory64, bulk memory, threads and names. */
import { Cursor, WasmError } from './cursor.ts';

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'funcref' | 'externref';

export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface FunctionImport {
  readonly module: string;
  readonly name: string;
  readonly type: FunctionType;
}

export interface FunctionBody {
  readonly type: FunctionType;
  /** Of the locals after the parameters. */
  readonly locals: readonly ValueType[];
  /** Byte range of the instructions in the module, the final `end` included. */
  readonly start: number;
  readonly end: number;
}

export interface Global {
  readonly type: ValueType;
  readonly mutable: boolean;
  readonly initial: bigint;
}

/** `active` segments are copied to `offset` before the module starts; others are for `memory.init`. */
export interface DataSegment {
  readonly offset: bigint | undefined;
  readonly bytes: Uint8Array;
}

export interface ElementSegment {
  readonly offset: number;
  readonly functions: readonly number[];
}

export interface WasmExport {
  readonly name: string;
  readonly kind: 'function' | 'table' | 'memory' | 'global';
  readonly index: number;
}

export interface WasmModule {
  readonly bytes: Uint8Array;
  readonly types: readonly FunctionType[];
  /** Functions are numbered: imports first, then bodies. */
  readonly imports: readonly FunctionImport[];
  readonly functions: readonly FunctionBody[];
  readonly globals: readonly Global[];
  readonly exports: readonly WasmExport[];
  readonly start: number | undefined;
  readonly elements: readonly ElementSegment[];
  readonly data: readonly DataSegment[];
  /** Number of entries of table 0. */
  readonly tableSize: number;
  readonly memory64: boolean;
  readonly functionNames: ReadonlyMap<number, string>;
  readonly globalNames: ReadonlyMap<number, string>;
}

const VALUE_TYPES: Record<number, ValueType> = {
  127: 'i32',
  126: 'i64',
  125: 'f32',
  124: 'f64',
  123: 'v128',
  112: 'funcref',
  111: 'externref',
};
const EXPORT_KINDS = ['function', 'table', 'memory', 'global'] as const;
const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;

export function valueType(cursor: Cursor): ValueType {
  const byte = cursor.byte();
  const type = VALUE_TYPES[byte];
  if (type === undefined) throw new WasmError(`unknown value type 0x${byte.toString(16)}`, cursor.position - 1);
  return type;
}

/** @throws WasmError when the bytes are no module that this reader knows */
export function readModule(bytes: Uint8Array): WasmModule {
  return new ModuleReader(bytes).read();
}

class ModuleReader {
  private readonly bytes: Uint8Array;
  private types: FunctionType[] = [];
  private readonly imports: FunctionImport[] = [];
  private functionTypes: number[] = [];
  private functions: FunctionBody[] = [];
  private readonly globals: Global[] = [];
  private exports: WasmExport[] = [];
  private start: number | undefined;
  private elements: ElementSegment[] = [];
  private data: DataSegment[] = [];
  private tableSize = 0;
  private memory64 = false;
  private readonly functionNames = new Map<number, string>();
  private readonly globalNames = new Map<number, string>();

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  read(): WasmModule {
    const header = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    if (header.some((byte, i) => this.bytes[i] !== byte)) throw new WasmError('no wasm header', 0);
    const all = new Cursor(this.bytes, header.length);
    while (!all.done) {
      const id = all.byte();
      const size = all.unsigned();
      if (all.position + size > all.end) throw new WasmError('section is longer than the module', all.position);
      this.section(id, new Cursor(this.bytes, all.position, all.position + size));
      all.position += size;
    }
    return {
      bytes: this.bytes,
      types: this.types,
      imports: this.imports,
      functions: this.functions,
      globals: this.globals,
      exports: this.exports,
      start: this.start,
      elements: this.elements,
      data: this.data,
      tableSize: this.tableSize,
      memory64: this.memory64,
      functionNames: this.functionNames,
      globalNames: this.globalNames,
    };
  }

  private section(id: number, cursor: Cursor): void {
    switch (id) {
      case SECTION.custom:
        if (cursor.name() === 'name') this.names(cursor);
        break;
      case SECTION.type:
        this.types = cursor.vector(() => this.functionType(cursor));
        break;
      case SECTION.import:
        cursor.vector(() => this.import(cursor));
        break;
      case SECTION.function:
        this.functionTypes = cursor.vector(() => cursor.unsigned());
        break;
      case SECTION.table:
        cursor.vector(() => {
          valueType(cursor);
          this.tableSize = this.limits(cursor).minimum;
        });
        break;
      case SECTION.memory:
        cursor.vector(() => {
          this.memory64 = this.limits(cursor).is64;
        });
        break;
      case SECTION.global:
        cursor.vector(() => {
          const type = valueType(cursor);
          const mutable = cursor.byte() === 1;
          this.globals.push({ type, mutable, initial: this.constant(cursor) });
        });
        break;
      case SECTION.export:
        this.exports = cursor.vector(() => this.export(cursor));
        break;
      case SECTION.start:
        this.start = cursor.unsigned();
        break;
      case SECTION.element:
        this.elements = cursor.vector(() => this.element(cursor));
        break;
      case SECTION.code: {
        let index = 0;
        this.functions = cursor.vector(() => this.body(cursor, index++));
        break;
      }
      case SECTION.data:
        this.data = cursor.vector(() => this.dataSegment(cursor));
        break;
      case SECTION.dataCount:
        break;
      default:
        throw new WasmError(`unknown section ${id}`, cursor.position);
    }
  }

  private functionType(cursor: Cursor): FunctionType {
    if (cursor.byte() !== 0x60) throw new WasmError('not a function type', cursor.position - 1);
    return { parameters: cursor.vector(() => valueType(cursor)), results: cursor.vector(() => valueType(cursor)) };
  }

  private type(index: number, cursor: Cursor): FunctionType {
    const type = this.types[index];
    if (type === undefined) throw new WasmError(`no type ${index}`, cursor.position);
    return type;
  }

  private import(cursor: Cursor): void {
    const module = cursor.name();
    const name = cursor.name();
    const kind = cursor.byte();
    if (kind === 0) this.imports.push({ module, name, type: this.type(cursor.unsigned(), cursor) });
    else if (kind === 2) this.memory64 = this.limits(cursor).is64;
    else throw new WasmError(`import ${module}.${name} is neither a function nor a memory`, cursor.position - 1);
  }

  /** Flag bits: 0 a maximum follows, 1 shared, 2 64-bit. */
  private limits(cursor: Cursor): { minimum: number; is64: boolean } {
    const flags = cursor.byte();
    const minimum = cursor.unsigned();
    if (flags & 1) cursor.unsigned();
    return { minimum, is64: (flags & 4) !== 0 };
  }

  private export(cursor: Cursor): WasmExport {
    const name = cursor.name();
    const kind = EXPORT_KINDS[cursor.byte()];
    if (kind === undefined) throw new WasmError(`export ${name} is of an unknown kind`, cursor.position - 1);
    return { name, kind, index: cursor.unsigned() };
  }

  private element(cursor: Cursor): ElementSegment {
    const flags = cursor.unsigned();
    if (flags !== 0) throw new WasmError(`element segment of kind ${flags}`, cursor.position - 1);
    return { offset: Number(this.constant(cursor)), functions: cursor.vector(() => cursor.unsigned()) };
  }

  private body(cursor: Cursor, index: number): FunctionBody {
    const end = cursor.unsigned() + cursor.position;
    const locals: ValueType[] = [];
    cursor.vector(() => {
      const count = cursor.unsigned();
      const type = valueType(cursor);
      for (let i = 0; i < count; i++) locals.push(type);
    });
    const start = cursor.position;
    cursor.position = end;
    return { type: this.type(this.functionTypes[index]!, cursor), locals, start, end };
  }

  private dataSegment(cursor: Cursor): DataSegment {
    const flags = cursor.unsigned();
    if (flags === 2) cursor.unsigned();
    const passive = flags === 1;
    const offset = passive ? undefined : BigInt.asUintN(this.memory64 ? 64 : 32, this.constant(cursor));
    return { offset, bytes: cursor.take(cursor.unsigned()) };
  }

  /** A constant expression; floats count as 0, since whatever uses one is refused where it is used. */
  private constant(cursor: Cursor): bigint {
    const opcode = cursor.byte();
    let value = 0n;
    if (opcode === 0x41 || opcode === 0x42) value = cursor.signed();
    else if (opcode === 0x43) cursor.take(4);
    else if (opcode === 0x44) cursor.take(8);
    else if (opcode === 0x23) value = this.globals[cursor.unsigned()]?.initial ?? 0n;
    else throw new WasmError(`constant expression with opcode 0x${opcode.toString(16)}`, cursor.position - 1);
    if (cursor.byte() !== 0x0b) throw new WasmError('constant expression of several instructions', cursor.position - 1);
    return value;
  }

  /** "Name Section": subsection 1 names functions, 7 (extended names) globals. */
  private names(cursor: Cursor): void {
    while (!cursor.done) {
      const subsection = cursor.byte();
      const size = cursor.unsigned();
      const end = cursor.position + size;
      const map = subsection === 1 ? this.functionNames : subsection === 7 ? this.globalNames : undefined;
      if (map !== undefined) cursor.vector(() => map.set(cursor.unsigned(), cursor.name()));
      cursor.position = end;
    }
  }
}
