/**
 * A guest's image file, told apart by its content and checked before a byte of it is copied: an ELF executable, a Linux kernel's
 * `Image`, one of these compressed, or a raw binary. The files are hostile: nothing outside of them is read.
 */
import { describeCompressedImage, isCompressedImage } from './compressed-image.ts';
import { describeElf, isElf } from './elf.ts';
import {
  addSegment,
  clearImageInfo,
  IMAGE_RAW,
  ImageInfo,
  imageError,
  SEGMENT_EXECUTABLE,
  SEGMENT_READABLE,
  SEGMENT_WRITABLE,
} from './image-info.ts';
import { describeLinuxImage, isLinuxImage } from './linux-image.ts';

/**
 * Fills `info` (IMAGE_INFO_SIZE bytes) for the file of `size` bytes at `image`. Kernels and raw binaries are placed from `base`, a
 * guest physical address; an ELF file says itself where it goes. Whether the segments lie in the guest's memory is the caller's to check,
 * from `lowest` and `highest`.
 *
 * Null when all is well; for IMAGE_COMPRESSED there are no segments yet, and the caller unpacks the payload with `gunzip` and describes
 * the result. Otherwise a message that ends in what `info.value` is: print it, a space and the value in hexadecimal.
 */
export function describeImage(image: usize, size: u64, base: u64, info: ImageInfo): string | null {
  clearImageInfo(info);
  if (isElf(image, size)) return describeElf(image, size, info);
  if (isLinuxImage(image, size)) return describeLinuxImage(image, size, base, info);
  if (isCompressedImage(image, size)) return describeCompressedImage(image, size, info);
  return describeRaw(image, size, base, info);
}

function describeRaw(image: usize, size: u64, base: u64, info: ImageInfo): string | null {
  info.kind = IMAGE_RAW;
  if (size == 0) return imageError(info, size, 'the image file is empty; its bytes are');
  info.entry = base;
  return addSegment(info, base, image, size, size, SEGMENT_READABLE | SEGMENT_WRITABLE | SEGMENT_EXECUTABLE);
}
