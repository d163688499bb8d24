/** The core's wasm module with its memory: the interface of core/README.md as TypeScript. */

import * as layout from './core/layout.ts';

/** Exports of the core. `hart` counts from 0; 64-bit values go through `Core.scratch`. */
export interface CoreExports {
  resetHart(hart: number): void;
  hartLoaded(hart: number): void;
  runHart(hart: number, instructions: number): number;
  executed(hart: number): number;
  setInterrupt(hart: number, bit: number, level: number): void;
  flushTlb(hart: number): void;
  invalidateCode(firstPage: number, pages: number): void;
  translate(hart: number, vaLow: number, vaHigh: number, access: number): number;
  readCsr(hart: number, number: number): number;
  writeCsr(hart: number, number: number): number;
  readTime(hart: number): void;
  nextTimer(hart: number): void;
  breakpointsChanged(): void;
  watchpointsChanged(): void;
}

/** What the core imports as module `host`. Addresses and values come as i32. */
export interface CoreHost {
  mmioRead(address: number, size: number): number;
  mmioWrite(address: number, size: number, value: number): void;
  updateTime(): void;
  tohostWritten(): void;
}

/** The core's compiled module, or its bytes (core.wasm). */
export type CoreCode = WebAssembly.Module | BufferSource;

export interface CoreOptions {
  readonly harts: number;
  /** Bytes of RAM, a multiple of 64 KiB. */
  readonly memory: number;
  readonly host: CoreHost;
}

export class Core {
  readonly exports: CoreExports;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  readonly harts: number;
  /** Bytes of RAM. */
  readonly memory: number;

  constructor(exports: CoreExports, memory: WebAssembly.Memory, { harts, memory: ramSize }: Omit<CoreOptions, 'host'>) {
    this.exports = exports;
    // The memory is neither shared nor ever grown, so these stay valid.
    const buffer = memory.buffer as ArrayBuffer;
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.harts = harts;
    this.memory = ramSize;
    this.setU64(layout.MACHINE_RAM_SIZE, BigInt(ramSize));
    this.setU32(layout.MACHINE_HARTS, harts);
  }

  /** @throws WebAssembly.CompileError or LinkError when the code is not that of the core. */
  static async create(code: CoreCode, options: CoreOptions): Promise<Core> {
    const module = code instanceof WebAssembly.Module ? code : await WebAssembly.compile(code);
    const pages = layout.FIXED_WASM_PAGES + options.memory / 2 ** 16;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const table = new WebAssembly.Table({ element: 'anyfunc', initial: 1 });
    const host = options.host as unknown as WebAssembly.ModuleImports;
    const instance = await WebAssembly.instantiate(module, { env: { memory, table }, host });
    return new Core(instance.exports as unknown as CoreExports, memory, options);
  }

  u32(address: number): number {
    return this.view.getUint32(address, true);
  }

  setU32(address: number, value: number): void {
    this.view.setUint32(address, value, true);
  }

  u64(address: number): bigint {
    return this.view.getBigUint64(address, true);
  }

  setU64(address: number, value: bigint): void {
    this.view.setBigUint64(address, value, true);
  }

  /** Where 64-bit arguments and results of the exports lie. */
  get scratch(): bigint {
    return this.u64(layout.MACHINE_SCRATCH);
  }

  set scratch(value: bigint) {
    this.setU64(layout.MACHINE_SCRATCH, value);
  }

  /** Linear address of a field (`HART_…`) of a hart. */
  hart(hart: number, field: number): number {
    return layout.HARTS + hart * layout.HART_SIZE + field;
  }

  /** Makes runHart return after the present instruction; allowed inside the host's callbacks. */
  requestStop(): void {
    this.setU32(layout.MACHINE_STOP, 1);
  }
}
