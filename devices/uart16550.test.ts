import { expect, test } from 'vitest';
import { describeUart, type UartModel } from './testing/uart-cases.ts';
import { IER, IER_ERBI, Uart16550 } from './uart16550.ts';

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
