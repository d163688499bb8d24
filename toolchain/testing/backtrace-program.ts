/**
 * A program that fails three calls deep and tells so by its own backtrace; tests look at that, and at what a debugger
 * sees.
 */
import { readFileSync } from 'node:fs';
import { type BuiltProgram, buildProgram } from '../program.ts';

export const BACKTRACE_SOURCE = 'backtrace.ts';

/** Console and end are those of the `virt` board: the UART and the test finisher. */
const source = `
import { code_address, Frame, printPlace, stack_pointer, toCaller } from './bare/lib/backtrace.ts';
import { print } from './bare/lib/print.ts';
import { mmio_write32, mmio_write8 } from './bare/rv/intrinsics.ts';

declare function stack_bottom(): usize;
declare function stack_top(): usize;

const values = new StaticArray<u64>(4);

export function console_write_byte(byte: u32): void {
  mmio_write8(0x10000000, byte);
}

export function abort(message: usize, file: usize, line: u32, column: u32): void {
  const frame = changetype<Frame>(memory.data(32));
  frame.pc = code_address();
  frame.sp = stack_pointer();
  frame.called = true;
  while (toCaller(frame, stack_bottom(), stack_top())) {
    printPlace(frame.pc, true);
    print('\\n');
  }
  mmio_write32(0x100000, 0x5555);
}

export function wasm_trap(reason: u32): void {
  abort(0, 0, 0, 0);
}

export function innermost(index: i32): u64 {
  return values[index] + 1; // line of the failed check
}

export function middle(index: i32): u64 {
  const twice = innermost(index * 2);
  return twice * 3;
}

export function test(): void {
  for (let index = 0; index < 10; index++) values[0] += middle(index);
}
`;

const boot = `
.section .text.boot, "ax"
.globl _start
_start:
    la sp, __stack_top
    la gp, __global_pointer
    call wasm_start
    call test
1:  j 1b
.globl stack_bottom, stack_top
stack_bottom:
    la a0, __stack_bottom
    ret
stack_top:
    la a0, __stack_top
    ret
`;

/** Line of the source, from 1, that contains `text`. */
export function backtraceLine(text: string): number {
  return source.slice(0, source.indexOf(text)).split('\n').length;
}

function readFile(path: string): string | null {
  if (path === BACKTRACE_SOURCE) return source;
  if (path === 'boot.S') return boot;
  try {
    return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  } catch {
    return null;
  }
}

/** For M-mode without firmware. Not optimised, so that each function has a frame of its own. */
export function buildBacktraceProgram(): Promise<BuiltProgram> {
  const program = {
    name: 'backtrace',
    entry: BACKTRACE_SOURCE,
    assembly: ['boot.S', 'bare/lib/backtrace.S'],
    base: 0x80000000n,
    dataBase: 0x80100000n,
    heapSize: 65536,
    stackSize: 65536,
    harts: 1,
  };
  return buildProgram(program, { readFile, optimize: 'O0' });
}
