/** Each device, brought to a state far from that of power-on, is the same after `save` and `load` in another one. */

import { expect, test } from 'vitest';
import { Aclint } from './aclint.ts';
import type { Device } from './device.ts';
import { Finisher } from './finisher.ts';
import { ALARM_HIGH, ALARM_LOW, GoldfishRtc, IRQ_ENABLED, TIME_HIGH, TIME_LOW } from './goldfish-rtc.ts';
import { Plic } from './plic.ts';
import { type State, StateReader } from './state.ts';
import * as uart from './uart16550.ts';

const timebase = { readMtime: () => 0, writeMtime: () => {}, readMtimecmp: () => 0, writeMtimecmp: () => {} };
const ignore = () => {};

interface Case {
  readonly name: string;
  readonly make: () => Device;
  readonly prepare: (device: Device) => void;
  /** Registers to compare, by offset; reading some changes what the next are. */
  readonly registers: readonly number[];
}

const cases: readonly Case[] = [
  {
    name: 'UART',
    make: () => new uart.Uart16550({ transmit: ignore, interrupt: ignore }),
    prepare: (device) => {
      device.write(uart.LCR, 1, uart.LCR_DLAB);
      device.write(uart.DLM, 1, 0x12);
      device.write(uart.LCR, 1, 0x1b);
      device.write(uart.FCR, 1, uart.FCR_ENABLE | 0x40);
      device.write(uart.IER, 1, 0x0f);
      device.write(uart.MCR, 1, uart.MCR_LOOP | uart.MCR_OUT1);
      device.write(uart.THR, 1, 0x41);
      device.write(uart.MCR, 1, uart.MCR_DTR);
      device.write(uart.SCR, 1, 0x5a);
      (device as uart.Uart16550).receive(Array.from({ length: 20 }, (_, index) => index));
    },
    registers: [...Array<number>(30).fill(uart.RBR), 1, 2, 2, 3, 4, 5, 6, 7],
  },
  {
    name: 'PLIC',
    make: () => new Plic({ sources: 40, contexts: 4, notify: ignore }),
    prepare: (device) => {
      for (const source of [3, 33, 40]) {
        device.write(4 * source, 4, source % 8);
        (device as Plic).setSource(source, true);
      }
      device.write(0x2000 + 0x80, 4, 0x8);
      device.write(0x2000 + 0x84, 4, 0x102);
      device.read(0x20_1004, 4);
      device.write(0x20_1000, 4, 1);
    },
    registers: [12, 132, 160, 0x1000, 0x1004, 0x2080, 0x2084, 0x20_1000, 0x20_1004, 0x20_1004],
  },
  {
    name: 'ACLINT',
    make: () => new Aclint({ harts: 3, timebase, setSoftwareInterrupt: ignore }),
    prepare: (device) => device.write(4, 4, 1),
    registers: [0, 4, 8],
  },
  {
    name: 'RTC',
    make: () => new GoldfishRtc({ now: () => 12_345_678_901_234, interrupt: ignore }),
    prepare: (device) => {
      device.write(TIME_HIGH, 4, 7);
      device.write(TIME_LOW, 4, 9);
      device.write(ALARM_HIGH, 4, 8);
      device.write(ALARM_LOW, 4, 1);
      device.write(IRQ_ENABLED, 4, 1);
    },
    registers: [0, 4, 8, 12, 16, 24],
  },
  { name: 'finisher', make: () => new Finisher(ignore), prepare: ignore, registers: [0] },
];

const overJson = (state: State) => new StateReader(JSON.parse(JSON.stringify(state)), 'device');

test.each(cases)('$name', ({ make, prepare, registers }) => {
  const [device, copy, fresh] = [make(), make(), make()];
  prepare(device);
  const saved = device.save();
  copy.load(overJson(saved));
  expect(copy.save()).toEqual(saved);
  const read = (from: Device) => registers.map((offset) => from.read(offset, 4));
  const expected = read(device);
  expect(read(copy)).toEqual(expected);
  if (registers.length > 1) expect(read(fresh)).not.toEqual(expected);
});
