/** Images told apart by content, and damaged ones refused. */
import { describe, expect, test } from 'vitest';
import { isX86Image, readImage } from './image.ts';

/** A bzImage with nothing in it but its header. */
function bzImage(change: (view: DataView) => void = () => {}, length = 0x2000): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes[0x1f1] = 1; // setup_sects
  view.setUint16(0x1fe, 0xaa55, true);
  bytes.set([0xeb, 0x66], 0x200);
  bytes.set(new TextEncoder().encode('HdrS'), 0x202);
  view.setUint16(0x206, 0x20f, true);
  bytes[0x211] = 1;
  view.setUint32(0x22c, 0x7fff_ffff, true);
  view.setUint16(0x236, 1, true);
  view.setUint32(0x238, 2047, true);
  view.setBigUint64(0x258, 0x100_0000n, true);
  view.setUint32(0x260, 0x20_0000, true);
  change(view);
  return bytes;
}

const EM_386 = 3;
const EM_X86_64 = 62;
const EM_RISCV = 243;

interface ElfOptions {
  readonly machine?: number;
  readonly note?: Uint8Array;
  readonly content?: Uint8Array;
  readonly fileSize?: bigint;
}

/** An ELF file with one segment of 16 bytes at 1 MiB, and a note if one is given. */
function elf64({ machine = EM_X86_64, note, content = new Uint8Array(16), fileSize }: ElfOptions = {}): Uint8Array {
  const bytes = new Uint8Array(0x200 + content.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(18, machine, true);
  view.setBigUint64(24, 0x10_0000n, true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, note === undefined ? 1 : 2, true);
  const program = (at: number, type: number, offset: bigint, address: bigint, size: bigint) => {
    view.setUint32(at, type, true);
    for (const [field, value] of [
      [8, offset],
      [24, address],
      [32, size],
      [40, size],
    ] as const) {
      view.setBigUint64(at + field, value, true);
    }
  };
  program(64, 1, 0x200n, 0x10_0000n, fileSize ?? BigInt(content.length));
  bytes.set(content, 0x200);
  if (note !== undefined) {
    program(120, 4, 0x100n, 0n, BigInt(note.length));
    bytes.set(note, 0x100);
  }
  return bytes;
}

/** Xen's note with the 32-bit entry. */
function pvhNote(entry: number, name = 'Xen'): Uint8Array {
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of [name.length + 1, 4, 18].entries()) view.setUint32(4 * index, value, true);
  bytes.set(new TextEncoder().encode(name), 12);
  view.setUint32(16, entry, true);
  return bytes;
}

/** A program that gives its addresses in a multiboot header. */
function multiboot(change: (view: DataView) => void = () => {}, flags = 0x1_0000): Uint8Array {
  const bytes = new Uint8Array(64);
  const view = new DataView(bytes.buffer);
  const words = [0x1bad_b002, flags, -(0x1bad_b002 + flags), 0x10_0004, 0x10_0000, 0x10_0040, 0x10_0100, 0x10_0030];
  for (const [index, word] of words.entries()) view.setUint32(4 + 4 * index, word, true);
  change(view);
  return bytes;
}

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
