import type { ExtraSection } from '../elf/write.ts';
import type { Image } from '../linker/image.ts';
import { ByteWriter } from './byte-writer.ts';
import { writeFrames } from './debug-frame.ts';
import { writeAbbreviations, writeCompileUnit } from './debug-info.ts';
import { writeLineProgram } from './debug-line.ts';

/**
 * The sections by which a debugger finds source lines, functions and callers (DWARF 4); none where the image has no
 * lines.
 * `directory` is what relative source paths start from.
 */
export function debugSections(image: Image, directory = '.'): ExtraSection[] {
  const ranges = image.code.filter(({ lines, size }) => lines.length > 0 && size > 0);
  if (ranges.length === 0) return [];
  const line = new ByteWriter();
  const info = new ByteWriter();
  for (const range of ranges) {
    const end = range.start + BigInt(range.size);
    const functions = image.symbols.filter(
      ({ type, size, value }) => type === 'function' && size > 0 && value >= range.start && value < end,
    );
    writeCompileUnit(info, range, writeLineProgram(line, range), functions, directory);
  }
  return [
    { name: '.debug_abbrev', bytes: writeAbbreviations() },
    { name: '.debug_info', bytes: info.bytes },
    { name: '.debug_line', bytes: line.bytes },
    { name: '.debug_frame', bytes: writeFrames(image.code) },
  ];
}
