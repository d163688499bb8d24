/** What is put into memory and registers, and what exits mean: with vCPUs that only take notes. */
import { expect, test } from 'vitest';
import type { DebugExit } from '../../exits.ts';
import { GuestMemory } from '../../memory.ts';
import { Stepping } from '../../stepping.ts';
import { structs } from '../api.ts';
import { Breakpoints } from './breakpoints.ts';
import type { GuestDebug } from './guest-debug.ts';
import type { StopPoint } from './plan.ts';
import type { DebugSupport } from './support.ts';

const hardware: DebugSupport = {
  singleStep: true,
  blockInterrupts: true,
  software: true,
  execute: true,
  write: true,
  access: true,
};
const stepsOnly: DebugSupport = { ...hardware, software: false, execute: false, write: false, access: false };

/** A vCPU whose page tables lead 0x10000 and up to 0 and up, by an offset of its own. */
function noteTakingVcpu(offset = 0) {
  const debugs: GuestDebug[] = [];
  return {
    debugs,
    instructionAddress: 0n,
    isRunnable: true,
    setGuestDebug: (debug: GuestDebug) => void debugs.push(debug),
    translate: (address: bigint) => (address < 0x1_0000n ? undefined : Number(address) - 0x1_0000 + offset),
  };
}

function setup(support = hardware, vcpus = [noteTakingVcpu()], points: readonly StopPoint[] = []) {
  const memory = new GuestMemory([{ address: 0, size: 0x4000 }]);
  const stepping = new Stepping();
  const breakpoints = new Breakpoints({ vcpus, memory, stepping }, support, points);
  return { breakpoints, memory, stepping, vcpus, vcpu: vcpus[0]! };
}

const software = (address: bigint): StopPoint => ({ kind: 'software', address, length: 1 });
const write = (address: bigint): StopPoint => ({ kind: 'write', address, length: 4 });
const exit = (pc: bigint, exception: number, dr6 = 0n): DebugExit => ({
  reason: 'DEBUG',
  arch: structs.kvm_debug_exit_arch.encode({ pc, exception, dr6 }),
});
const DB = 1;
const BP = 3;
const STEP = 1n << 14n;

test('an int3 is in memory while the guest runs, and the byte that was there before and after', () => {
  const { breakpoints, memory, vcpu } = setup();
  memory.write(0x123, Uint8Array.of(0x90));
  expect(breakpoints.insert(software(0x1_0123n))).toBe(true);
  const byte = () => memory.read(0x123, 1)[0];
  expect(byte()).toBe(0x90);
  breakpoints.arm();
  expect(byte()).toBe(0xcc);
  expect(vcpu.debugs).toEqual([{ softwareBreakpoints: true, hardware: [], singleStep: false }]);
  expect(breakpoints.hit(vcpu, exit(0x1_0123n, BP))).toEqual({ kind: 'breakpoint' });
  breakpoints.disarm();
  expect(byte()).toBe(0x90);
  expect(vcpu.debugs.at(-1)).toEqual({});
});

test('where vCPUs have different page tables, both places get one', () => {
  const { breakpoints, memory } = setup(hardware, [noteTakingVcpu(), noteTakingVcpu(0x1000)]);
  breakpoints.insert(software(0x1_0123n));
  breakpoints.arm();
  expect([memory.read(0x123, 1)[0], memory.read(0x1123, 1)[0]]).toEqual([0xcc, 0xcc]);
});

test('what the guest has written over an int3 stays', () => {
  const { breakpoints, memory } = setup();
  breakpoints.insert(software(0x1_0123n));
  breakpoints.arm();
  memory.write(0x123, Uint8Array.of(0x55));
  breakpoints.disarm();
  expect(memory.read(0x123, 1)[0]).toBe(0x55);
});

test("the guest's own exceptions go to the guest", () => {
  const { breakpoints, vcpu } = setup();
  breakpoints.insert(software(0x1_0123n));
  breakpoints.insert(write(0x1_0200n));
  breakpoints.arm();
  const armed = vcpu.debugs.at(-1)!;
  expect(breakpoints.hit(vcpu, exit(0x1_0500n, BP))).toBeUndefined();
  expect(vcpu.debugs.at(-1)).toEqual({ ...armed, inject: 'BP' });
  expect(breakpoints.hit(vcpu, exit(0x1_0500n, DB, STEP))).toBeUndefined();
  expect(vcpu.debugs.at(-1)).toEqual({ ...armed, inject: 'DB' });
});

test('debug registers: which one has matched says what', () => {
  const { breakpoints, vcpu } = setup();
  breakpoints.insert(write(0x1_0200n));
  breakpoints.insert({ kind: 'hardware', address: 0x1_0300n, length: 1 });
  breakpoints.arm();
  expect(breakpoints.hit(vcpu, exit(0x1_0400n, DB, 0b01n))).toEqual({
    kind: 'watchpoint',
    access: 'write',
    address: 0x1_0200n,
  });
  expect(breakpoints.hit(vcpu, exit(0x1_0300n, DB, 0b10n))).toEqual({ kind: 'breakpoint' });
});

test('a step is without breakpoints, and without interrupts unless it waits for one', () => {
  const { breakpoints, memory, stepping, vcpu } = setup();
  breakpoints.insert(software(0x1_0123n));
  breakpoints.arm(0);
  expect(memory.read(0x123, 1)[0]).toBe(0);
  expect(stepping.active).toBe(true);
  expect(vcpu.debugs).toEqual([{ singleStep: true, blockInterrupts: true }]);
  expect(breakpoints.hit(vcpu, exit(0x1_0123n, DB, STEP))).toEqual({ kind: 'step' });
  expect(breakpoints.hit(vcpu, undefined)).toEqual({ kind: 'step' });
  breakpoints.disarm();
  vcpu.isRunnable = false;
  breakpoints.arm(0);
  expect(vcpu.debugs.at(-1)).toEqual({ singleStep: true, blockInterrupts: false });
});

test('a guest that is stepped to its breakpoints stops there, behind an access too', () => {
  const { breakpoints, memory, stepping, vcpu } = setup(stepsOnly);
  breakpoints.insert(software(0x1_0123n));
  breakpoints.arm();
  expect(memory.read(0x123, 1)[0]).toBe(0);
  expect([stepping.passes(0x1_0122n), stepping.passes(0x1_0123n)]).toEqual([true, false]);
  expect(breakpoints.hit(vcpu, exit(0x1_0123n, DB, STEP))).toEqual({ kind: 'breakpoint' });
  expect(breakpoints.hit(vcpu, undefined)).toBeUndefined();
  vcpu.instructionAddress = 0x1_0123n;
  expect(breakpoints.hit(vcpu, undefined)).toEqual({ kind: 'breakpoint' });
  expect(breakpoints.isAt(vcpu)).toBe(true);
  breakpoints.disarm();
  expect(stepping.active).toBe(false);
});

test('what cannot be had is refused, and what is removed was there', () => {
  const { breakpoints } = setup(stepsOnly);
  expect(breakpoints.insert(write(0x1_0000n))).toBe(false);
  expect(breakpoints.insert(software(0x1_0000n))).toBe(true);
  expect(breakpoints.insert(software(0x1_0000n))).toBe(true);
  expect(breakpoints.points).toHaveLength(1);
  expect([breakpoints.remove(software(0x1_0000n)), breakpoints.remove(software(0x1_0000n))]).toEqual([true, false]);
  for (let address = 0n; address < 256n; address++) breakpoints.insert(software(address));
  expect(breakpoints.insert(software(256n))).toBe(false);
  breakpoints.clear();
  expect(breakpoints.points).toEqual([]);
});

test('breakpoints of the machine before a reset wait until their pages are mapped', () => {
  const vcpu = noteTakingVcpu();
  const { translate } = vcpu;
  vcpu.translate = () => undefined;
  const points = [1n, 2n, 3n, 4n, 5n].map((each) => software(0x1_0000n + each));
  const { breakpoints, memory } = setup(hardware, [vcpu], points);
  breakpoints.arm();
  // As many as there are debug registers.
  expect(vcpu.debugs.at(-1)!.hardware).toHaveLength(4);
  breakpoints.disarm();
  vcpu.translate = translate;
  breakpoints.arm();
  expect([...memory.read(1, 5)]).toEqual([0xcc, 0xcc, 0xcc, 0xcc, 0xcc]);
  expect(breakpoints.points).toEqual(points);
});
