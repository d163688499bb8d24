/**
 * Text and numbers to a console. The program's entry file exports `console_write_byte(byte: u32): void`; it is imported by its
 * symbol, so nothing here knows the program.
 */
declare function console_write_byte(byte: u32): void;

const DIGIT_ZERO: u32 = 0x30;
const LETTER_A: u32 = 0x61;
const QUESTION_MARK: u32 = 0x3f;

/** Characters beyond ASCII become `?`. */
export function print(text: string): void {
  for (let index = 0, length = text.length; index < length; index++) {
    const character = <u32>text.charCodeAt(index);
    console_write_byte(character < 0x80 ? character : QUESTION_MARK);
  }
}

export function printDecimal(value: u64): void {
  if (value >= 10) printDecimal(value / 10);
  console_write_byte(DIGIT_ZERO + <u32>(value % 10));
}

/** With `0x` and without leading zeros. */
export function printHex(value: u64): void {
  print('0x');
  printHexDigits(value, value == 0 ? 1 : 16 - (<u32>clz<u64>(value) >> 2));
}

/** The lowest `digits` hexadecimal digits, leading zeros included; 1 to 16. */
export function printHexDigits(value: u64, digits: u32): void {
  for (let left = digits; left > 0; left--) {
    const digit = <u32>(value >> (4 * (left - 1))) & 15;
    console_write_byte(digit < 10 ? DIGIT_ZERO + digit : LETTER_A + digit - 10);
  }
}

/** Bytes up to the NUL, such as a name in a device tree. */
export function printCString(address: usize): void {
  for (let at = address; load<u8>(at) != 0; at++) console_write_byte(load<u8>(at));
}
