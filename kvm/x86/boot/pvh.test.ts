/** What a kernel may rely on that is entered by its PVH note (Xen, docs/misc/pvh.pandoc, and public/arch-x86/hvm/start_info.h). */
import { expect, test } from 'vitest';
import { GuestMemory } from '../../memory.ts';
import type { Registers, SpecialRegisters } from '../api.ts';
import { ACPI_ADDRESS, e820Map } from '../memory-map.ts';
import type { X86Vcpu } from '../vcpu.ts';
import { MEMORY_TYPES } from './boot-params.ts';
import { readImage } from './image.ts';
import { loadImage } from './load.ts';
import { elf64, pvhNote } from './testing/images.ts';

const MEMORY_SIZE = 4 * 2 ** 20;
const RAM_DISK = Uint8Array.of(1, 2, 3);
const registers: Partial<Registers & SpecialRegisters> = {};
const vcpu = {
  getSpecialRegisters: () => ({}),
  setSpecialRegisters: (special: Partial<SpecialRegisters>) => Object.assign(registers, special),
  setRegisters: (general: Partial<Registers>) => Object.assign(registers, general),
};
const memory = new GuestMemory([{ address: 0, size: MEMORY_SIZE }]);
const image = readImage(elf64({ note: pvhNote(0x10_0008) }))!;
loadImage({ image, commandLine: 'quiet', ramDisk: RAM_DISK }, memory, vcpu as unknown as X86Vcpu);

test('32-bit protected mode without paging, flat segments, an empty task; virtual 8086 mode, traps and interrupts off', () => {
  expect(registers).toMatchObject({ rip: 0x10_0008n, cr0: 0x11n, cr4: 0n, efer: 0n });
  expect(registers.rflags! & ((1n << 8n) | (1n << 9n) | (1n << 17n))).toBe(0n);
  expect(registers.cs).toMatchObject({ base: 0n, limit: 0xffff_ffff, type: 11, s: 1, db: 1, l: 0 });
  for (const segment of [registers.ds, registers.es, registers.ss]) {
    expect(segment).toMatchObject({ base: 0n, limit: 0xffff_ffff, type: 3, s: 1, db: 1 });
  }
  expect(registers.tr).toMatchObject({ base: 0n, limit: 0x67, type: 11, s: 0 });
});

test('EBX points at version 1 of the start information', () => {
  const view = new DataView(memory.bytes.buffer, memory.bytes.byteOffset);
  const word = (at: number) => Number(view.getBigUint64(at, true));
  const info = Number(registers.rbx);
  expect([0, 4, 8, 12].map((field) => view.getUint32(info + field, true))).toEqual([0x336e_c578, 1, 0, 1]);
  const [modules, commandLine, rsdp, map] = [16, 24, 32, 40].map((field) => word(info + field));
  expect(memory.read(commandLine!, 6)).toEqual(new TextEncoder().encode('quiet\0'));
  expect(rsdp).toBe(ACPI_ADDRESS);
  expect(memory.read(word(modules!), word(modules! + 8))).toEqual(RAM_DISK);
  const entries = Array.from({ length: view.getUint32(info + 48, true) }, (_, index) => map! + index * 24);
  expect(entries.map((at) => [word(at), word(at + 8), view.getUint32(at + 16, true)])).toEqual(
    e820Map(MEMORY_SIZE).map(({ address, size, type }) => [address, size, MEMORY_TYPES[type]]),
  );
});
