/** The numbers that fli loads: Unpriv., "Zfa", "Load-Immediate Instructions". */
import { toFormat } from './convert.ts';
import { takeSignals } from './flags.ts';
import { fractionBits, SINGLE } from './format.ts';
import { RNE } from './round.ts';

/** The one that is the least normal number in each format. */
const MIN: u32 = 1;

/** The upper halves of singles, whose lower halves are 0; isa/registers.ts has them as text. */
const CONSTANTS = memory.data<u16>([
  0xbf80, 0x0080, 0x3780, 0x3800, 0x3b80, 0x3c00, 0x3d80, 0x3e00, 0x3e80, 0x3ea0, 0x3ec0, 0x3ee0, 0x3f00, 0x3f20,
  0x3f40, 0x3f60, 0x3f80, 0x3fa0, 0x3fc0, 0x3fe0, 0x4000, 0x4020, 0x4040, 0x4080, 0x4100, 0x4180, 0x4300, 0x4380,
  0x4700, 0x4780, 0x7f80, 0x7fc0,
]);

/** Number `index`, 0 to 31, in this format. */
export function floatConstant(format: u32, index: u32): u64 {
  if (index == MIN) return (<u64>1) << fractionBits(format);
  const bits = toFormat(SINGLE, format, RNE, (<u64>load<u16>(CONSTANTS + 2 * index)) << 16);
  // 2^16 is above all numbers of half precision, and becomes infinity without a flag.
  takeSignals();
  return bits;
}
