/**
 * Programs that print, to hold RV64 code to V8: the same module runs on both, and its output has to be the same. On the RV64 side
 * it runs in M-mode without firmware, prints to the UART and ends by the test finisher of QEMU's `virt` board.
 */
import { readFileSync } from 'node:fs';
import { assemble } from '../../assembler/assemble.ts';
import { type AssemblyScriptOptions, compileAssemblyScript, START_FUNCTION } from '../../assemblyscript.ts';
import { writeElf } from '../../elf.ts';
import { link } from '../../linker/link.ts';
import { compile } from '../compile.ts';

export type Optimize = NonNullable<AssemblyScriptOptions['optimize']>;

/** Runs an ELF in M-mode from its entry and gives what it prints to the UART until it ends by the finisher. */
export type Runner = (elf: Uint8Array) => Promise<string>;

const BASE = 0x8000_0000n;
const DATA_BASE = 0x8040_0000n;
const UART = 0x1000_0000;
const FINISHER = 0x10_0000;
const FINISHER_PASS = 0x5555;

/** Functions that a test's source can call, and what a program has to define. The source exports `test()`. */
const PRELUDE = `
import { mmio_write32, mmio_write8 } from './bare/rv/intrinsics.ts';

export function print(text: string): void {
  for (let i = 0; i < text.length; i++) mmio_write8(${UART}, text.charCodeAt(i));
}
export function printHex(value: u64): void {
  for (let shift = 60; shift >= 0; shift -= 4) {
    const digit = <u32>(value >> shift) & 15;
    mmio_write8(${UART}, digit < 10 ? 48 + digit : 87 + digit);
  }
  mmio_write8(${UART}, 10);
}
export function finish(): void {
  mmio_write32(${FINISHER}, ${FINISHER_PASS});
}
export function abort(message: usize, file: usize, line: u32, column: u32): void {
  print('abort ');
  print(changetype<string>(message));
  print(' ');
  printHex(line);
  finish();
  while (true) {}
}
export function wasm_trap(reason: u32): void {
  print('trap ');
  printHex(reason);
  finish();
  while (true) {}
}
`;

const BOOT = `
.section .text.boot, "ax"
.globl _start
_start:
    la sp, __stack_top
    la gp, __global_pointer
    call wasm_start
    call test
    call finish
1:  j 1b
`;

export interface TestModule {
  readonly wasm: Uint8Array;
  readonly sourceMap: string;
}

/** Compiles a source that exports `test(): void` and may use `print` and `printHex`. */
export function compileTest(source: string, optimize: Optimize, flags: readonly string[] = []): Promise<TestModule> {
  const entry = 'test.ts';
  return compileAssemblyScript({
    entry,
    readFile: (path) => (path === entry ? PRELUDE + source : readRepositoryFile(path)),
    target: 'wasm64',
    optimize,
    memoryBase: DATA_BASE,
    flags,
  });
}

/** The bootable program; \`assembly\` defines what the source imports. */
export function linkTest({ wasm, sourceMap }: TestModule, assembly = ''): Uint8Array {
  const object = compile(wasm, { name: 'test', sourceMap });
  const boot = assemble(BOOT + assembly, 'boot.S', {});
  const image = link([boot, object], { base: BASE, dataBase: DATA_BASE, heapSize: 1 << 20 });
  return writeElf(image);
}

/** What the module prints in V8, with the same addresses. A trap's message follows after what it printed. */
export async function runInV8({ wasm }: TestModule): Promise<string> {
  let output = '';
  const intrinsics = {
    mmio_write8: (_address: bigint, value: number) => {
      output += String.fromCharCode(value);
    },
    mmio_write32: () => {},
  };
  const module = await WebAssembly.compile(wasm as Uint8Array<ArrayBuffer>);
  const env = { abort: () => {} };
  const { exports } = await WebAssembly.instantiate(module, { env, intrinsics });
  const call = (name: string) => (exports[name] as () => void)();
  call(START_FUNCTION);
  call('test');
  return output;
}

/** The text of a file by its path in the repository; null where there is none. */
export function readRepositoryFile(path: string): string | null {
  try {
    return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  } catch {
    return null;
  }
}
