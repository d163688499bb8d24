/** Images told apart by content, and damaged ones refused. */
import { describe, expect, test } from 'vitest';
import { isX86Image, readImage } from './image.ts';
import { bzImage, EM_386, EM_RISCV, elf64, multiboot, pvhNote } from './testing/images.ts';

describe('told apart by content', () => {
  test('bzImage', () => {
    expect(readImage(bzImage())).toMatchObject({ kind: 'bzImage', entry: 0x10_0200, initSize: 0x20_0000 });
  });
  test('ELF, entered in 64-bit mode', () => {
    expect(readImage(elf64())).toMatchObject({ kind: 'elf64', entry: 0x10_0000, segments: [{ address: 0x10_0000 }] });
  });
  test('ELF with a PVH note, entered there', () => {
    expect(readImage(elf64({ note: pvhNote(0x10_0008) }))).toMatchObject({ kind: 'pvh', entry: 0x10_0008 });
  });
  test("ELF with somebody else's note", () => {
    expect(readImage(elf64({ note: pvhNote(0x10_0008, 'GNU') }))).toMatchObject({ kind: 'elf64' });
  });
  test('multiboot by addresses', () => {
    expect(readImage(multiboot())).toMatchObject({
      kind: 'multiboot',
      entry: 0x10_0030,
      segments: [{ address: 0x10_0000, size: 0x100 }],
    });
  });
  test.each([
    ['a RISC-V ELF', elf64({ machine: EM_RISCV })],
    ['a RISC-V ELF with the bytes of a multiboot header', elf64({ machine: EM_RISCV, content: multiboot() })],
    ['a text', new TextEncoder().encode('#!/bin/sh\n'.repeat(100))],
    ['nothing', new Uint8Array()],
    ['a multiboot header whose sum is wrong', multiboot((view) => view.setUint32(12, 1, true))],
  ])('%s is none of them', (_, bytes) => {
    expect(readImage(bytes)).toBeUndefined();
    expect(isX86Image(bytes)).toBe(false);
  });
});

describe('damaged', () => {
  test.each([
    ['a kernel of an old protocol', bzImage((view) => view.setUint16(0x206, 0x204, true)), /boot protocol 2\.4; 2\.12/],
    ['a 32-bit kernel', bzImage((view) => view.setUint16(0x236, 0, true)), /32-bit Linux kernel/],
    ['a zImage', bzImage((view) => view.setUint8(0x211, 0)), /zImage/],
    ['a kernel without a kernel', bzImage((view) => view.setUint8(0x1f1, 64)), /truncated: 8192 bytes/],
    ['a segment beyond the file', elf64({ fileSize: 0x1000n }), /truncated: program header 0 wants 0x1000 bytes/],
    ['a segment of 2 ** 63 bytes', elf64({ fileSize: 2n ** 63n }), /truncated: program header 0/],
    ['an ELF header cut off', elf64().slice(0, 56), /truncated: the ELF header is incomplete/],
    ['program headers cut off', elf64().slice(0, 100), /truncated: 1 program headers at 0x40/],
    ['a 32-bit ELF for x86', elf64({ machine: EM_386 }).with(4, 1), /./],
    ['a multiboot header that wants video', multiboot(undefined, 0x1_0004), /demands what is not here: flags 0x4/],
    ['a multiboot header without addresses', multiboot(undefined, 0), /no addresses, and it is no ELF/],
    [
      'a multiboot load beyond the file',
      multiboot((view) => view.setUint32(24, 0x20_0000, true)),
      /not in its 64 bytes/,
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => readImage(bytes)).toThrow(message);
    expect(isX86Image(bytes)).toBe(true);
  });

  test('a note whose size is a lie is no entry', () => {
    const note = pvhNote(0x10_0008);
    new DataView(note.buffer).setUint32(0, 0xffff_fff0, true);
    expect(readImage(elf64({ note }))).toMatchObject({ kind: 'elf64' });
  });
});
