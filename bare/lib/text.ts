/**
 * ASCII text in memory. Each `append` writes at `at`, never at `end` or past it, and returns where the text now ends; what does not
 * fit is cut off.
 */

const SPACE: u32 = 0x20;
const ZERO: u32 = 0x30;
const LETTER_A: u32 = 0x61;

export function appendCharacter(at: usize, end: usize, character: u32): usize {
  if (at >= end) return at;
  store<u8>(at, <u8>character);
  return at + 1;
}

export function appendText(at: usize, end: usize, text: string): usize {
  for (let index = 0; index < text.length; index++) at = appendCharacter(at, end, text.charCodeAt(index));
  return at;
}

/** Word `index`, from 0, of a list whose words have white space between them. There must be so many. */
export function appendWord(at: usize, end: usize, list: string, index: u32): usize {
  let position = startOfWord(list, 0);
  for (let word: u32 = 0; word < index; word++) position = startOfWord(list, endOfWord(list, position));
  const stop = endOfWord(list, position);
  for (; position < stop; position++) at = appendCharacter(at, end, list.charCodeAt(position));
  return at;
}

/** Do the bytes in memory begin with this text? Reads no further than the first difference. */
export function startsWith(bytes: usize, text: string): bool {
  for (let index = 0; index < text.length; index++) {
    if (<i32>load<u8>(bytes + index) != text.charCodeAt(index)) return false;
  }
  return true;
}

/** Is the word of `length` characters at `word` in the list? */
export function hasWord(list: string, word: usize, length: u32): bool {
  let start = startOfWord(list, 0);
  while (start < list.length) {
    const end = endOfWord(list, start);
    if (<u32>(end - start) == length && isTextAt(list, start, word, length)) return true;
    start = startOfWord(list, end);
  }
  return false;
}

export function appendDecimal(at: usize, end: usize, value: i64): usize {
  let magnitude = <u64>value;
  if (value < 0) {
    at = appendCharacter(at, end, 0x2d);
    magnitude = 0 - magnitude;
  }
  let power: u64 = 1;
  while (magnitude / power >= 10) power *= 10;
  for (; power > 0; power /= 10) at = appendCharacter(at, end, ZERO + <u32>((magnitude / power) % 10));
  return at;
}

/** `0x` and at least `digits` hexadecimal digits. */
export function appendHex(at: usize, end: usize, value: u64, digits: u32): usize {
  at = appendText(at, end, '0x');
  let count: u32 = 16;
  while (count > 1 && count > digits && value >> (4 * (count - 1)) == 0) count--;
  for (; count > 0; count--) {
    const digit = <u32>(value >> (4 * (count - 1))) & 15;
    at = appendCharacter(at, end, digit < 10 ? ZERO + digit : LETTER_A + digit - 10);
  }
  return at;
}

function isTextAt(list: string, start: i32, word: usize, length: u32): bool {
  for (let index: u32 = 0; index < length; index++) {
    if (list.charCodeAt(start + index) != <i32>load<u8>(word + index)) return false;
  }
  return true;
}

function startOfWord(list: string, position: i32): i32 {
  while (position < list.length && <u32>list.charCodeAt(position) <= SPACE) position++;
  return position;
}

function endOfWord(list: string, position: i32): i32 {
  while (position < list.length && <u32>list.charCodeAt(position) > SPACE) position++;
  return position;
}
