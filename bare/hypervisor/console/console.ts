/** The hypervisor's own lines on the host's console, each prefixed with its name. */

import { print, printDecimal } from '../../lib/print.ts';
import { giveLock, HartLock, takeLock } from '../harts/hart-lock.ts';
import { hostPutByte } from '../host/host-sbi.ts';

const NEWLINE: u8 = 0x0a;
let driver: ((byte: u8) => void) | null = null;
let atLineStart: bool = true;
const lock = changetype<HartLock>(memory.data<u64>([0, 0, 0]));

/** From here to `unlockConsole` no other hart prints. A hart may take the console again while it has it. */
export function lockConsole(): void {
  takeLock(lock);
}

export function unlockConsole(): void {
  giveLock(lock);
}

/** From now on bytes go this way, and not through the firmware. */
export function printBy(transmit: (byte: u8) => void): void {
  driver = transmit;
}

/** One byte to the host's console; everything that is printed comes by here. */
export function putByte(byte: u8): void {
  atLineStart = byte == NEWLINE;
  const transmit = driver;
  if (transmit) transmit(byte);
  else hostPutByte(byte);
}

/** What lib/print.ts writes to. */
export function console_write_byte(byte: u32): void {
  putByte(<u8>byte);
}

/** Starts a line `typevisor: `, after ending one that a guest left unfinished. Until `endMessage` the console is this hart's. */
export function beginMessage(): void {
  lockConsole();
  if (!atLineStart) putByte(NEWLINE);
  print('typevisor: ');
}

export function endMessage(): void {
  putByte(NEWLINE);
  unlockConsole();
}

/** A whole line. */
export function message(text: string): void {
  beginMessage();
  print(text);
  endMessage();
}

/** A size in the largest unit that it is a whole number of: `128 MiB`. */
export function printSize(bytes: u64): void {
  if (bytes && bytes % (1 << 30) == 0) {
    printDecimal(bytes >> 30);
    print(' GiB');
  } else if (bytes && bytes % (1 << 20) == 0) {
    printDecimal(bytes >> 20);
    print(' MiB');
  } else {
    printDecimal(bytes >> 10);
    print(' KiB');
  }
}
