/**
 * Runs pure parts of `bare/` in V8: the same wasm that the compiler lowers to RV64. Addresses are BigInt, as `usize` is in wasm64.
 */
import { readFile } from 'node:fs/promises';
import { compileAssemblyScript, START_FUNCTION } from '../toolchain/assemblyscript.ts';

type Value = bigint | number;

export interface InV8Options {
  /** Text of the entry file, where a test needs an entry of its own (to export `offsetof`, say); `entry` is then only its name. */
  readonly source?: string;
  /** What stands for an instruction or assembly function, by module (base name of the declaring file) and name; a call of any other throws. */
  readonly imports?: Readonly<Record<string, (...args: never[]) => Value | undefined>>;
  /** Bytes for `allocate` and `placeAtEnd` together. */
  readonly room?: number;
}

const PAGE_SIZE = 0x10000;
/** AssemblyScript's class id of `String`. */
const STRING_ID = 2;
/** Kept free behind the static data, for the strings that are passed to functions. */
const STRING_ROOM = PAGE_SIZE;
const CANARY = 0xc5;
const CANARY_LENGTH = 64;

const modules = new Map<string, Promise<WebAssembly.Module>>();

/** Compiles the file, with bounds checks, and instantiates it. A failed check or `assert` throws. */
export async function loadInV8(entry: string, options: InV8Options = {}): Promise<InV8> {
  const abort = () => {
    throw new Error('a bounds check or assertion of the bare-metal code failed');
  };
  const module = await compileOnce(entry, options.source);
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const each of WebAssembly.Module.imports(module)) {
    const absent = () => {
      throw new Error(`${each.module}.${each.name} was called, which has no meaning in V8`);
    };
    imports[each.module] ??= {};
    const standIn = options.imports?.[`${each.module}.${each.name}`];
    imports[each.module]![each.name] = standIn ?? ofOneHart(each.name) ?? absent;
  }
  const instance = await WebAssembly.instantiate(module, { ...imports, env: { ...imports.env, abort } });
  return new InV8(instance.exports, options.room ?? PAGE_SIZE);
}

/** Tests that each want memory of their own instantiate the same module. */
function compileOnce(entry: string, source: string | undefined): Promise<WebAssembly.Module> {
  const key = `${entry}\n${source ?? ''}`;
  const module = modules.get(key) ?? compile(entry, source);
  modules.set(key, module);
  return module;
}

async function compile(entry: string, source: string | undefined): Promise<WebAssembly.Module> {
  const { wasm } = await compileAssemblyScript({
    entry,
    readFile: (path) => (path === entry && source !== undefined ? source : readFile(path, 'utf8').catch(() => null)),
    target: 'wasm64',
    optimize: 'O3',
    flags: ['--exportRuntime', '--enable', 'threads'],
  });
  return WebAssembly.compile(wasm as Uint8Array<ArrayBuffer>);
}

/** What locks need: here is one hart, which sees its own accesses in order. */
function ofOneHart(name: string): (() => Value | undefined) | undefined {
  if (name === 'read_tp') return () => 64n;
  return /^fence_[iorw]+_[iorw]+$/.test(name) ? () => undefined : undefined;
}

export class InV8 {
  readonly #exports: WebAssembly.Exports;
  readonly #memory: WebAssembly.Memory;
  readonly #strings = new Map<string, bigint>();
  #next: number;

  constructor(exports: WebAssembly.Exports, room: number) {
    this.#exports = exports;
    this.#memory = exports.memory as WebAssembly.Memory;
    this.#next = this.#memory.buffer.byteLength + STRING_ROOM;
    // TypeScript's declaration is of 32-bit memories: a 64-bit one counts its pages in BigInt.
    const grow = this.#memory.grow.bind(this.#memory) as unknown as (pages: bigint) => void;
    grow(BigInt(Math.ceil((STRING_ROOM + room) / PAGE_SIZE)));
    (exports[START_FUNCTION] as () => void)();
  }

  /** The whole memory. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#memory.buffer as ArrayBuffer);
  }

  /** An exported constant. */
  constant(name: string): bigint {
    return BigInt((this.#exports[name] as WebAssembly.Global).value as Value);
  }

  /** Calls an exported function; a string becomes one of AssemblyScript's. */
  call(name: string, ...args: readonly (Value | string)[]): Value {
    const values = args.map((each) => (typeof each === 'string' ? this.#string(each) : each));
    return (this.#exports[name] as (...values: Value[]) => Value)(...values);
  }

  /** Calls a function whose result is a number of up to 53 bits, such as a length. */
  number(name: string, ...args: readonly (Value | string)[]): number {
    return Number(this.call(name, ...args));
  }

  /** Calls a function whose result is a string or null. */
  text(name: string, ...args: readonly (Value | string)[]): string | null {
    const address = Number(this.call(name, ...args));
    if (address === 0) return null;
    const length = this.u32(BigInt(address - 4)) / 2;
    return String.fromCharCode(...new Uint16Array(this.#memory.buffer, address, length));
  }

  /** Address of `size` bytes, aligned to 16, with a canary on either side that `intact` looks at. */
  allocate(size: number): bigint {
    const start = (this.#next + CANARY_LENGTH + 15) & ~15;
    const end = start + size + CANARY_LENGTH;
    if (end > this.bytes.length) throw new Error(`no room for ${size} bytes: give loadInV8 more of it`);
    this.bytes.fill(CANARY, start - CANARY_LENGTH, start);
    this.bytes.fill(CANARY, start + size, end);
    this.#next = end;
    return BigInt(start);
  }

  /** Has nothing been written just outside of what `allocate` gave? */
  intact(address: bigint, size: number): boolean {
    const start = Number(address);
    const before = this.bytes.subarray(start - CANARY_LENGTH, start);
    const after = this.bytes.subarray(start + size, start + size + CANARY_LENGTH);
    return [...before, ...after].every((byte) => byte === CANARY);
  }

  /** Copies bytes into new memory, aligned to 16. */
  place(data: Uint8Array): bigint {
    const address = this.allocate(data.length);
    this.bytes.set(data, Number(address));
    return address;
  }

  /** Copies bytes to the very end of the memory, where a read past them traps; over what was there before. */
  placeAtEnd(data: Uint8Array): bigint {
    const start = this.bytes.length - data.length;
    this.bytes.set(data, start);
    return BigInt(start);
  }

  /** Copies an ASCII string with its NUL into new memory. */
  placeCString(value: string): bigint {
    return this.place(new TextEncoder().encode(`${value}\0`));
  }

  slice(address: bigint, length: number): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(Number(address), Number(address) + length);
  }

  ascii(address: bigint, length: number): string {
    return new TextDecoder('latin1').decode(this.slice(address, length));
  }

  u32(address: bigint): number {
    return this.#view.getUint32(Number(address), true);
  }

  u64(address: bigint): bigint {
    return this.#view.getBigUint64(Number(address), true);
  }

  setU32(address: bigint, value: number): void {
    this.#view.setUint32(Number(address), value, true);
  }

  setU64(address: bigint, value: bigint): void {
    this.#view.setBigUint64(Number(address), value, true);
  }

  get #view(): DataView {
    return new DataView(this.#memory.buffer);
  }

  #string(value: string): bigint {
    let address = this.#strings.get(value);
    if (address === undefined) {
      const allocate = this.#exports.__new as (size: bigint, id: number) => bigint;
      address = allocate(BigInt(2 * value.length), STRING_ID);
      const units = new Uint16Array(this.#memory.buffer, Number(address), value.length);
      for (let index = 0; index < value.length; index++) units[index] = value.charCodeAt(index);
      this.#strings.set(value, address);
    }
    return address;
  }
}
