/**
 * What guests print. A guest that is alone writes straight to the console; of several, each line appears whole, behind the
 * guest's name.
 */
import { print } from '../lib/print.ts';
import { putByte } from './console.ts';
import { Guest, lineBuffer, lineIsFull, printName } from './guest.ts';

const NEWLINE: u8 = 0x0a;
let prefixed: bool = false;

/** From now on lines are prefixed: there is more than one guest. */
export function prefixGuestLines(): void {
  prefixed = true;
}

export function guestPutByte(guest: Guest, byte: u8): void {
  if (!prefixed) {
    putByte(byte);
    return;
  }
  if (byte != NEWLINE) store<u8>(lineBuffer(guest) + guest.lineLength++, byte);
  if (byte == NEWLINE || lineIsFull(guest)) printLine(guest);
}

/** Prints what the guest left of an unfinished line. */
export function flushGuestLine(guest: Guest): void {
  if (guest.lineLength) printLine(guest);
}

function printLine(guest: Guest): void {
  print('[');
  printName(guest);
  print('] ');
  const line = lineBuffer(guest);
  for (let index: usize = 0; index < guest.lineLength; index++) putByte(load<u8>(line + index));
  putByte(NEWLINE);
  guest.lineLength = 0;
}
