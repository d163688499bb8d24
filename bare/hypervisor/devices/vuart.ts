/**
 * The UART 16550A that a guest has (National Semiconductor PC16550D, Texas Instruments TL16C550C), one register a byte.
 *
 * Its line is infinitely fast: a byte written is sent before the next instruction, so the transmitter is always empty, and the
 * receiver's time-out passes at once. Characters typed wait at the console until the receiver has room, so only loopback can
 * overrun it, and until the guest looks or wants to be interrupted: it may have its console elsewhere.
 */
import { allocate, free } from '../memory/heap.ts';

// Register offsets (PC16550D, Table II). Those that share an offset differ by direction or by LCR_DLAB.
const DATA: u32 = 0; // receiver buffer, read; transmitter holding, write; divisor latch, low, with LCR_DLAB
const IER: u32 = 1; // interrupt enable; divisor latch, high, with LCR_DLAB
const IIR: u32 = 2; // interrupt identification, read
const FCR: u32 = 2; // FIFO control, write
const LCR: u32 = 3; // line control
const MCR: u32 = 4; // modem control
const LSR: u32 = 5; // line status
const MSR: u32 = 6; // modem status
const SCR: u32 = 7; // scratch

const IER_ERBI: u32 = 0x01; // received data available
const IER_ETBEI: u32 = 0x02; // transmitter holding register empty
const IER_ELSI: u32 = 0x04; // receiver line status
const IER_EDSSI: u32 = 0x08; // modem status

const IIR_NONE: u32 = 0x01;
const IIR_MODEM_STATUS: u32 = 0x00;
const IIR_THR_EMPTY: u32 = 0x02;
const IIR_RECEIVED_DATA: u32 = 0x04;
const IIR_LINE_STATUS: u32 = 0x06;
const IIR_CHARACTER_TIMEOUT: u32 = 0x0c;
const IIR_FIFOS_ENABLED: u32 = 0xc0;

const FCR_ENABLE: u32 = 0x01;
const FCR_CLEAR_RECEIVER: u32 = 0x02;
const FCR_TRIGGER_SHIFT: u32 = 6;

const LCR_DLAB: u32 = 0x80;

const MCR_DTR: u32 = 0x01;
const MCR_RTS: u32 = 0x02;
const MCR_OUT1: u32 = 0x04;
const MCR_OUT2: u32 = 0x08;
const MCR_LOOP: u32 = 0x10;
const MCR_WRITABLE: u32 = 0x1f;

const LSR_DR: u32 = 0x01; // data ready
const LSR_OE: u32 = 0x02; // overrun error
const LSR_THRE: u32 = 0x20; // transmitter holding register empty
const LSR_TEMT: u32 = 0x40; // transmitter empty

const MSR_DCTS: u32 = 0x01; // the low four: changes since the last read
const MSR_DDSR: u32 = 0x02;
const MSR_TERI: u32 = 0x04; // RI went from 1 to 0
const MSR_DDCD: u32 = 0x08;
const MSR_CTS: u32 = 0x10;
const MSR_DSR: u32 = 0x20;
const MSR_RI: u32 = 0x40;
const MSR_DCD: u32 = 0x80;
/** What a terminal that is connected and ready drives. */
const TERMINAL_READY: u32 = MSR_CTS | MSR_DSR | MSR_DCD;

const FIFO_DEPTH: u32 = 16;

/** What is at the other end of the line and of the interrupt wire. `owner` is whoever made the UART. */
export type TransmitByte = (owner: usize, byte: u8) => void;
/** The next character from the terminal, or -1 when none waits. */
export type TakeInput = (owner: usize) => i32;
/** Called with the wire's level whenever it is worked out anew, changed or not. */
export type NotifyLine = (owner: usize, level: bool) => void;

export class VirtualUart {
  owner: usize;
  transmit: TransmitByte;
  takeInput: TakeInput;
  notify: NotifyLine;
  ier: u32;
  fcr: u32;
  lcr: u32;
  mcr: u32;
  scr: u32;
  divisor: u32;
  overrun: bool;
  thrEmptyPending: bool;
  modemLines: u32;
  modemChanges: u32;
  /** What the receiver buffer keeps after it has been read. */
  received: u32;
  /** Characters in the receiver: the first is at `head` of the FIFO, which stands behind the fields. */
  count: u32;
  head: u32;
}

const UART_FIFO: usize = offsetof<VirtualUart>();
const UART_STRUCT_SIZE: usize = UART_FIFO + FIFO_DEPTH;

/** A UART after reset. */
export function createUart(owner: usize, transmit: TransmitByte, input: TakeInput, notify: NotifyLine): VirtualUart {
  const uart = changetype<VirtualUart>(allocate(UART_STRUCT_SIZE));
  uart.owner = owner;
  uart.transmit = transmit;
  uart.takeInput = input;
  uart.notify = notify;
  uart.modemLines = TERMINAL_READY;
  return uart;
}

export function freeUart(uart: VirtualUart): void {
  free(changetype<usize>(uart), UART_STRUCT_SIZE);
}

/** Master reset (PC16550D, Table I). The scratch register starts at 0. */
export function resetUart(uart: VirtualUart): void {
  const state = changetype<usize>(uart) + offsetof<VirtualUart>('ier');
  memory.fill(state, 0, UART_FIFO - offsetof<VirtualUart>('ier'));
  uart.modemLines = TERMINAL_READY;
  updateInterrupt(uart);
}

/** The terminal has characters: lets in what there is room for, if the guest wants to hear of them. */
export function receive(uart: VirtualUart): void {
  if (uart.ier & IER_ERBI) fill(uart);
  updateInterrupt(uart);
}

// ---- Registers

export function readUart(device: usize, offset: u32, _width: u32): u64 {
  const uart = changetype<VirtualUart>(device);
  fill(uart);
  const value = readRegister(uart, offset);
  updateInterrupt(uart);
  return value;
}

export function writeUart(device: usize, offset: u32, _width: u32, value: u64): void {
  const uart = changetype<VirtualUart>(device);
  writeRegister(uart, offset, <u32>value & 0xff);
  if (uart.ier & IER_ERBI) fill(uart);
  updateInterrupt(uart);
}

function readRegister(uart: VirtualUart, offset: u32): u32 {
  const divisorLatch = (uart.lcr & LCR_DLAB) != 0;
  switch (offset) {
    case DATA:
      return divisorLatch ? uart.divisor & 0xff : readReceiver(uart);
    case IER:
      return divisorLatch ? uart.divisor >> 8 : uart.ier;
    case IIR:
      return readInterruptIdentification(uart);
    case LCR:
      return uart.lcr;
    case MCR:
      return uart.mcr;
    case LSR:
      return readLineStatus(uart);
    case MSR:
      return readModemStatus(uart);
    case SCR:
      return uart.scr;
    default:
      return 0;
  }
}

function writeRegister(uart: VirtualUart, offset: u32, value: u32): void {
  const divisorLatch = (uart.lcr & LCR_DLAB) != 0;
  switch (offset) {
    case DATA:
      if (divisorLatch) uart.divisor = (uart.divisor & 0xff00) | value;
      else writeTransmitter(uart, value);
      break;
    case IER:
      if (divisorLatch) uart.divisor = (uart.divisor & 0x00ff) | (value << 8);
      else writeInterruptEnable(uart, value);
      break;
    case FCR:
      writeFifoControl(uart, value);
      break;
    case LCR:
      uart.lcr = value;
      break;
    case MCR:
      writeModemControl(uart, value);
      break;
    case SCR:
      uart.scr = value;
      break;
    default:
      break;
  }
}

// ---- Receiver

function fifosEnabled(uart: VirtualUart): bool {
  return (uart.fcr & FCR_ENABLE) != 0;
}

function isLooped(uart: VirtualUart): bool {
  return (uart.mcr & MCR_LOOP) != 0;
}

function capacity(uart: VirtualUart): u32 {
  return fifosEnabled(uart) ? FIFO_DEPTH : 1;
}

/** The level from which on data is an interrupt of its own, by FCR bits 7:6. */
function trigger(uart: VirtualUart): u32 {
  if (!fifosEnabled(uart)) return 1;
  const level = uart.fcr >> FCR_TRIGGER_SHIFT;
  return level == 0 ? 1 : level == 1 ? 4 : level == 2 ? 8 : 14;
}

/** Lets waiting characters in. In loopback the receiver is disconnected from the line. */
function fill(uart: VirtualUart): void {
  if (isLooped(uart)) return;
  while (uart.count < capacity(uart)) {
    const byte = uart.takeInput(uart.owner);
    if (byte < 0) return;
    push(uart, byte);
  }
}

function push(uart: VirtualUart, byte: u32): void {
  const place = (uart.head + uart.count) & (FIFO_DEPTH - 1);
  store<u8>(changetype<usize>(uart) + place, <u8>byte, UART_FIFO);
  uart.count++;
}

function readReceiver(uart: VirtualUart): u32 {
  if (uart.count) {
    uart.received = load<u8>(changetype<usize>(uart) + uart.head, UART_FIFO);
    uart.head = (uart.head + 1) & (FIFO_DEPTH - 1);
    uart.count--;
  } else if (fifosEnabled(uart)) {
    uart.received = 0;
  }
  fill(uart);
  return uart.received;
}

// ---- Transmitter

function writeTransmitter(uart: VirtualUart, value: u32): void {
  uart.thrEmptyPending = true;
  if (isLooped(uart)) receiveLoopback(uart, value);
  else uart.transmit(uart.owner, <u8>value);
}

/** An overrun loses the new character in FIFO mode, and the one in the receiver buffer otherwise (PC16550D, LSR bit 1). */
function receiveLoopback(uart: VirtualUart, value: u32): void {
  if (uart.count >= capacity(uart)) {
    uart.overrun = true;
    if (fifosEnabled(uart)) return;
    uart.count = 0;
  }
  push(uart, value);
}

// ---- Interrupts

/** The most urgent interrupt that is enabled and pending (PC16550D, Table IV). */
function interruptIdentification(uart: VirtualUart): u32 {
  const enabled = uart.ier;
  if ((enabled & IER_ELSI) != 0 && uart.overrun) return IIR_LINE_STATUS;
  if ((enabled & IER_ERBI) != 0 && uart.count != 0) {
    return uart.count >= trigger(uart) ? IIR_RECEIVED_DATA : IIR_CHARACTER_TIMEOUT;
  }
  if ((enabled & IER_ETBEI) != 0 && uart.thrEmptyPending) return IIR_THR_EMPTY;
  return (enabled & IER_EDSSI) != 0 && uart.modemChanges != 0 ? IIR_MODEM_STATUS : IIR_NONE;
}

function updateInterrupt(uart: VirtualUart): void {
  uart.notify(uart.owner, interruptIdentification(uart) != IIR_NONE);
}

function writeInterruptEnable(uart: VirtualUart, value: u32): void {
  // The holding register is empty, so enabling its interrupt raises it.
  if ((value & IER_ETBEI) != 0 && (uart.ier & IER_ETBEI) == 0) uart.thrEmptyPending = true;
  uart.ier = value & (IER_ERBI | IER_ETBEI | IER_ELSI | IER_EDSSI);
}

/** Reading IIR clears the transmitter's interrupt, when it is the one that was shown. */
function readInterruptIdentification(uart: VirtualUart): u32 {
  const identification = interruptIdentification(uart);
  if (identification == IIR_THR_EMPTY) uart.thrEmptyPending = false;
  return fifosEnabled(uart) ? identification | IIR_FIFOS_ENABLED : identification;
}

// ---- Control and status

/** Other bits are only programmed together with FCR_ENABLE, and changing that one empties the FIFOs (PC16550D, FCR). */
function writeFifoControl(uart: VirtualUart, value: u32): void {
  const enable = (value & FCR_ENABLE) != 0;
  if (((value ^ uart.fcr) & FCR_ENABLE) != 0 || (enable && (value & FCR_CLEAR_RECEIVER) != 0)) uart.count = 0;
  uart.fcr = enable ? value : 0;
}

function writeModemControl(uart: VirtualUart, value: u32): void {
  uart.mcr = value & MCR_WRITABLE;
  const lines = isLooped(uart) ? loopedModemLines(uart.mcr) : TERMINAL_READY;
  const changed = lines ^ uart.modemLines;
  if (changed & MSR_CTS) uart.modemChanges |= MSR_DCTS;
  if (changed & MSR_DSR) uart.modemChanges |= MSR_DDSR;
  if (changed & ~lines & MSR_RI) uart.modemChanges |= MSR_TERI;
  if (changed & MSR_DCD) uart.modemChanges |= MSR_DDCD;
  uart.modemLines = lines;
}

/** In loopback the four modem outputs drive the four modem inputs (PC16550D, MCR bit 4). */
function loopedModemLines(mcr: u32): u32 {
  let lines: u32 = 0;
  if (mcr & MCR_RTS) lines |= MSR_CTS;
  if (mcr & MCR_DTR) lines |= MSR_DSR;
  if (mcr & MCR_OUT1) lines |= MSR_RI;
  if (mcr & MCR_OUT2) lines |= MSR_DCD;
  return lines;
}

function readLineStatus(uart: VirtualUart): u32 {
  const ready = uart.count ? LSR_DR : 0;
  const overrun = uart.overrun ? LSR_OE : 0;
  uart.overrun = false;
  return LSR_TEMT | LSR_THRE | overrun | ready;
}

function readModemStatus(uart: VirtualUart): u32 {
  const changes = uart.modemChanges;
  uart.modemChanges = 0;
  return uart.modemLines | changes;
}
