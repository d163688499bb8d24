import { expect, test } from 'vitest';
import { planStops, type StopPoint } from './plan.ts';
import type { DebugSupport } from './support.ts';

const hardware: DebugSupport = {
  singleStep: true,
  blockInterrupts: true,
  software: true,
  execute: true,
  write: true,
  access: true,
};
/** QEMU's AMD-V. */
const stepsOnly: DebugSupport = { ...hardware, software: false, execute: false, write: false, access: false };
/** A software-backed /dev/kvm. */
const executeOnly: DebugSupport = { ...stepsOnly, execute: true };

const software = (address: bigint): StopPoint => ({ kind: 'software', address, length: 1 });
const inRegister = (address: bigint): StopPoint => ({ kind: 'hardware', address, length: 1 });
const write = (address: bigint, length: number): StopPoint => ({ kind: 'write', address, length });
const execute = (address: bigint) => ({ kind: 'execute', address, length: 1 }) as const;

/** Memory is where addresses are below 0x10000. */
const plan = (support: DebugSupport, ...points: StopPoint[]) =>
  planStops(points, support, (address) => address < 0x1_0000n);
const nothing = { planted: [], registers: [], steppedTo: [], refused: [] };

test('nothing', () => {
  expect(plan(hardware)).toEqual(nothing);
});

test('software breakpoints are planted, and once for an address', () => {
  const points = [1n, 2n, 3n, 4n, 5n, 6n, 1n].map(software);
  expect(plan(hardware, ...points)).toEqual({ ...nothing, planted: [1n, 2n, 3n, 4n, 5n, 6n] });
});

test('where nothing is mapped yet, a debug register waits', () => {
  expect(plan(hardware, software(0xffff_8000n))).toEqual({ ...nothing, registers: [execute(0xffff_8000n)] });
});

test('hardware breakpoints, and no more than there are registers', () => {
  const points = [1n, 2n, 3n, 4n, 5n].map(inRegister);
  expect(plan(hardware, ...points)).toEqual({
    ...nothing,
    registers: [1n, 2n, 3n, 4n].map(execute),
    refused: [inRegister(5n)],
  });
});

test('a watched range takes aligned pieces', () => {
  expect(plan(hardware, write(0x1003n, 6))).toEqual({
    ...nothing,
    registers: [
      { kind: 'write', address: 0x1003n, length: 1 },
      { kind: 'write', address: 0x1004n, length: 4 },
      { kind: 'write', address: 0x1008n, length: 1 },
    ],
  });
  expect(plan(hardware, write(0x1000n, 40))).toEqual({ ...nothing, refused: [write(0x1000n, 40)] });
  expect(plan(hardware, write(0x1000n, 2 ** 31)).refused).toHaveLength(1);
});

test('watchpoints come first to the registers', () => {
  const points = [inRegister(1n), inRegister(2n), inRegister(3n), write(0x1000n, 16)];
  expect(plan(hardware, ...points).refused).toEqual([inRegister(3n)]);
});

test('with registers for code only, a fifth breakpoint makes the guest step', () => {
  const points = [1n, 2n, 3n, 4n].map(software);
  expect(plan(executeOnly, ...points)).toEqual({ ...nothing, registers: [1n, 2n, 3n, 4n].map(execute) });
  expect(plan(executeOnly, ...points, inRegister(5n))).toEqual({ ...nothing, steppedTo: [1n, 2n, 3n, 4n, 5n] });
  expect(plan(executeOnly, write(0x1000n, 4))).toEqual({ ...nothing, refused: [write(0x1000n, 4)] });
});

test('with single steps only, every breakpoint is stepped to', () => {
  expect(plan(stepsOnly, software(1n), inRegister(2n), software(1n))).toEqual({ ...nothing, steppedTo: [1n, 2n] });
});

test('without anything, all is refused', () => {
  expect(plan({ ...stepsOnly, singleStep: false }, software(1n))).toEqual({ ...nothing, refused: [software(1n)] });
});
