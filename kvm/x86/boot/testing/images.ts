/** For tests: images of each kind, as small as they can be. */

/** A bzImage with nothing in it but its header. */
export function bzImage(change: (view: DataView) => void = () => {}, length = 0x2000): Uint8Array {
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

export const EM_386 = 3;
const EM_X86_64 = 62;
export const EM_RISCV = 243;

export interface ElfOptions {
  readonly machine?: number;
  readonly note?: Uint8Array;
  readonly content?: Uint8Array;
  readonly fileSize?: bigint;
}

/** An ELF file with one segment of 16 bytes at 1 MiB, and a note if one is given. */
export function elf64({
  machine = EM_X86_64,
  note,
  content = new Uint8Array(16),
  fileSize,
}: ElfOptions = {}): Uint8Array {
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
export function pvhNote(entry: number, name = 'Xen'): Uint8Array {
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of [name.length + 1, 4, 18].entries()) view.setUint32(4 * index, value, true);
  bytes.set(new TextEncoder().encode(name), 12);
  view.setUint32(16, entry, true);
  return bytes;
}

/** Where `code` is in the next two, below which their multiboot header lies. */
export const MULTIBOOT_ENTRY = 0x10_0030;
const CODE_OFFSET = 0x30;

/** A program that gives its addresses in a multiboot header. */
export function multiboot(
  change: (view: DataView) => void = () => {},
  flags = 0x1_0000,
  code: Uint8Array = new Uint8Array(16),
): Uint8Array {
  const bytes = new Uint8Array(CODE_OFFSET + code.length);
  bytes.set(code, CODE_OFFSET);
  const view = new DataView(bytes.buffer);
  const end = 0x10_0000 + bytes.length;
  const words = [0x1bad_b002, flags, -(0x1bad_b002 + flags), 0x10_0004, 0x10_0000, end, 0x10_0100, MULTIBOOT_ENTRY];
  for (const [index, word] of words.entries()) view.setUint32(4 + 4 * index, word, true);
  change(view);
  return bytes;
}

/** The same as a 32-bit ELF file, whose headers say where it is loaded. */
export function multibootElf(code: Uint8Array): Uint8Array {
  const content = multiboot(undefined, 0, code);
  const bytes = new Uint8Array(0x100 + content.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(18, EM_386, true);
  view.setUint32(24, MULTIBOOT_ENTRY, true);
  view.setUint32(28, 52, true);
  view.setUint16(42, 32, true);
  view.setUint16(44, 1, true);
  const program = [1, 0x100, 0x10_0000, 0x10_0000, content.length, content.length];
  for (const [index, word] of program.entries()) view.setUint32(52 + 4 * index, word, true);
  bytes.set(content, 0x100);
  return bytes;
}
