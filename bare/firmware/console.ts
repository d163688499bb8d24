/** The console: a UART 16550 without interrupts. Registers as in the data sheet of the PC16550D. */

import { acquire, release } from '../lib/lock.ts';
import { mmio_read8, mmio_write8 } from '../rv/intrinsics.ts';

const RBR: u32 = 0; // received byte
const THR: u32 = 0; // byte to send
const IER: u32 = 1; // interrupts enabled
const FCR: u32 = 2; // FIFO control
const LCR: u32 = 3; // line control
const LSR: u32 = 5; // line status

const FCR_ENABLE: u32 = 1;
const LCR_8_BITS: u32 = 3;
const LSR_DATA_READY: u32 = 1;
const LSR_THR_EMPTY: u32 = 1 << 5;

const lock: usize = memory.data<u32>([0]);
let base: usize = 0;
let shift: u32 = 0;

/** The baud rate stays as it is. `registerShift` is the binary logarithm of the distance between registers. */
export function initializeConsole(address: usize, registerShift: u32): void {
  base = address;
  shift = registerShift;
  write(IER, 0);
  write(LCR, LCR_8_BITS);
  write(FCR, FCR_ENABLE);
}

/** Waits until the byte can be sent; without a console it is lost. */
export function console_write_byte(byte: u32): void {
  if (base == 0) return;
  while (!(read(LSR) & LSR_THR_EMPTY)) {}
  write(THR, byte);
}

/** A byte that came in, or -1. */
export function readByte(): i32 {
  return base != 0 && read(LSR) & LSR_DATA_READY ? <i32>read(RBR) : -1;
}

/** Keeps what one hart writes together. */
export function lockConsole(): void {
  acquire(lock);
}

export function unlockConsole(): void {
  release(lock);
}

function read(register: u32): u32 {
  return mmio_read8(base + ((<usize>register) << shift));
}

function write(register: u32, value: u32): void {
  mmio_write8(base + ((<usize>register) << shift), value);
}
