/**
 * U-Boot's `go ADDRESS ARGUMENT…` calls a program like a C function: a0 = argc, a1 = argv, where booti and firmware give hart and device
 * tree. So `go 0x80200000 ${fdtcontroladdr}` gives the device tree's address as text.
 */

const DIGIT_ZERO: u32 = 0x30;
const LETTER_A: u32 = 0x61;
const CASE_BIT: u32 = 0x20;
/** More than U-Boot passes: what is no such call is not taken for one. */
const MOST_ARGUMENTS: u64 = 64;

/** The number that the last of `count` arguments is in hexadecimal, with or without 0x; 0 when it is none. */
export function lastArgument(count: u64, values: usize): usize {
  if (count < 2 || count > MOST_ARGUMENTS || values == 0 || (values & 7) != 0) return 0;
  let text = load<usize>(values + ((<usize>count - 1) << 3));
  if (!text) return 0;
  if (load<u8>(text) == DIGIT_ZERO && (load<u8>(text + 1) | CASE_BIT) == 0x78) text += 2;
  let value: usize = 0;
  for (let character: u32 = load<u8>(text); character; character = load<u8>(++text)) {
    const digit = hexDigit(character);
    if (digit > 15) return 0;
    value = (value << 4) | digit;
  }
  return value;
}

/** 0 to 15, or more for what is no digit. */
function hexDigit(character: u32): u32 {
  if (character - DIGIT_ZERO < 10) return character - DIGIT_ZERO;
  const letter = (character | CASE_BIT) - LETTER_A;
  return letter < 6 ? letter + 10 : 16;
}
