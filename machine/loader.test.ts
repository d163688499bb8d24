import { describe, expect, test } from 'vitest';
import { writeElf } from '../toolchain/elf.ts';
import { readFdt } from './fdt.ts';
import { LoadError } from './kernel-image.ts';
import { type BootOptions, planBoot } from './loader.ts';

const MIB = 2 ** 20;
const RAW = new Uint8Array(0x1234).fill(0xaa);
const BASE: BootOptions = { harts: 1, memory: 128 * MIB, firmware: RAW };

/** An ELF of one segment with bytes [1, 2, 3] and a symbol `tohost` 8 bytes behind its entry. */
function elf(address: bigint, memorySize = 0x2000): Uint8Array {
  return writeElf({
    base: address,
    entry: address + 4n,
    end: address + BigInt(memorySize),
    sections: [],
    segments: [{ address, bytes: Uint8Array.of(1, 2, 3), memorySize, write: true, execute: true }],
    symbols: [{ name: 'tohost', value: address + 12n, size: 8, type: 'object', global: true, section: undefined }],
    code: [],
  });
}

/** Its physical address, which a program header gives apart from the virtual one. */
function loadedAt(file: Uint8Array, physicalAddress: bigint): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset);
  view.setBigUint64(Number(view.getBigUint64(32, true)) + 24, physicalAddress, true);
  return file;
}

function linuxImage(length: number, imageSize: bigint): Uint8Array {
  const image = new Uint8Array(length);
  new DataView(image.buffer).setBigUint64(16, imageSize, true);
  image.set(new TextEncoder().encode('RISCV\0\0\0RSC\x05'), 48);
  return image;
}

function placed(options: BootOptions): string[] {
  return planBoot(options).parts.map(({ name, address }) => `${name} 0x${address.toString(16)}`);
}

describe('places', () => {
  test('firmware, kernel, initrd and device tree where QEMU does', () => {
    const options = { ...BASE, kernel: RAW, initrd: RAW };
    expect(placed(options)).toEqual([
      'firmware 0x80000000',
      'kernel 0x80200000',
      'initrd 0x84200000',
      'device tree 0x87e00000',
    ]);
    const { start, next, deviceTreeAddress, htif } = planBoot(options);
    expect([start, next, deviceTreeAddress, htif]).toEqual([0x8000_0000, 0x8020_0000, 0x87e0_0000, undefined]);
  });

  test('a kernel without firmware at the start of RAM, where it runs first', () => {
    const { firmware: _, ...options } = { ...BASE, kernel: RAW };
    expect(placed(options)).toEqual(['kernel 0x80000000', 'device tree 0x87e00000']);
    expect([planBoot(options).start, planBoot(options).next]).toEqual([0x8000_0000, 0]);
  });

  test('an ELF by its program headers, its tohost by its symbol', () => {
    const plan = planBoot({ ...BASE, firmware: elf(0x8001_0000n) });
    expect([plan.start, plan.htif]).toEqual([0x8001_0004, { tohost: 0x8001_000c, fromhost: 0 }]);
    expect(plan.parts[0]).toEqual({
      name: 'firmware',
      address: 0x8001_0000,
      bytes: Uint8Array.of(1, 2, 3),
      memorySize: 0x2000,
    });
  });

  test('an ELF that is linked high at its physical address, with entry and tohost moved along', () => {
    const kernel = loadedAt(elf(0xffff_ffff_8000_0000n), 0x8040_0000n);
    const plan = planBoot({ ...BASE, kernel });
    expect(placed({ ...BASE, kernel })[1]).toBe('kernel 0x80400000');
    expect([plan.next, plan.htif?.tohost]).toEqual([0x8040_0004, 0x8040_000c]);
  });

  test('an Image with the room that its header asks for', () => {
    const plan = planBoot({ ...BASE, kernel: linuxImage(4096, 0x123_4000n) });
    expect(plan.parts[1]).toMatchObject({ name: 'kernel', address: 0x8020_0000, memorySize: 0x123_4000 });
  });

  test('a kernel beyond a firmware that is larger than 2 MiB, and an initrd beyond a kernel that fills half of RAM', () => {
    const kernel = linuxImage(4096, 70n * BigInt(MIB));
    expect(placed({ ...BASE, firmware: new Uint8Array(3 * MIB), kernel, initrd: RAW })).toEqual([
      'firmware 0x80000000',
      'kernel 0x80400000',
      'initrd 0x84a00000',
      'device tree 0x87e00000',
    ]);
  });

  test('the device tree at the last 64 KiB of a very small RAM, and below 3 GiB of a large one', () => {
    expect(planBoot({ ...BASE, memory: MIB }).deviceTreeAddress).toBe(0x800f_0000);
    expect(planBoot({ ...BASE, memory: 3072 * MIB }).deviceTreeAddress).toBe(0xbfe0_0000);
  });
});

test('tells the firmware by the device tree what it has loaded', () => {
  const bootargs = 'guest=1';
  const modules = [{ kind: 'kernel', address: 0x8600_0000, bytes: RAW, bootargs }] as const;
  const { parts } = planBoot({ ...BASE, kernel: RAW, initrd: RAW, append: 'quiet', modules });
  const chosen = readFdt(parts.find(({ name }) => name === 'device tree')!.bytes).root.find('chosen')!;
  expect(chosen.strings('bootargs')).toEqual(['quiet']);
  expect(chosen.cells('linux,initrd-end')).toEqual([0, 0x8420_1234]);
  const module = chosen.find('module@0x86000000')!;
  expect([module.cells('reg'), module.strings('bootargs')]).toEqual([[0, 0x8600_0000, 0, 0x1234], ['guest=1']]);
});

describe('refuses', () => {
  const module = (address: number) => ({ modules: [{ kind: 'ramdisk', address, bytes: RAW }] as const });
  const { firmware: _, ...nothing } = BASE;

  test.each<[string, BootOptions, string]>([
    ['nothing to run', nothing, 'nothing to run: give it a firmware or a kernel'],
    ['an empty kernel', { ...BASE, kernel: new Uint8Array() }, 'the kernel is empty'],
    ['an initrd alone', { ...BASE, initrd: RAW }, 'an initrd without a kernel'],
    ['an ELF below RAM', { ...BASE, firmware: elf(0x10_0000n) }, 'the firmware at 0x100000..0x101fff does not fit'],
    ['a kernel larger than RAM', { ...BASE, kernel: linuxImage(64, 2n ** 40n) }, 'RAM at 0x80000000..0x87ffffff'],
    [
      'a module outside of RAM',
      { ...BASE, ...module(0x8800_0000) },
      'the module 1 (ramdisk) at 0x88000000..0x88001233',
    ],
    [
      'a module on the firmware',
      { ...BASE, ...module(0x8000_1000) },
      'the firmware at 0x80000000..0x80001233 and the module 1 (ramdisk) at 0x80001000..0x80002233 overlap',
    ],
    ['a module on the device tree', { ...BASE, ...module(0x87e0_0000) }, 'overlap'],
    ['RAM too small for all', { ...BASE, memory: 2 * MIB, kernel: RAW }, 'give the machine more memory'],
  ])('%s', (_, options, message) => {
    expect(() => planBoot(options)).toThrow(message);
    expect(() => planBoot(options)).toThrow(LoadError);
  });
});
