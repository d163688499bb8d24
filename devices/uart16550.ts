/**
 * The 16550A UART (National Semiconductor PC16550D, Texas Instruments TL16C550C), one register a byte.
 *
 * Its line is infinitely fast: a byte written is sent before the next instruction, so the transmitter is always empty, and
 * the four character times of the receiver's time-out pass at once. Characters from the host wait outside until the receiver
 * has room, so only loopback can overrun it, and until the guest looks or wants to be interrupted, so that what was typed before
 * it had set the UART up is not lost with that.
 */

import type { AccessSize, Device, InterruptLine } from './device.ts';
import type { State, StateReader } from './state.ts';

// Register offsets (PC16550D, Table II). Those that share an offset differ by direction or by LCR_DLAB.
export const RBR = 0; // receiver buffer, read
export const THR = 0; // transmitter holding, write
export const DLL = 0; // divisor latch, low; LCR_DLAB set
export const IER = 1; // interrupt enable
export const DLM = 1; // divisor latch, high; LCR_DLAB set
export const IIR = 2; // interrupt identification, read
export const FCR = 2; // FIFO control, write
export const LCR = 3; // line control
export const MCR = 4; // modem control
export const LSR = 5; // line status
export const MSR = 6; // modem status
export const SCR = 7; // scratch

export const IER_ERBI = 0x01; // received data available
export const IER_ETBEI = 0x02; // transmitter holding register empty
export const IER_ELSI = 0x04; // receiver line status
export const IER_EDSSI = 0x08; // modem status

export const IIR_NONE = 0x01;
export const IIR_MODEM_STATUS = 0x00;
export const IIR_THR_EMPTY = 0x02;
export const IIR_RECEIVED_DATA = 0x04;
export const IIR_LINE_STATUS = 0x06;
export const IIR_CHARACTER_TIMEOUT = 0x0c;
export const IIR_FIFOS_ENABLED = 0xc0;

export const FCR_ENABLE = 0x01;
export const FCR_CLEAR_RECEIVER = 0x02;
export const FCR_TRIGGER_SHIFT = 6;

export const LCR_DLAB = 0x80;

export const MCR_DTR = 0x01;
export const MCR_RTS = 0x02;
export const MCR_OUT1 = 0x04;
export const MCR_OUT2 = 0x08;
export const MCR_LOOP = 0x10;
const MCR_WRITABLE = 0x1f;

export const LSR_DR = 0x01; // data ready
export const LSR_OE = 0x02; // overrun error
export const LSR_THRE = 0x20; // transmitter holding register empty
export const LSR_TEMT = 0x40; // transmitter empty

export const MSR_DCTS = 0x01; // the low four: changes since the last read
export const MSR_DDSR = 0x02;
export const MSR_TERI = 0x04; // RI went from 1 to 0
export const MSR_DDCD = 0x08;
export const MSR_CTS = 0x10;
export const MSR_DSR = 0x20;
export const MSR_RI = 0x40;
export const MSR_DCD = 0x80;

const FIFO_DEPTH = 16;
/** Receiver trigger levels by FCR bits 7:6. */
const TRIGGER_LEVELS = [1, 4, 8, 14] as const;
/** What a terminal that is connected and ready drives. */
const TERMINAL_READY = MSR_CTS | MSR_DSR | MSR_DCD;

export interface Uart16550Options {
  /** Called with each byte sent. */
  readonly transmit: (byte: number) => void;
  readonly interrupt: InterruptLine;
}

export class Uart16550 implements Device {
  readonly #transmit: (byte: number) => void;
  readonly #interrupt: InterruptLine;
  #receiver: number[] = [];
  #waiting: number[] = [];
  /** What the receiver buffer keeps after it has been read. */
  #received = 0;
  #ier = 0;
  #fcr = 0;
  #lcr = 0;
  #mcr = 0;
  #scr = 0;
  #divisor = 0;
  #overrun = false;
  #thrEmptyPending = false;
  #modemLines = TERMINAL_READY;
  #modemChanges = 0;

  constructor(options: Uart16550Options) {
    this.#transmit = options.transmit;
    this.#interrupt = options.interrupt;
  }

  /** Characters from the terminal. They reach the receiver in order, as it has room. */
  receive(bytes: Iterable<number>): void {
    for (const byte of bytes) this.#waiting.push(byte & 0xff);
    if (this.listening) this.#fill();
    this.#updateInterrupt();
  }

  /** Whether a character from the terminal would raise an interrupt. */
  get listening(): boolean {
    return (this.#ier & IER_ERBI) !== 0;
  }

  read(offset: number, _size: AccessSize): number {
    const before = this.#interruptIdentification;
    this.#fill();
    const value = this.#readRegister(offset);
    // Looking at the line's status is no event, but a character taken with others behind it is.
    if (offset === RBR || this.#interruptIdentification !== before) this.#updateInterrupt();
    return value;
  }

  write(offset: number, _size: AccessSize, value: number): void {
    this.#writeRegister(offset, value & 0xff);
    if (this.listening) this.#fill();
    this.#updateInterrupt();
  }

  /** Master reset (PC16550D, Table I). Characters that the terminal sent before are lost; the scratch register starts at 0. */
  reset(): void {
    this.#receiver = [];
    this.#waiting = [];
    this.#received = 0;
    this.#ier = 0;
    this.#fcr = 0;
    this.#lcr = 0;
    this.#mcr = 0;
    this.#scr = 0;
    this.#divisor = 0;
    this.#overrun = false;
    this.#thrEmptyPending = false;
    this.#modemLines = TERMINAL_READY;
    this.#modemChanges = 0;
    this.#updateInterrupt();
  }

  save(): State {
    return {
      receiver: [...this.#receiver],
      waiting: [...this.#waiting],
      received: this.#received,
      ier: this.#ier,
      fcr: this.#fcr,
      lcr: this.#lcr,
      mcr: this.#mcr,
      scr: this.#scr,
      divisor: this.#divisor,
      overrun: this.#overrun,
      thrEmptyPending: this.#thrEmptyPending,
      modemLines: this.#modemLines,
      modemChanges: this.#modemChanges,
    };
  }

  load(state: StateReader): void {
    this.#receiver = state.numbers('receiver', 0xff);
    this.#waiting = state.numbers('waiting', 0xff);
    this.#received = state.number('received', 0xff);
    this.#ier = state.number('ier', 0xff);
    this.#fcr = state.number('fcr', 0xff);
    this.#lcr = state.number('lcr', 0xff);
    this.#mcr = state.number('mcr', 0xff);
    this.#scr = state.number('scr', 0xff);
    this.#divisor = state.number('divisor', 0xffff);
    this.#overrun = state.boolean('overrun');
    this.#thrEmptyPending = state.boolean('thrEmptyPending');
    this.#modemLines = state.number('modemLines', 0xff);
    this.#modemChanges = state.number('modemChanges', 0xff);
  }

  #readRegister(offset: number): number {
    const divisorLatch = (this.#lcr & LCR_DLAB) !== 0;
    switch (offset) {
      case RBR:
        return divisorLatch ? this.#divisor & 0xff : this.#readReceiver();
      case IER:
        return divisorLatch ? this.#divisor >> 8 : this.#ier;
      case IIR:
        return this.#readInterruptIdentification();
      case LCR:
        return this.#lcr;
      case MCR:
        return this.#mcr;
      case LSR:
        return this.#readLineStatus();
      case MSR:
        return this.#readModemStatus();
      case SCR:
        return this.#scr;
      default:
        return 0;
    }
  }

  #writeRegister(offset: number, value: number): void {
    const divisorLatch = (this.#lcr & LCR_DLAB) !== 0;
    switch (offset) {
      case THR:
        if (divisorLatch) this.#divisor = (this.#divisor & 0xff00) | value;
        else this.#writeTransmitter(value);
        break;
      case IER:
        if (divisorLatch) this.#divisor = (this.#divisor & 0x00ff) | (value << 8);
        else this.#writeInterruptEnable(value);
        break;
      case FCR:
        this.#writeFifoControl(value);
        break;
      case LCR:
        this.#lcr = value;
        break;
      case MCR:
        this.#writeModemControl(value);
        break;
      case SCR:
        this.#scr = value;
        break;
    }
  }

  get #fifosEnabled(): boolean {
    return (this.#fcr & FCR_ENABLE) !== 0;
  }

  get #loopback(): boolean {
    return (this.#mcr & MCR_LOOP) !== 0;
  }

  get #capacity(): number {
    return this.#fifosEnabled ? FIFO_DEPTH : 1;
  }

  get #trigger(): number {
    return this.#fifosEnabled ? TRIGGER_LEVELS[this.#fcr >> FCR_TRIGGER_SHIFT]! : 1;
  }

  /** The most urgent interrupt that is enabled and pending (PC16550D, Table IV). */
  get #interruptIdentification(): number {
    if ((this.#ier & IER_ELSI) !== 0 && this.#overrun) return IIR_LINE_STATUS;
    if ((this.#ier & IER_ERBI) !== 0 && this.#receiver.length > 0) {
      return this.#receiver.length >= this.#trigger ? IIR_RECEIVED_DATA : IIR_CHARACTER_TIMEOUT;
    }
    if ((this.#ier & IER_ETBEI) !== 0 && this.#thrEmptyPending) return IIR_THR_EMPTY;
    if ((this.#ier & IER_EDSSI) !== 0 && this.#modemChanges !== 0) return IIR_MODEM_STATUS;
    return IIR_NONE;
  }

  #updateInterrupt(): void {
    this.#interrupt(this.#interruptIdentification !== IIR_NONE);
  }

  #readReceiver(): number {
    const empty = this.#fifosEnabled ? 0 : this.#received;
    this.#received = this.#receiver.shift() ?? empty;
    this.#fill();
    return this.#received;
  }

  /** Lets waiting characters in. In loopback the receiver is disconnected from the line. */
  #fill(): void {
    if (this.#loopback) return;
    const room = this.#capacity - this.#receiver.length;
    if (room > 0 && this.#waiting.length > 0) this.#receiver.push(...this.#waiting.splice(0, room));
  }

  #writeTransmitter(value: number): void {
    this.#thrEmptyPending = true;
    if (this.#loopback) this.#receiveLoopback(value);
    else this.#transmit(value);
  }

  /** An overrun loses the new character in FIFO mode, and the one in the receiver buffer otherwise (PC16550D, LSR bit 1). */
  #receiveLoopback(value: number): void {
    if (this.#receiver.length < this.#capacity) {
      this.#receiver.push(value);
      return;
    }
    this.#overrun = true;
    if (!this.#fifosEnabled) this.#receiver = [value];
  }

  #writeInterruptEnable(value: number): void {
    // The holding register is empty, so enabling its interrupt raises it.
    if ((value & IER_ETBEI) !== 0 && (this.#ier & IER_ETBEI) === 0) this.#thrEmptyPending = true;
    this.#ier = value & (IER_ERBI | IER_ETBEI | IER_ELSI | IER_EDSSI);
  }

  /** Reading IIR clears the transmitter's interrupt, when it is the one that was shown. */
  #readInterruptIdentification(): number {
    const identification = this.#interruptIdentification;
    if (identification === IIR_THR_EMPTY) this.#thrEmptyPending = false;
    return identification | (this.#fifosEnabled ? IIR_FIFOS_ENABLED : 0);
  }

  /** Other bits are only programmed together with FCR_ENABLE, and changing that one empties the FIFOs (PC16550D, FCR). */
  #writeFifoControl(value: number): void {
    const changes = ((value ^ this.#fcr) & FCR_ENABLE) !== 0;
    const enable = (value & FCR_ENABLE) !== 0;
    if (changes || (enable && (value & FCR_CLEAR_RECEIVER) !== 0)) this.#receiver = [];
    this.#fcr = enable ? value : 0;
  }

  #writeModemControl(value: number): void {
    this.#mcr = value & MCR_WRITABLE;
    const lines = this.#loopback ? loopedModemLines(this.#mcr) : TERMINAL_READY;
    const changed = lines ^ this.#modemLines;
    if ((changed & MSR_CTS) !== 0) this.#modemChanges |= MSR_DCTS;
    if ((changed & MSR_DSR) !== 0) this.#modemChanges |= MSR_DDSR;
    if ((changed & ~lines & MSR_RI) !== 0) this.#modemChanges |= MSR_TERI;
    if ((changed & MSR_DCD) !== 0) this.#modemChanges |= MSR_DDCD;
    this.#modemLines = lines;
  }

  #readLineStatus(): number {
    const ready = this.#receiver.length > 0 ? LSR_DR : 0;
    const overrun = this.#overrun ? LSR_OE : 0;
    this.#overrun = false;
    return LSR_TEMT | LSR_THRE | overrun | ready;
  }

  #readModemStatus(): number {
    const changes = this.#modemChanges;
    this.#modemChanges = 0;
    return this.#modemLines | changes;
  }
}

/** In loopback the four modem outputs drive the four modem inputs (PC16550D, MCR bit 4). */
function loopedModemLines(mcr: number): number {
  return (
    ((mcr & MCR_RTS) !== 0 ? MSR_CTS : 0) |
    ((mcr & MCR_DTR) !== 0 ? MSR_DSR : 0) |
    ((mcr & MCR_OUT1) !== 0 ? MSR_RI : 0) |
    ((mcr & MCR_OUT2) !== 0 ? MSR_DCD : 0)
  );
}
