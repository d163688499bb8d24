/**
 * What is typed, on its way to a guest: keys go to the guest whose console is shown, Ctrl-A leads to another's. They come from the
 * host's UART by interrupt, or where there is none from the firmware, whenever a guest asks for input.
 *
 * Ctrl-A 1 to 9 shows the console of that guest, Ctrl-A 0 all of them with their lines prefixed; Ctrl-A p pauses the guest that keys go
 * to, and lets it go on; Ctrl-A twice is one for the guest.
 */
import { print } from '../../lib/print.ts';
import { inputArrived } from '../devices/guest-devices.ts';
import { Guest, printName } from '../guest/guest.ts';
import { pauseGuest, resumeGuest } from '../guest/guest-pause.ts';
import { hostGetByte } from '../host/host-sbi.ts';
import { resumeHostUart } from '../host/uart.ts';
import { beginMessage, endMessage, lockConsole, message, putByte, unlockConsole } from './console.ts';
import {
  consoleOfInput,
  GuestConsole,
  inputIsFull,
  pushInput,
  showAllConsoles,
  showConsole,
  takePushed,
} from './guest-console.ts';

const CTRL_A: u8 = 1;
const BELL: u8 = 7;
const DIGIT_0: u8 = 0x30;
const LETTER_P: u8 = 0x70;

let afterCtrlA: bool = false;
let isInterruptDriven: bool = false;
/** The host's UART holds back what it has, because a guest had no room for it. */
let isHeldBack: bool = false;

/** Input comes by interrupt from now on. */
export function expectInterrupts(): void {
  isInterruptDriven = true;
}

/**
 * Whether a byte that is typed now has a place. Asking for it promises to take what comes after a `takeInput` that makes room. A guest
 * that is paused makes none, and behind what is typed may be what lets it go on: all is wanted, and what has no place is lost.
 */
export function wantsInput(): bool {
  const console = consoleOfInput();
  isHeldBack = console ? inputIsFull(console) && !console.guest.isPaused : false;
  return !isHeldBack;
}

/** A byte from the host's console. */
export function typed(byte: u8): void {
  if (afterCtrlA) {
    afterCtrlA = false;
    if (byte == DIGIT_0) showAllConsoles();
    else if (byte > DIGIT_0 && byte <= DIGIT_0 + 9) showConsole(byte - DIGIT_0);
    else if (byte == LETTER_P) pauseOrResume();
    if (byte != CTRL_A) return;
  } else if (byte == CTRL_A) {
    afterCtrlA = true;
    return;
  }
  const console = consoleOfInput();
  if (!console) return;
  if (inputIsFull(console)) {
    ringBell();
    return;
  }
  pushInput(console, byte);
  inputArrived(console.guest);
}

/** Of the guest that keys go to. */
function pauseOrResume(): void {
  const console = consoleOfInput();
  if (!console) return;
  if (!isInterruptDriven) {
    message('no guest can be paused: without an interrupt for what is typed none could be told to go on');
  } else if (resumeGuest(console.guest)) {
    tell(console.guest, ' goes on');
  } else if (pauseGuest(console.guest)) {
    tell(console.guest, ' is paused');
  }
}

function tell(guest: Guest, what: string): void {
  beginMessage();
  print('guest ');
  printName(guest);
  print(what);
  endMessage();
}

function ringBell(): void {
  lockConsole();
  putByte(BELL);
  unlockConsole();
}

/** The next byte that was typed for the guest, or -1. */
export function takeInput(console: GuestConsole): i32 {
  if (!isInterruptDriven) poll();
  const byte = takePushed(console);
  if (byte >= 0) letInputGoOn();
  return byte;
}

/** There may be room for what is held back: the guest has taken some, or its console is gone. */
export function letInputGoOn(): void {
  if (!isHeldBack) return;
  isHeldBack = false;
  resumeHostUart();
}

function poll(): void {
  while (wantsInput()) {
    const byte = hostGetByte();
    if (byte < 0) return;
    typed(<u8>byte);
  }
}
