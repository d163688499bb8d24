/**
 * Decompresses "deflate" data: RFC 1951. Input is hostile: whatever it says, nothing is read outside of the source, nothing is
 * written outside of the destination, and the work is bounded by the sizes of both. Only aligned words are read, since misaligned
 * ones can cost a trap each.
 */
import {
  buildHuffmanTable,
  CODE_LENGTH_MASK,
  CODE_SYMBOL_SHIFT,
  findLongCode,
  findShortCode,
  HUFFMAN_TABLE_SIZE,
} from './huffman.ts';

export const INFLATE_DONE: i64 = 0;
/** The source ends too early. */
export const INFLATE_TRUNCATED: i64 = -1;
/** The source is not what the format allows. */
export const INFLATE_CORRUPT: i64 = -2;
/** The data does not fit into the destination. */
export const INFLATE_TOO_LARGE: i64 = -3;

// Section 3.2.3, "Details of block format".
const STORED: i32 = 0;
const FIXED: i32 = 1;
const DYNAMIC: i32 = 2;

// Section 3.2.5, "Compressed blocks (length and distance codes)".
const END_OF_BLOCK: u32 = 256;
const LENGTH_SYMBOLS: u32 = 286;
const LONGEST_MATCH: usize = 258;
const DISTANCE_SYMBOLS: u32 = 30;

// Section 3.2.6, "Compression with fixed Huffman codes": two more symbols of each kind have codes but no meaning.
const FIXED_LITERALS: u32 = 288;
const FIXED_DISTANCES: u32 = 32;

// Section 3.2.7, "Compression with dynamic Huffman codes".
const CODE_LENGTH_SYMBOLS: u32 = 19;
const CODE_LENGTH_ORDER: StaticArray<u8> = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const REPEAT_PREVIOUS: u32 = 16;
const REPEAT_ZERO: u32 = 17;

const MAX_LENGTHS: usize = 320;

/** Where the work stands. The tables follow it: code lengths, literal and length codes, distance codes. */
export class Inflation {
  /** The next byte of the source to go into `bits`, and its end. */
  next: usize;
  end: usize;
  /** Bits of the source that are not used yet, the first in bit 0; those past `bitCount` are 0. */
  bits: u64;
  /** Where the next byte of the result goes, the first one's place and the end of the destination. */
  out: usize;
  outStart: usize;
  outEnd: usize;
  bitCount: u32;
}

const LENGTHS_TABLE: usize = (offsetof<Inflation>() + 7) & ~7;
const LITERAL_TABLE: usize = LENGTHS_TABLE + MAX_LENGTHS;
const DISTANCE_TABLE: usize = LITERAL_TABLE + HUFFMAN_TABLE_SIZE;
/** Bytes of an `Inflation` with its tables; its address is a multiple of 8. */
export const INFLATION_SIZE: usize = DISTANCE_TABLE + HUFFMAN_TABLE_SIZE;

export function beginInflation(work: Inflation, source: usize, size: usize, destination: usize, room: usize): void {
  work.next = source;
  work.end = source + size;
  work.bits = 0;
  work.bitCount = 0;
  work.out = destination;
  work.outStart = destination;
  work.outEnd = destination + room;
}

/** Decompresses to the end of the last block and leaves `next` at the byte after it. INFLATE_DONE or one of the errors. */
export function inflate(work: Inflation): i64 {
  for (;;) {
    const last = takeBits(work, 1);
    const kind = takeBits(work, 2);
    if (last < 0 || kind < 0) return INFLATE_TRUNCATED;
    const result = inflateBlock(work, kind);
    if (result != INFLATE_DONE) return result;
    if (last != 0) break;
  }
  returnWholeBytes(work);
  return INFLATE_DONE;
}

function inflateBlock(work: Inflation, kind: i32): i64 {
  if (kind == STORED) return copyStored(work);
  let result = INFLATE_CORRUPT;
  if (kind == FIXED) result = buildFixedTables(work);
  if (kind == DYNAMIC) result = readDynamicTables(work);
  return result == INFLATE_DONE ? inflateSymbols(work) : result;
}

// ---- Input

/** The next `count` bits (0 to 16), or -1 where the source ends before. */
function takeBits(work: Inflation, count: u32): i32 {
  while (work.bitCount < count) {
    if (work.next >= work.end) return -1;
    work.bits |= (<u64>load<u8>(work.next++)) << work.bitCount;
    work.bitCount += 8;
  }
  const value = <i32>(work.bits & (((<u64>1) << count) - 1));
  work.bits >>= count;
  work.bitCount -= count;
  return value;
}

/** Drops the rest of the byte that is begun and gives back those that are not. */
function returnWholeBytes(work: Inflation): void {
  work.next -= work.bitCount >> 3;
  work.bits = 0;
  work.bitCount = 0;
}

/** Takes bytes up to a multiple of 4, from where on `inflateSymbols` reads words. */
function alignInput(work: Inflation): void {
  while ((work.next & 3) != 0 && work.next < work.end && work.bitCount <= 56) {
    work.bits |= (<u64>load<u8>(work.next++)) << work.bitCount;
    work.bitCount += 8;
  }
}

// ---- Blocks

/** Section 3.2.4, "Non-compressed blocks". */
function copyStored(work: Inflation): i64 {
  returnWholeBytes(work);
  const length = takeBits(work, 16);
  const complement = takeBits(work, 16);
  if (length < 0 || complement < 0) return INFLATE_TRUNCATED;
  if ((length ^ complement) != 0xffff) return INFLATE_CORRUPT;
  const size = <usize>length;
  if (size > work.end - work.next) return INFLATE_TRUNCATED;
  if (size > work.outEnd - work.out) return INFLATE_TOO_LARGE;
  memory.copy(work.out, work.next, size);
  work.out += size;
  work.next += size;
  return INFLATE_DONE;
}

function buildFixedTables(work: Inflation): i64 {
  const lengths = changetype<usize>(work) + LENGTHS_TABLE;
  memory.fill(lengths, 8, 144);
  memory.fill(lengths + 144, 9, 112);
  memory.fill(lengths + 256, 7, 24);
  memory.fill(lengths + 280, 8, 8);
  buildHuffmanTable(changetype<usize>(work) + LITERAL_TABLE, lengths, FIXED_LITERALS);
  memory.fill(lengths, 5, FIXED_DISTANCES);
  buildHuffmanTable(changetype<usize>(work) + DISTANCE_TABLE, lengths, FIXED_DISTANCES);
  return INFLATE_DONE;
}

function readDynamicTables(work: Inflation): i64 {
  const lengths = changetype<usize>(work) + LENGTHS_TABLE;
  const literalCount = takeBits(work, 5) + 257;
  const distanceCount = takeBits(work, 5) + 1;
  const orderCount = takeBits(work, 4) + 4;
  if (literalCount < 257 || distanceCount < 1 || orderCount < 4) return INFLATE_TRUNCATED;
  if (<u32>literalCount > LENGTH_SYMBOLS || <u32>distanceCount > DISTANCE_SYMBOLS) return INFLATE_CORRUPT;

  memory.fill(lengths, 0, CODE_LENGTH_SYMBOLS);
  for (let index = 0; index < orderCount; index++) {
    const length = takeBits(work, 3);
    if (length < 0) return INFLATE_TRUNCATED;
    store<u8>(lengths + CODE_LENGTH_ORDER[index], <u8>length);
  }
  const literals = changetype<usize>(work) + LITERAL_TABLE;
  // The code of the code lengths is needed only here, so it takes the place of the literals' table.
  if (!buildHuffmanTable(literals, lengths, CODE_LENGTH_SYMBOLS)) return INFLATE_CORRUPT;
  const result = readCodeLengths(work, literals, lengths, literalCount + distanceCount);
  if (result != INFLATE_DONE) return result;
  if (load<u8>(lengths + END_OF_BLOCK) == 0) return INFLATE_CORRUPT;
  const distances = changetype<usize>(work) + DISTANCE_TABLE;
  if (!buildHuffmanTable(literals, lengths, literalCount)) return INFLATE_CORRUPT;
  return buildHuffmanTable(distances, lengths + literalCount, distanceCount) ? INFLATE_DONE : INFLATE_CORRUPT;
}

function readCodeLengths(work: Inflation, table: usize, lengths: usize, count: u32): i64 {
  let at: u32 = 0;
  while (at < count) {
    // These codes have at most 7 bits.
    const code = findShortCode(table, peek(work));
    const codeLength = code & CODE_LENGTH_MASK;
    if (takeBits(work, codeLength) < 0) return INFLATE_TRUNCATED;
    if (code == 0) return INFLATE_CORRUPT;
    const symbol = code >> CODE_SYMBOL_SHIFT;
    if (symbol < REPEAT_PREVIOUS) {
      store<u8>(lengths + at++, <u8>symbol);
      continue;
    }
    if (symbol == REPEAT_PREVIOUS && at == 0) return INFLATE_CORRUPT;
    const value: u8 = symbol == REPEAT_PREVIOUS ? load<u8>(lengths + at - 1) : 0;
    const extraBits: u32 = symbol == REPEAT_PREVIOUS ? 2 : symbol == REPEAT_ZERO ? 3 : 7;
    const extra = takeBits(work, extraBits);
    if (extra < 0) return INFLATE_TRUNCATED;
    const repeat = <u32>extra + (symbol <= REPEAT_ZERO ? 3 : 11);
    if (repeat > count - at) return INFLATE_CORRUPT;
    memory.fill(lengths + at, value, repeat);
    at += repeat;
  }
  return INFLATE_DONE;
}

/** At least the next 15 bits of the source, or all that are left. */
function peek(work: Inflation): u64 {
  while (work.bitCount < 16 && work.next < work.end) {
    work.bits |= (<u64>load<u8>(work.next++)) << work.bitCount;
    work.bitCount += 8;
  }
  return work.bits;
}

/** Literals and matches up to the end of the block. The state is in local variables, since all of the time is spent here. */
function inflateSymbols(work: Inflation): i64 {
  alignInput(work);
  const literals = changetype<usize>(work) + LITERAL_TABLE;
  const distances = changetype<usize>(work) + DISTANCE_TABLE;
  const end = work.end;
  const outEnd = work.outEnd;
  let next = work.next;
  let bits = work.bits;
  let bitCount = work.bitCount;
  let out = work.out;
  for (;;) {
    // 32 bits are enough for a code and its extra bits: 15 + 5 of a length, 15 + 13 of a distance.
    if (bitCount < 32) {
      if (end - next >= 4) {
        bits |= (<u64>load<u32>(next)) << bitCount;
        next += 4;
        bitCount += 32;
      } else {
        for (; next < end; next++, bitCount += 8) bits |= (<u64>load<u8>(next)) << bitCount;
      }
    }
    let code = findShortCode(literals, bits);
    if (code == 0) code = findLongCode(literals, bits);
    const codeLength = code & CODE_LENGTH_MASK;
    if (code == 0) return INFLATE_CORRUPT;
    if (codeLength > bitCount) return INFLATE_TRUNCATED;
    bits >>= codeLength;
    bitCount -= codeLength;
    const symbol = code >> CODE_SYMBOL_SHIFT;
    if (symbol < END_OF_BLOCK) {
      if (out == outEnd) return INFLATE_TOO_LARGE;
      store<u8>(out++, <u8>symbol);
      continue;
    }
    if (symbol == END_OF_BLOCK) break;
    if (symbol >= LENGTH_SYMBOLS) return INFLATE_CORRUPT;
    const lengthIndex = symbol - (END_OF_BLOCK + 1);
    const lengthExtraBits = extraBitsOfLength(lengthIndex);
    if (lengthExtraBits > bitCount) return INFLATE_TRUNCATED;
    const length = baseOfLength(lengthIndex, lengthExtraBits) + <usize>(bits & (((<u64>1) << lengthExtraBits) - 1));
    bits >>= lengthExtraBits;
    bitCount -= lengthExtraBits;

    if (bitCount < 32) {
      if (end - next >= 4) {
        bits |= (<u64>load<u32>(next)) << bitCount;
        next += 4;
        bitCount += 32;
      } else {
        for (; next < end; next++, bitCount += 8) bits |= (<u64>load<u8>(next)) << bitCount;
      }
    }
    let distanceCode = findShortCode(distances, bits);
    if (distanceCode == 0) distanceCode = findLongCode(distances, bits);
    const distanceSymbol = distanceCode >> CODE_SYMBOL_SHIFT;
    if (distanceCode == 0 || distanceSymbol >= DISTANCE_SYMBOLS) return INFLATE_CORRUPT;
    const distanceCodeLength = distanceCode & CODE_LENGTH_MASK;
    const distanceExtraBits = extraBitsOfDistance(distanceSymbol);
    if (distanceCodeLength + distanceExtraBits > bitCount) return INFLATE_TRUNCATED;
    bits >>= distanceCodeLength;
    const distance =
      baseOfDistance(distanceSymbol, distanceExtraBits) + <usize>(bits & (((<u64>1) << distanceExtraBits) - 1));
    bits >>= distanceExtraBits;
    bitCount -= distanceCodeLength + distanceExtraBits;

    if (distance > out - work.outStart) return INFLATE_CORRUPT;
    if (length > outEnd - out) return INFLATE_TOO_LARGE;
    // Byte by byte: the match may overlap with what it produces.
    for (const stop = out + length; out < stop; out++) store<u8>(out, load<u8>(out - distance));
  }
  work.next = next;
  work.bits = bits;
  work.bitCount = bitCount;
  work.out = out;
  return INFLATE_DONE;
}

// The tables of section 3.2.5 as what they are made by: from some symbol on, each 4 (lengths) or 2 (distances) symbols that follow one
// another have one bit more than those before, and all 1, 2, 4 … that their bits can tell apart are in between.

/** `index` counts from symbol 257 and is at most 28. */
function extraBitsOfLength(index: u32): u32 {
  return index < 8 || index == 28 ? 0 : (index >> 2) - 1;
}

function baseOfLength(index: u32, extraBits: u32): usize {
  if (index < 8) return index + 3;
  return index == 28 ? LONGEST_MATCH : ((4 | (index & 3)) << extraBits) + 3;
}

function extraBitsOfDistance(symbol: u32): u32 {
  return symbol < 2 ? 0 : (symbol >> 1) - 1;
}

function baseOfDistance(symbol: u32, extraBits: u32): usize {
  return symbol < 2 ? symbol + 1 : ((2 | (symbol & 1)) << extraBits) + 1;
}
