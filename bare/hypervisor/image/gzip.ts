/** Decompresses a gzip file: RFC 1952. */
import { CRC32_TABLES_SIZE, crc32, crc32Tables } from '../../lib/crc32.ts';
import {
  beginInflation,
  INFLATE_CORRUPT,
  INFLATE_DONE,
  INFLATE_TOO_LARGE,
  INFLATE_TRUNCATED,
  INFLATION_SIZE,
  Inflation,
  inflate,
} from './inflate.ts';
import { read16, read32 } from './little-endian.ts';

/** The source is no gzip file, or one with another compression than deflate. */
export const GUNZIP_NOT_GZIP: i64 = -4;
/** The CRC-32 or the length at its end is not that of the data. */
export const GUNZIP_WRONG_CHECKSUM: i64 = -5;

/** Bytes of working memory for `gunzip`. */
export const GUNZIP_WORKSPACE_SIZE: usize = CRC32_TABLES_SIZE + INFLATION_SIZE;

/** The largest factor by which deflate can shrink: 258 bytes in two bits. */
export const DEFLATE_MAX_RATIO: u64 = 1032;

/** Bytes of a gzip file beside its data, at least. */
export const GZIP_OVERHEAD: u64 = 18;
/** The last bytes of a gzip file: the size of what is in it, modulo 2 ** 32. */
export const GZIP_SIZE_FIELD: usize = 4;

// Section 2.3, "Member format".
const HEADER_SIZE: usize = 10;
const TRAILER_SIZE: usize = 8;
const ID: u32 = 0x8b1f;
const DEFLATE: u8 = 8;
const FHCRC: u32 = 2;
const FEXTRA: u32 = 4;
const FNAME: u32 = 8;
const FCOMMENT: u32 = 16;
const RESERVED_FLAGS: u32 = 0xe0;

/**
 * Decompresses the first member of a gzip file and returns the size of its data in bytes, or a negative error (INFLATE_…, GUNZIP_…).
 * What follows the member is not looked at. Never reads outside of the source or writes outside of the destination, whatever
 * the source says; the workspace, GUNZIP_WORKSPACE_SIZE bytes at a multiple of 8, needs no initial value.
 */
export function gunzip(source: usize, size: usize, destination: usize, room: usize, workspace: usize): i64 {
  const tables = workspace;
  crc32Tables(tables);
  const header = headerSize(source, size, tables);
  if (header < 0) return header;
  const work = changetype<Inflation>(workspace + CRC32_TABLES_SIZE);
  beginInflation(work, source + <usize>header, size - <usize>header, destination, room);
  const result = inflate(work);
  if (result != INFLATE_DONE) return result;
  if (work.end - work.next < TRAILER_SIZE) return INFLATE_TRUNCATED;
  const length = work.out - destination;
  const valid = read32(work.next) == crc32(tables, 0, destination, length) && read32(work.next + 4) == <u32>length;
  return valid ? <i64>length : GUNZIP_WRONG_CHECKSUM;
}

/** Does the file begin as one in gzip format with deflate does? */
export function isGzip(source: usize, size: u64): bool {
  return size >= 3 && read16(source) == ID && load<u8>(source, 2) == DEFLATE;
}

/** What an error of `gunzip` means, to be followed by the size of the source. */
export function gunzipErrorText(error: i64): string {
  if (error == INFLATE_TRUNCATED) return 'the gzip data is cut off; its bytes are';
  if (error == INFLATE_CORRUPT) return 'the gzip data is corrupt; its bytes are';
  if (error == INFLATE_TOO_LARGE) return 'the gzip data is larger unpacked than it says; its bytes are';
  if (error == GUNZIP_WRONG_CHECKSUM) return 'the gzip data is corrupt, as its CRC-32 shows; its bytes are';
  return 'the payload is not in gzip format; its bytes are';
}

/** Bytes of the header, or an error. */
function headerSize(source: usize, size: usize, tables: usize): i64 {
  if (size < HEADER_SIZE) return INFLATE_TRUNCATED;
  const flags: u32 = load<u8>(source, 3);
  if (!isGzip(source, size) || (flags & RESERVED_FLAGS) != 0) return GUNZIP_NOT_GZIP;
  let at = HEADER_SIZE;
  if (flags & FEXTRA) {
    if (size - at < 2) return INFLATE_TRUNCATED;
    const length: usize = read16(source + at);
    if (size - at - 2 < length) return INFLATE_TRUNCATED;
    at += 2 + length;
  }
  if (flags & FNAME) at = afterString(source, size, at);
  if (flags & FCOMMENT) at = afterString(source, size, at);
  if (flags & FHCRC) {
    if (at > size || size - at < 2) return INFLATE_TRUNCATED;
    if (read16(source + at) != (crc32(tables, 0, source, at) & 0xffff)) return GUNZIP_WRONG_CHECKSUM;
    at += 2;
  }
  return at > size ? INFLATE_TRUNCATED : <i64>at;
}

/** Offset after the NUL of the string at `at`; past `size` where there is none. */
function afterString(source: usize, size: usize, at: usize): usize {
  while (at < size && load<u8>(source + at) != 0) at++;
  return at + 1;
}
