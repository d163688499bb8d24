/** What AssemblyScript's `abort` is told of a failed bounds check, null check or assertion, in words. */
import { print, printDecimal } from './print.ts';

/** Prints `text at file:line:column`, as far as it is known. The strings come from AssemblyScript's own library. */
export function printFailure(text: string | null, file: string | null, line: u32, column: u32): void {
  if (text) print(text);
  if (!file) return;
  print(' at ');
  print(file);
  print(':');
  printDecimal(line);
  print(':');
  printDecimal(column);
}
