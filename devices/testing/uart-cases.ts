/** What every model of the 16550A must do: one table of cases for that of the machine and that which guests get. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  DLL,
  DLM,
  FCR,
  FCR_CLEAR_RECEIVER,
  FCR_ENABLE,
  FCR_TRIGGER_SHIFT,
  IER,
  IER_EDSSI,
  IER_ELSI,
  IER_ERBI,
  IER_ETBEI,
  IIR,
  IIR_CHARACTER_TIMEOUT,
  IIR_FIFOS_ENABLED,
  IIR_LINE_STATUS,
  IIR_MODEM_STATUS,
  IIR_NONE,
  IIR_RECEIVED_DATA,
  IIR_THR_EMPTY,
  LCR,
  LCR_DLAB,
  LSR,
  LSR_DR,
  LSR_OE,
  LSR_TEMT,
  LSR_THRE,
  MCR,
  MCR_DTR,
  MCR_LOOP,
  MCR_OUT1,
  MCR_OUT2,
  MCR_RTS,
  MSR,
  MSR_CTS,
  MSR_DCD,
  MSR_DCTS,
  MSR_DDCD,
  MSR_DDSR,
  MSR_DSR,
  MSR_RI,
  MSR_TERI,
  RBR,
  SCR,
  THR,
} from '../uart16550.ts';

/** A UART after reset. Registers are read and written by 8 bits. */
export interface UartModel {
  read(register: number): number;
  write(register: number, value: number): void;
  /** Characters from the terminal. */
  receive(bytes: readonly number[]): void;
  reset(): void;
  /** What came out of the line. */
  readonly sent: readonly number[];
  /** The interrupt wire. */
  readonly wire: boolean;
}

const IDLE = LSR_THRE | LSR_TEMT;
const TRIGGER_8 = 2 << FCR_TRIGGER_SHIFT;

/** A driver's view of the registers. */
class Driver {
  readonly uart: UartModel;

  constructor(uart: UartModel) {
    this.uart = uart;
  }

  get sent(): readonly number[] {
    return this.uart.sent;
  }

  get wire(): boolean {
    return this.uart.wire;
  }

  get(register: number): number {
    return this.uart.read(register);
  }

  set(register: number, value: number): void {
    this.uart.write(register, value);
  }

  receiveAll(): number[] {
    const bytes: number[] = [];
    while ((this.get(LSR) & LSR_DR) !== 0) bytes.push(this.get(RBR));
    return bytes;
  }
}

/** Registers the cases as tests; `create` makes a new model for each. */
export function describeUart(create: () => UartModel): void {
  let driver: Driver;
  beforeEach(() => {
    driver = new Driver(create());
  });

  describe('registers', () => {
    test('have the values of a master reset', () => {
      for (const register of [IER, FCR, LCR, MCR, SCR]) driver.set(register, 0xff);
      driver.uart.reset();
      expect([IER, IIR, LCR, MCR, LSR, SCR].map((each) => driver.get(each))).toEqual([0, IIR_NONE, 0, 0, IDLE, 0]);
      expect(driver.get(MSR)).toBe(MSR_CTS | MSR_DSR | MSR_DCD);
      expect(driver.wire).toBe(false);
    });

    test('IER and MCR keep only the bits that exist; SCR and LCR all', () => {
      for (const register of [IER, MCR, SCR, LCR]) driver.set(register, 0x7f);
      expect([IER, MCR, SCR, LCR].map((each) => driver.get(each))).toEqual([0x0f, 0x1f, 0x7f, 0x7f]);
    });

    test('DLAB puts the divisor latch in the place of data and IER', () => {
      driver.set(IER, IER_ELSI);
      driver.set(LCR, LCR_DLAB | 3);
      driver.set(DLL, 0x34);
      driver.set(DLM, 0x12);
      expect([driver.get(DLL), driver.get(DLM)]).toEqual([0x34, 0x12]);
      driver.set(LCR, 3);
      expect(driver.get(IER)).toBe(IER_ELSI);
      expect(driver.sent).toEqual([]);
    });

    test('nothing answers beyond the eight registers', () => {
      driver.set(8, 0xff);
      expect(driver.get(8)).toBe(0);
      expect(driver.sent).toEqual([]);
    });
  });

  describe('transmitter', () => {
    test('sends bytes in order and is always empty', () => {
      for (const byte of [0x41, 0x142]) driver.set(THR, byte);
      expect(driver.sent).toEqual([0x41, 0x42]);
      expect(driver.get(LSR)).toBe(IDLE);
    });

    test('interrupts when enabled and after each byte; reading IIR clears it', () => {
      driver.set(IER, IER_ETBEI);
      expect(driver.wire).toBe(true);
      expect(driver.get(IIR)).toBe(IIR_THR_EMPTY);
      expect(driver.wire).toBe(false);
      expect(driver.get(IIR)).toBe(IIR_NONE);
      driver.set(IER, IER_ETBEI);
      expect(driver.wire).toBe(false);
      driver.set(THR, 0x41);
      expect(driver.wire).toBe(true);
    });
  });

  describe('receiver', () => {
    test('without FIFOs holds one byte and interrupts for each', () => {
      driver.uart.receive([1, 2]);
      expect(driver.wire).toBe(false);
      driver.set(IER, IER_ERBI);
      expect([driver.wire, driver.get(IIR)]).toEqual([true, IIR_RECEIVED_DATA]);
      expect(driver.receiveAll()).toEqual([1, 2]);
      expect([driver.wire, driver.get(RBR)]).toEqual([false, 2]);
    });

    test('with FIFOs tells the trigger level from the time-out below it', () => {
      driver.set(FCR, FCR_ENABLE | TRIGGER_8);
      driver.set(IER, IER_ERBI);
      driver.uart.receive([1, 2, 3, 4, 5, 6, 7]);
      expect(driver.get(IIR)).toBe(IIR_FIFOS_ENABLED | IIR_CHARACTER_TIMEOUT);
      driver.uart.receive([8]);
      expect(driver.get(IIR)).toBe(IIR_FIFOS_ENABLED | IIR_RECEIVED_DATA);
      expect(driver.get(RBR)).toBe(1);
      expect(driver.get(IIR)).toBe(IIR_FIFOS_ENABLED | IIR_CHARACTER_TIMEOUT);
      expect(driver.receiveAll()).toEqual([2, 3, 4, 5, 6, 7, 8]);
      expect(driver.get(IIR)).toBe(IIR_FIFOS_ENABLED | IIR_NONE);
    });

    test('takes more from the terminal than a FIFO holds, without an overrun', () => {
      const bytes = Array.from({ length: 40 }, (_, index) => index);
      driver.set(FCR, FCR_ENABLE);
      driver.uart.receive(bytes);
      expect(driver.get(LSR) & LSR_OE).toBe(0);
      expect(driver.receiveAll()).toEqual(bytes);
    });

    test('FCR empties the FIFO on demand and when FIFOs are switched', () => {
      driver.set(FCR, FCR_ENABLE);
      driver.uart.receive([1]);
      expect(driver.get(LSR) & LSR_DR).toBe(LSR_DR);
      driver.set(FCR, FCR_ENABLE | FCR_CLEAR_RECEIVER);
      expect(driver.get(LSR) & LSR_DR).toBe(0);
      driver.uart.receive([2]);
      driver.set(FCR, FCR_ENABLE);
      expect(driver.get(LSR) & LSR_DR).toBe(LSR_DR);
      driver.set(FCR, FCR_CLEAR_RECEIVER);
      expect(driver.get(LSR) & LSR_DR).toBe(0);
    });
  });

  describe('loopback', () => {
    test('returns what is sent, keeps it from the line, and holds the terminal off', () => {
      driver.set(FCR, FCR_ENABLE);
      driver.set(MCR, MCR_LOOP);
      driver.uart.receive([0x7a]);
      driver.set(THR, 0x41);
      expect(driver.receiveAll()).toEqual([0x41]);
      expect(driver.sent).toEqual([]);
      driver.set(MCR, 0);
      expect(driver.receiveAll()).toEqual([0x7a]);
    });

    test('an overrun loses the old byte without FIFOs, the new one with them', () => {
      driver.set(IER, IER_ELSI);
      driver.set(MCR, MCR_LOOP);
      driver.set(THR, 1);
      driver.set(THR, 2);
      expect([driver.wire, driver.get(IIR)]).toEqual([true, IIR_LINE_STATUS]);
      expect(driver.get(LSR)).toBe(IDLE | LSR_OE | LSR_DR);
      expect([driver.wire, driver.get(LSR)]).toEqual([false, IDLE | LSR_DR]);
      expect(driver.receiveAll()).toEqual([2]);
      driver.set(FCR, FCR_ENABLE);
      for (let byte = 0; byte < 17; byte++) driver.set(THR, byte);
      expect(driver.get(LSR) & LSR_OE).toBe(LSR_OE);
      expect(driver.receiveAll()).toEqual(Array.from({ length: 16 }, (_, index) => index));
    });

    test('modem outputs drive modem inputs; changes are shown once', () => {
      driver.set(MCR, MCR_LOOP);
      expect(driver.get(MSR)).toBe(MSR_DCTS | MSR_DDSR | MSR_DDCD);
      driver.set(IER, IER_EDSSI);
      driver.set(MCR, MCR_LOOP | MCR_RTS | MCR_OUT1);
      expect([driver.wire, driver.get(IIR)]).toEqual([true, IIR_MODEM_STATUS]);
      expect(driver.get(MSR)).toBe(MSR_CTS | MSR_RI | MSR_DCTS);
      expect([driver.wire, driver.get(MSR)]).toEqual([false, MSR_CTS | MSR_RI]);
      driver.set(MCR, MCR_LOOP | MCR_DTR | MCR_OUT2);
      expect(driver.get(MSR)).toBe(MSR_DSR | MSR_DCD | MSR_DCTS | MSR_DDSR | MSR_TERI | MSR_DDCD);
    });
  });

  test('the most urgent interrupt is shown first', () => {
    driver.set(MCR, MCR_LOOP);
    driver.set(IER, IER_ERBI | IER_ETBEI | IER_ELSI | IER_EDSSI);
    driver.set(THR, 1);
    driver.set(THR, 2);
    const shown: number[] = [];
    shown.push(driver.get(IIR));
    driver.get(LSR);
    shown.push(driver.get(IIR));
    driver.get(RBR);
    shown.push(driver.get(IIR), driver.get(IIR));
    driver.get(MSR);
    shown.push(driver.get(IIR));
    expect(shown).toEqual([IIR_LINE_STATUS, IIR_RECEIVED_DATA, IIR_THR_EMPTY, IIR_MODEM_STATUS, IIR_NONE]);
  });
}
