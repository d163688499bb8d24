/**
 * The consoles of guests on the one that the host has. A guest that is alone has it to itself. Of several, either each line appears
 * whole behind the guest's name, or the console of one is shown as it is, while what the others print waits.
 */
import { print } from '../../lib/print.ts';
import { Guest, printName } from '../guest/guest.ts';
import { allocate, free } from '../memory/heap.ts';
import { beginMessage, endMessage, lockConsole, message, putByte, unlockConsole } from './console.ts';
import { RingBuffer, ringCount, ringIsFull, ringPush, ringTake } from './ring-buffer.ts';

const NEWLINE: u8 = 0x0a;
const LINE_CAPACITY: u32 = 128;
const INPUT_CAPACITY: u32 = 1024;
/** Of what is printed while another console is shown, the last so many bytes are kept. */
const UNSEEN_CAPACITY: u32 = 2048;

/** The ways to a console; a guest's SBI calls get what is typed whichever has it. */
export const CONSOLE_UART: u32 = 0;
export const CONSOLE_VIRTIO: u32 = 1;

export class GuestConsole {
  guest: Guest;
  next: GuestConsole | null;
  /** Bytes of the output line that is not finished, where lines are prefixed. */
  lineLength: u32;
  /** The device that the guest has printed by last: what is typed goes there. */
  printer: u32;
  input: RingBuffer;
  unseen: RingBuffer;
}

// Behind the fields: the line and the two rings.
const CONSOLE_LINE: usize = offsetof<GuestConsole>();
const CONSOLE_INPUT: usize = CONSOLE_LINE + LINE_CAPACITY;
const CONSOLE_UNSEEN: usize = CONSOLE_INPUT + offsetof<RingBuffer>() + INPUT_CAPACITY;
const CONSOLE_SIZE: usize = CONSOLE_UNSEEN + offsetof<RingBuffer>() + UNSEEN_CAPACITY;

/** In the order of the guests. */
let first: GuestConsole | null = null;
let last: GuestConsole | null = null;
/** The one that has the host's console to itself; null while all are shown. */
let shown: GuestConsole | null = null;
let prefixed: bool = false;

/** There is more than one guest: lines are prefixed until the console of one is shown. */
export function prefixGuestLines(): void {
  prefixed = true;
}

export function createConsole(guest: Guest): GuestConsole {
  const console = changetype<GuestConsole>(allocate(CONSOLE_SIZE));
  console.guest = guest;
  console.input = ringAt(console, CONSOLE_INPUT, INPUT_CAPACITY);
  console.unseen = ringAt(console, CONSOLE_UNSEEN, UNSEEN_CAPACITY);
  const before = last;
  if (before) before.next = console;
  else first = console;
  last = console;
  if (!prefixed) shown = console;
  return console;
}

function ringAt(console: GuestConsole, offset: usize, capacity: u32): RingBuffer {
  const ring = changetype<RingBuffer>(changetype<usize>(console) + offset);
  ring.capacity = capacity;
  return ring;
}

/** Prints what the guest left, and takes its console away. */
export function closeConsole(console: GuestConsole): void {
  flush(console);
  if (shown === console) shown = null;
  let before: GuestConsole | null = null;
  let each = first;
  while (each && each !== console) {
    before = each;
    each = each.next;
  }
  if (before) before.next = console.next;
  else first = console.next;
  if (last === console) last = before;
  free(changetype<usize>(console), CONSOLE_SIZE);
}

// ---- Output

/** A byte that the guest prints. */
export function putGuestByte(console: GuestConsole, byte: u8): void {
  if (console === shown) putShown(byte);
  else if (shown) ringPush(console.unseen, byte);
  else putIntoLine(console, byte);
}

/** Prints what is left of an unfinished line, and what has not been seen. */
export function flush(console: GuestConsole): void {
  while (ringCount(console.unseen)) putIntoLine(console, <u8>ringTake(console.unseen));
  if (console.lineLength) printLine(console);
}

function putIntoLine(console: GuestConsole, byte: u8): void {
  if (byte != NEWLINE) store<u8>(changetype<usize>(console) + console.lineLength++, byte, CONSOLE_LINE);
  if (byte == NEWLINE || console.lineLength == LINE_CAPACITY) printLine(console);
}

function putShown(byte: u8): void {
  lockConsole();
  putByte(byte);
  unlockConsole();
}

function printLine(console: GuestConsole): void {
  lockConsole();
  print('[');
  printName(console.guest);
  print('] ');
  const line = changetype<usize>(console) + CONSOLE_LINE;
  for (let index: u32 = 0; index < console.lineLength; index++) putByte(load<u8>(line + index));
  putByte(NEWLINE);
  unlockConsole();
  console.lineLength = 0;
}

// ---- Which console is shown

/** Shows the console of the guest with this number alone, from what it has printed unseen on; nothing happens if there is none. */
export function showConsole(number: u64): void {
  let console = first;
  while (console && console.guest.number != number) console = console.next;
  if (!console || console === shown) return;
  shown = console;
  beginMessage();
  print('console of guest ');
  printName(console.guest);
  endMessage();
  for (let index: u32 = 0; index < console.lineLength; index++) {
    putShown(load<u8>(changetype<usize>(console) + index, CONSOLE_LINE));
  }
  console.lineLength = 0;
  while (ringCount(console.unseen)) putShown(<u8>ringTake(console.unseen));
}

/** Shows the lines of all guests, with their names. */
export function showAllConsoles(): void {
  if (!shown) return;
  shown = null;
  message('consoles of all guests');
  let console = first;
  while (console) {
    while (ringCount(console.unseen)) putIntoLine(console, <u8>ringTake(console.unseen));
    console = console.next;
  }
}

/** The console that gets what is typed: the one that is shown, or the first. */
export function consoleOfInput(): GuestConsole | null {
  return shown ? shown : first;
}

// ---- Input

/** The guest prints by this device from now on. */
export function printsBy(console: GuestConsole, device: u32): void {
  console.printer = device;
}

/** Whether there is something typed that is for this device. */
export function hasInput(console: GuestConsole, device: u32): bool {
  return console.printer == device && ringCount(console.input) != 0;
}

export function inputIsFull(console: GuestConsole): bool {
  return ringIsFull(console.input);
}

/** A byte for the guest. */
export function pushInput(console: GuestConsole, byte: u8): void {
  ringPush(console.input, byte);
}

/** The next byte that was typed for the guest, or -1. */
export function takePushed(console: GuestConsole): i32 {
  return ringTake(console.input);
}
