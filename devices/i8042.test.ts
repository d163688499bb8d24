import { expect, test } from 'vitest';
import { DATA, I8042, STATUS_COMMAND } from './i8042.ts';
import { StateReader } from './state.ts';

function controller() {
  let resets = 0;
  const device = new I8042({ resetProcessor: () => resets++ });
  return { device, command: (value: number) => device.write(STATUS_COMMAND, 1, value), resets: () => resets };
}

test.each([
  ['a pulse of the reset line', 0xfe, 1],
  ['a pulse of no line', 0xff, 0],
  ['reading the output port', 0xd0, 0],
])('%s', (_, value, expected) => {
  const { command, resets } = controller();
  command(value);
  expect(resets()).toBe(expected);
});

test('the output port has the reset line too', () => {
  const { device, command, resets } = controller();
  command(0xd1);
  device.write(DATA, 1, 0x03);
  expect(resets()).toBe(0);
  command(0xd1);
  device.write(DATA, 1, 0x02);
  expect(resets()).toBe(1);
});

test('data without a command is nothing', () => {
  const { device, resets } = controller();
  device.write(DATA, 1, 0);
  expect(resets()).toBe(0);
});

test('an answer fills the output buffer until it is read', () => {
  const { device, command } = controller();
  command(0xaa);
  expect(device.read(STATUS_COMMAND, 1) & 1).toBe(1);
  expect(device.read(DATA, 1)).toBe(0x55);
  expect(device.read(STATUS_COMMAND, 1) & 1).toBe(0);
});

test('the A20 gate is open', () => {
  const { device, command } = controller();
  command(0xd0);
  expect(device.read(DATA, 1) & 2).toBe(2);
});

test('its state is taken up elsewhere', () => {
  const first = controller();
  first.command(0xd1);
  const second = controller();
  second.device.load(new StateReader(first.device.save(), 'i8042'));
  second.device.write(DATA, 1, 0);
  expect(second.resets()).toBe(1);
});
