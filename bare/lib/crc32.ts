/**
 * The CRC-32 of gzip and Ethernet (RFC 1952, section 8): eight bytes a step, each byte's share from a table of its own
 * ("slicing by 8").
 */

const REVERSED_POLYNOMIAL: u32 = 0xedb88320;
const TABLE_SIZE: usize = 4 * 256;
const SLICES: usize = 8;

/** Bytes of the tables that `crc32Tables` fills. */
export const CRC32_TABLES_SIZE: usize = TABLE_SIZE * SLICES;

/** Fills the tables at an address that is a multiple of 4. */
export function crc32Tables(tables: usize): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? REVERSED_POLYNOMIAL : 0);
    store<u32>(tables + 4 * <usize>byte, crc);
  }
  // Table n has the share of a byte that n more bytes follow.
  for (let entry = tables; entry < tables + TABLE_SIZE * (SLICES - 1); entry += 4) {
    const crc = load<u32>(entry);
    store<u32>(entry + TABLE_SIZE, (crc >> 8) ^ share(tables, 0, crc));
  }
}

/** The CRC of bytes that follow those with the CRC `crc`, which is 0 at the start. */
export function crc32(tables: usize, crc: u32, start: usize, size: usize): u32 {
  const end = start + size;
  let at = start;
  crc = ~crc;
  for (; at < end && (at & 7) != 0; at++) crc = (crc >> 8) ^ share(tables, 0, crc ^ load<u8>(at));
  for (; end - at >= 8; at += 8) {
    const low = crc ^ load<u32>(at);
    const high = load<u32>(at, 4);
    crc =
      share(tables, 7, low) ^
      share(tables, 6, low >> 8) ^
      share(tables, 5, low >> 16) ^
      share(tables, 4, low >> 24) ^
      share(tables, 3, high) ^
      share(tables, 2, high >> 8) ^
      share(tables, 1, high >> 16) ^
      share(tables, 0, high >> 24);
  }
  for (; at < end; at++) crc = (crc >> 8) ^ share(tables, 0, crc ^ load<u8>(at));
  return ~crc;
}

/** What the lowest byte of `value` contributes when `following` bytes of the same step come after it. */
function share(tables: usize, following: usize, value: u32): u32 {
  return load<u32>(tables + TABLE_SIZE * following + 4 * <usize>(value & 0xff));
}
