/**
 * Decoding tables of canonical Huffman codes: RFC 1951, section 3.2.2, "Use of Huffman coding in the 'deflate' format".
 *
 * Codes of up to LOOKUP_BITS are found by one look at the next bits of input. Longer ones, which are rare, are found bit by bit: in
 * a canonical code the codes of one length are consecutive numbers, so a count for each length and the symbols in order are enough.
 */

const LOOKUP_BITS: u32 = 10;
const LOOKUP_MASK: u64 = (1 << LOOKUP_BITS) - 1;
export const MAX_CODE_BITS: u32 = 15;
const MAX_SYMBOLS: usize = 288;

// A table, at an address that is a multiple of 2:
//   lookup    u16 for each value of the next LOOKUP_BITS bits: (symbol << 4) | length; 0 where the code is longer or is none
//   counts    u16 for each length: codes of that length
//   symbols   u16 for each code, in the order of the codes
const COUNTS: usize = 2 << LOOKUP_BITS;
const SYMBOLS: usize = COUNTS + 2 * (<usize>MAX_CODE_BITS + 1);
/** Bytes of a table. */
export const HUFFMAN_TABLE_SIZE: usize = SYMBOLS + 2 * MAX_SYMBOLS;

/** A code as it is found: the symbol from bit 4 up, the length in bits below; 0 is no code. */
export const CODE_LENGTH_MASK: u32 = 15;
export const CODE_SYMBOL_SHIFT: u32 = 4;

/**
 * Builds the table for `count` symbols, at most 288, with a length in bits (0 to 15; 0: unused) in one byte each. False when the
 * lengths ask for more codes than there are, or leave some unused; only a code of one symbol of one bit, or of none, may do that.
 */
export function buildHuffmanTable(table: usize, lengths: usize, count: u32): bool {
  memory.fill(table, 0, HUFFMAN_TABLE_SIZE);
  for (let symbol: usize = 0; symbol < count; symbol++) addTo(countOf(table, load<u8>(lengths + symbol)), 1);
  store<u16>(countOf(table, 0), 0);
  if (!isComplete(table)) return false;
  sortSymbols(table, lengths, count);
  fillLookup(table);
  return true;
}

/** The code that begins with bit 0 of `bits`; 0 where it has more than LOOKUP_BITS, or is none. So short that it is inlined. */
export function findShortCode(table: usize, bits: u64): u32 {
  return load<u16>(table + 2 * <usize>(bits & LOOKUP_MASK));
}

/** The code of any length that begins with bit 0 of `bits`; 0 where there is none. */
export function findLongCode(table: usize, bits: u64): u32 {
  let code: i32 = 0;
  let first: i32 = 0;
  let index: i32 = 0;
  for (let length: u32 = 1; length <= MAX_CODE_BITS; length++) {
    code |= <i32>(bits & 1);
    bits >>= 1;
    const count: i32 = load<u16>(countOf(table, length));
    if (code - first < count) return entry(load<u16>(symbolAt(table, index + code - first)), length);
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  return 0;
}

function isComplete(table: usize): bool {
  let unused: i32 = 1;
  let longest: u32 = 0;
  for (let length: u32 = 1; length <= MAX_CODE_BITS; length++) {
    const count: i32 = load<u16>(countOf(table, length));
    unused = (unused << 1) - count;
    if (unused < 0) return false;
    if (count != 0) longest = length;
  }
  return unused == 0 || longest <= 1;
}

/** Puts the symbols in the order of their codes: by length, then by number. */
function sortSymbols(table: usize, lengths: usize, count: u32): void {
  let index: i32 = 0;
  for (let length: u32 = 1; length <= MAX_CODE_BITS; length++) {
    if (load<u16>(countOf(table, length)) == 0) continue;
    for (let symbol: u32 = 0; symbol < count; symbol++) {
      if (<u32>load<u8>(lengths + symbol) == length) store<u16>(symbolAt(table, index++), <u16>symbol);
    }
  }
}

function fillLookup(table: usize): void {
  let code: u32 = 0;
  let index: i32 = 0;
  for (let length: u32 = 1; length <= LOOKUP_BITS; length++) {
    const count: u32 = load<u16>(countOf(table, length));
    for (let n: u32 = 0; n < count; n++) {
      const value = <u16>entry(load<u16>(symbolAt(table, index++)), length);
      // Codes stand in the input with their highest bit first; whatever follows them, the entry is the same.
      for (let at = reverse(code++, length); at <= <u32>LOOKUP_MASK; at += 1 << length) {
        store<u16>(table + 2 * <usize>at, value);
      }
    }
    code <<= 1;
  }
}

function reverse(code: u32, length: u32): u32 {
  let reversed: u32 = 0;
  for (let bit: u32 = 0; bit < length; bit++) reversed |= ((code >> bit) & 1) << (length - 1 - bit);
  return reversed;
}

function entry(symbol: u32, length: u32): u32 {
  return (symbol << CODE_SYMBOL_SHIFT) | length;
}

function countOf(table: usize, length: u32): usize {
  return table + COUNTS + 2 * <usize>length;
}

function symbolAt(table: usize, index: i32): usize {
  return table + SYMBOLS + 2 * <usize>index;
}

function addTo(address: usize, value: u16): void {
  store<u16>(address, load<u16>(address) + value);
}
