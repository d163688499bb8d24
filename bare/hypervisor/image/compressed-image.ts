/**
 * Guests that have to be unpacked first: a gzip file such as Linux's `Image.gz`, and EFI zboot, a compressed kernel with its own loader.
 * That one wants an EFI firmware; without one, the payload is taken out. The header of zboot is Linux's
 * drivers/firmware/efi/libstub/zboot-header.S.
 */
import { startsWith } from '../../lib/text.ts';
import { DEFLATE_MAX_RATIO, GZIP_OVERHEAD, GZIP_SIZE_FIELD, isGzip } from './gzip.ts';
import { IMAGE_COMPRESSED, ImageInfo, imageError } from './image-info.ts';
import { read16, read32 } from './little-endian.ts';

/** "MZ": the file is a PE executable at the same time. */
const MZ: u32 = 0x5a4d;
/** "zimg" */
const ZIMG: u32 = 0x676d697a;
const ZIMG_OFFSET: usize = 0x04;
const PAYLOAD_OFFSET: usize = 0x08;
const PAYLOAD_SIZE: usize = 0x0c;
const COMPRESSION_TYPE: usize = 0x18;
const ZBOOT_HEADER_SIZE: u64 = 0x40;

export function isCompressedImage(image: usize, size: u64): bool {
  return isGzip(image, size) || isZboot(image, size);
}

/**
 * Finds the gzip file and the size of what is in it, which `gunzip` unpacks; the result is to be described again.
 * Null, or an error as in `describeImage`.
 */
export function describeCompressedImage(image: usize, size: u64, info: ImageInfo): string | null {
  info.kind = IMAGE_COMPRESSED;
  return isZboot(image, size) ? describeZboot(image, size, info) : describePayload(image, size, info);
}

function isZboot(image: usize, size: u64): bool {
  return size >= ZBOOT_HEADER_SIZE && read16(image) == MZ && read32(image + ZIMG_OFFSET) == ZIMG;
}

function describeZboot(image: usize, size: u64, info: ImageInfo): string | null {
  const offset: u64 = read32(image + PAYLOAD_OFFSET);
  const payloadSize: u64 = read32(image + PAYLOAD_SIZE);
  if (offset > size || payloadSize > size - offset) {
    return imageError(info, offset, "the EFI zboot kernel's payload passes the end of the file; its offset is");
  }
  const compression = image + COMPRESSION_TYPE;
  if (!startsWith(compression, 'gzip')) return imageError(info, payloadSize, compressionError(compression));
  return describePayload(image + <usize>offset, payloadSize, info);
}

function describePayload(payload: usize, size: u64, info: ImageInfo): string | null {
  if (size < GZIP_OVERHEAD) return imageError(info, size, 'the compressed kernel is cut off; its bytes are');
  const unpackedSize: u64 = read32(payload + <usize>size - GZIP_SIZE_FIELD);
  if (unpackedSize == 0 || unpackedSize > size * DEFLATE_MAX_RATIO) {
    return imageError(info, unpackedSize, 'the compressed kernel cannot have the size that it gives for unpacking:');
  }
  info.payload = payload;
  info.payloadSize = size;
  info.unpackedSize = unpackedSize;
  return null;
}

/** Names as in Linux's drivers/firmware/efi/libstub/Makefile.zboot. */
function compressionError(name: usize): string {
  if (startsWith(name, 'zstd'))
    return 'the EFI zboot kernel is compressed by zstd instead of gzip; its compressed bytes:';
  if (startsWith(name, 'xz')) return 'the EFI zboot kernel is compressed by xz instead of gzip; its compressed bytes:';
  if (startsWith(name, 'lzma'))
    return 'the EFI zboot kernel is compressed by lzma instead of gzip; its compressed bytes:';
  if (startsWith(name, 'lzo'))
    return 'the EFI zboot kernel is compressed by lzo instead of gzip; its compressed bytes:';
  if (startsWith(name, 'lz4'))
    return 'the EFI zboot kernel is compressed by lz4 instead of gzip; its compressed bytes:';
  return 'the EFI zboot kernel is compressed by an unknown method instead of gzip; its compressed bytes:';
}
