import { expect, test } from 'vitest';
import { readFdt } from '../machine/fdt.ts';
import { type GuestSpec, planGuests } from './plan.ts';

const MIB = 2 ** 20;

function guest(name: string, size: number, more: Partial<GuestSpec> = {}): GuestSpec {
  const image = { path: `${name}.elf`, bytes: new Uint8Array(size) };
  return { name, image, memory: 16 * MIB, vcpus: 1, ...more };
}

test('files lie one after the other at 2 MiB, the configuration behind them', () => {
  const initrd = { path: 'root.cpio', bytes: new Uint8Array(5) };
  const { modules } = planGuests([guest('a', 2 * MIB + 1, { initrd }), guest('b', 1)]);
  expect(modules.map(({ kind, address, file }) => [kind, address, file.path])).toEqual([
    ['kernel', 0x8800_0000, 'a.elf'],
    ['ramdisk', 0x8840_0000, 'root.cpio'],
    ['kernel', 0x8860_0000, 'b.elf'],
    ['kernel', 0x8880_0000, 'guests.dtb'],
  ]);
});

test('the configuration tells the hypervisor which file is what, and what the guest shall have', () => {
  const initrd = { path: 'root.cpio', bytes: new Uint8Array(5) };
  const { modules } = planGuests([guest('a', 1, { initrd, bootargs: 'quiet', memory: 5 * 2 ** 30 })]);
  const node = readFdt(modules.at(-1)!.file.bytes).root.find('guests/a')!;
  expect(node.cells('kernel')).toEqual([0, 0x8800_0000]);
  expect(node.cells('initrd')).toEqual([0, 0x8820_0000]);
  expect(node.strings('bootargs')).toEqual(['quiet']);
  expect(node.cells('memory')).toEqual([1, 0x4000_0000]);
  expect(node.cells('vcpus')).toEqual([1]);
});

test('tracing is a flag of the configuration', () => {
  const guests = (trace: boolean) =>
    readFdt(planGuests([guest('a', 1)], { trace }).modules.at(-1)!.file.bytes).root.find('guests')!;
  expect(guests(true).properties.has('trace')).toBe(true);
  expect(guests(false).properties.has('trace')).toBe(false);
});

test('no file lies where QEMU puts its device tree below 3 GiB', () => {
  const { modules, hostMemory } = planGuests([guest('a', 850 * MIB), guest('b', 64 * MIB)]);
  for (const { address, file } of modules) {
    const end = address + file.bytes.length;
    expect(address >= 0xc000_0000 || end <= 0xbf00_0000).toBe(true);
    expect(end).toBeLessThanOrEqual(0x8000_0000 + hostMemory - 16 * MIB);
  }
  expect(modules[1]!.address).toBe(0xc000_0000);
});

test('the host gets what the guests need together, or what it is told if that is enough', () => {
  const guests = [guest('a', MIB), guest('b', MIB)];
  const { hostMemory } = planGuests(guests);
  expect(hostMemory).toBeGreaterThan(128 * MIB + 2 * 16 * MIB);
  expect(planGuests(guests, { hostMemory: 2 ** 30 }).hostMemory).toBe(2 ** 30);
  expect(planGuests(guests, { hostMemory: 2 ** 30 + 4096 }).hostMemory).toBe(2 ** 30 + MIB);
  expect(() => planGuests(guests, { hostMemory: 128 * MIB })).toThrow(
    /^--host-memory 128M: too small for 2 guest\(s\) with 32M of memory and their files; give at least \d+M$/,
  );
});
