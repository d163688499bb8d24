/** Registers in reports. */
import { print, printHexDigits } from '../../lib/print.ts';
import { beginMessage, endMessage, putByte } from '../console/console.ts';

const NAMES: StaticArray<string> = [
  'zero',
  'ra  ',
  'sp  ',
  'gp  ',
  'tp  ',
  't0  ',
  't1  ',
  't2  ',
  's0  ',
  's1  ',
  'a0  ',
  'a1  ',
  'a2  ',
  'a3  ',
  'a4  ',
  'a5  ',
  'a6  ',
  'a7  ',
  's2  ',
  's3  ',
  's4  ',
  's5  ',
  's6  ',
  's7  ',
  's8  ',
  's9  ',
  's10 ',
  's11 ',
  't3  ',
  't4  ',
  't5  ',
  't6  ',
];
const COLUMNS: i32 = 4;

/** x1 to x31 from an array of x0 to x31, four in a line. */
export function printRegisters(frame: usize): void {
  for (let number = 1; number < 32; number++) {
    if ((number & (COLUMNS - 1)) == 1) {
      beginMessage();
      print(' ');
    }
    print(' ');
    print(NAMES[number]);
    putByte(0x20);
    printHexDigits(load<u64>(frame + ((<usize>number) << 3)), 16);
    if ((number & (COLUMNS - 1)) == 0 || number == 31) endMessage();
  }
}
