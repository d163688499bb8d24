import { expect, test } from 'vitest';
import { describeUart, type UartModel } from './testing/uart-cases.ts';
import {
  FCR,
  FCR_CLEAR_RECEIVER,
  FCR_ENABLE,
  IER,
  IER_ERBI,
  IER_ETBEI,
  IIR,
  LSR,
  RBR,
  Uart16550,
} from './uart16550.ts';

class Model implements UartModel {
  readonly sent: number[] = [];
  wire = false;
  readonly uart = new Uart16550({
    transmit: (byte) => this.sent.push(byte),
    interrupt: (level) => {
      this.wire = level;
    },
  });

  read(register: number): number {
    return this.uart.read(register, 1);
  }

  write(register: number, value: number): void {
    this.uart.write(register, 1, value);
  }

  receive(bytes: readonly number[]): void {
    this.uart.receive(bytes);
  }

  reset(): void {
    this.uart.reset();
  }
}

describeUart(() => new Model());

test('listens while the interrupt of the receiver is enabled', () => {
  const { uart } = new Model();
  expect(uart.listening).toBe(false);
  uart.write(IER, 1, IER_ERBI);
  expect(uart.listening).toBe(true);
});

test('says that there is an interrupt anew when something has happened, and not when the driver only looks', () => {
  const levels: boolean[] = [];
  const uart = new Uart16550({ transmit: () => {}, interrupt: (level) => levels.push(level) });
  uart.write(IER, 1, IER_ERBI | IER_ETBEI);
  uart.receive([1, 2]);
  expect(levels.splice(0)).toEqual([true, true]);
  for (let count = 0; count < 3; count++) uart.read(LSR, 1);
  expect(levels).toEqual([]);
  for (const register of [RBR, RBR, IIR]) uart.read(register, 1);
  expect(levels).toEqual([true, true, false]);
});

test('what was typed before the guest has set the FIFOs up is there afterwards', () => {
  const { uart } = new Model();
  uart.receive([0x78, 0x79]);
  uart.write(FCR, 1, FCR_ENABLE | FCR_CLEAR_RECEIVER);
  expect([uart.read(RBR, 1), uart.read(RBR, 1)]).toEqual([0x78, 0x79]);
});
