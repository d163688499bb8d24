/** What the user's file is, told by its content, as a kind of guest that can be entered. */
import { readBzImage } from './bzimage.ts';
import { readElfImage } from './elf.ts';
import { readMultiboot } from './multiboot.ts';

/** A file that cannot be booted; the message says what is wrong, without the file's name. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
}

export interface Segment {
  /** Guest-physical. */
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Bytes in memory; those beyond the file's are zero. */
  readonly size: number;
}

interface Common {
  readonly segments: readonly Segment[];
  /** Guest-physical. */
  readonly entry: number;
}

export type X86Image =
  /** Linux by its 64-bit boot protocol. `initSize` is the memory it needs from its address on. */
  | (Common & {
      readonly kind: 'bzImage';
      readonly setupHeader: Uint8Array;
      readonly commandLineLimit: number;
      readonly ramDiskLimit: number;
      readonly initSize: number;
      readonly preferredAddress: number;
    })
  /** 32-bit entry by Xen's PVH note, as Linux's vmlinux has it. */
  | (Common & { readonly kind: 'pvh' })
  | (Common & { readonly kind: 'multiboot' })
  /** 64-bit code with flat mappings. */
  | (Common & { readonly kind: 'elf64' });

/**
 * @returns undefined for a file that is none of these; the hypervisor for RISC-V may know it
 * @throws ImageError for one that is damaged, or for another processor
 */
export function readImage(bytes: Uint8Array): X86Image | undefined {
  const image = readBzImage(bytes) ?? readMultiboot(bytes) ?? readElfImage(bytes);
  if (image === undefined) return undefined;
  const { entry, segments } = image;
  if (!segments.some(({ address, size }) => entry >= address && entry < address + size)) {
    const ranges = segments.map(({ address, size }) => `${hex(address)}..${hex(address + size - 1)}`);
    throw new ImageError(`its entry ${hex(entry)} is in none of its segments: ${ranges.join(', ')}`);
  }
  return image;
}

/** Whether the first 8 KiB of a file say that it is one of these, damaged or not. */
export function isX86Image(header: Uint8Array): boolean {
  try {
    return readImage(header) !== undefined;
  } catch (error) {
    if (error instanceof ImageError) return true;
    throw error;
  }
}

export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
