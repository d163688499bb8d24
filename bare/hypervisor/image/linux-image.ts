/** Guests that are a Linux kernel's `Image`: Linux, Documentation/arch/riscv/boot-image-header.rst and boot.rst. */
import {
  addSegment,
  IMAGE_LINUX,
  ImageInfo,
  imageError,
  SEGMENT_EXECUTABLE,
  SEGMENT_READABLE,
  SEGMENT_WRITABLE,
} from './image-info.ts';
import { read32, read64 } from './little-endian.ts';

const TEXT_OFFSET: usize = 0x08;
const IMAGE_SIZE: usize = 0x10;
const FLAGS: usize = 0x18;
const MAGIC2: usize = 0x38;
const HEADER_SIZE: u64 = 0x40;

/** "RSC\x05" */
const MAGIC2_VALUE: u32 = 0x05435352;
const FLAG_BIG_ENDIAN: u64 = 1;
/** A kernel starts at a multiple of this, where its page tables begin with large pages. */
export const LINUX_ALIGNMENT: u64 = 0x20_0000;

export function isLinuxImage(image: usize, size: u64): bool {
  return size >= HEADER_SIZE && read32(image + MAGIC2) == MAGIC2_VALUE;
}

/** Describes a kernel for guest memory that begins at `base`. Null, or an error as in `describeImage`. */
export function describeLinuxImage(image: usize, size: u64, base: u64, info: ImageInfo): string | null {
  info.kind = IMAGE_LINUX;
  const flags = read64(image + FLAGS);
  if (flags & FLAG_BIG_ENDIAN) return imageError(info, flags, 'the Linux kernel is big-endian; its flags are');
  const memorySize = read64(image + IMAGE_SIZE);
  if (memorySize < HEADER_SIZE) {
    return imageError(info, memorySize, 'the Linux kernel does not say how much memory it needs; its image_size is');
  }
  const textOffset = read64(image + TEXT_OFFSET);
  const start = base + textOffset;
  if (start < base) return imageError(info, textOffset, 'the Linux kernel wants to lie too high; its text_offset is');
  if (start % LINUX_ALIGNMENT != 0) {
    return imageError(info, start, 'the Linux kernel would not begin at a multiple of 2 MiB, but at');
  }
  info.entry = start;
  const flagsOfAll = SEGMENT_READABLE | SEGMENT_WRITABLE | SEGMENT_EXECUTABLE;
  return addSegment(info, start, image, min(size, memorySize), memorySize, flagsOfAll);
}
