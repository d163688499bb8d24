// Prints a measurement to the UART: name, instructions, and a value that shows that the work was done.
import { mmio_write8, mmio_write32 } from '../rv/intrinsics.ts';

const UART: usize = 0x10000000;
const FINISHER: usize = 0x100000;
const FINISHER_FAIL: u32 = 0x3333;

function print(text: string): void {
  for (let i = 0; i < text.length; i++) mmio_write8(UART, text.charCodeAt(i));
}

function printNumber(value: u64): void {
  if (value >= 10) printNumber(value / 10);
  mmio_write8(UART, 48 + <u32>(value % 10));
}

export function report(name: string, instructions: u64, value: u64): void {
  print(name);
  print(' ');
  printNumber(instructions);
  print(' ');
  printNumber(value);
  print('\n');
}

export function abort(message: usize, _file: usize, line: u32, _column: u32): void {
  print(changetype<string>(message));
  print(' at line ');
  printNumber(line);
  mmio_write32(FINISHER, FINISHER_FAIL);
  while (true) {}
}

export function wasm_trap(reason: u32): void {
  print('trap ');
  printNumber(reason);
  mmio_write32(FINISHER, FINISHER_FAIL);
  while (true) {}
}
