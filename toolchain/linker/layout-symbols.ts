import { type Layout, PAGE, type Region, stackSize, stackStride } from './layout.ts';

/**
 * Symbols that the linker defines unless an object does. Behind each: what it is the address of, or its value.
 *
 * | Symbol | |
 * |---|---|
 * | `__image_start` | the first byte of the program, its base |
 * | `__text_start`, `__text_end` | the code (R-X) |
 * | `__rodata_start`, `__rodata_end` | constants (R) |
 * | `__data_start`, `__data_end` | data, AssemblyScript's included; from here to the end of the image all is RW |
 * | `__heap_start`, `__heap_end` | memory for `new` |
 * | `__bss_start`, `__bss_end` | memory that boot code clears; multiples of 16 |
 * | `__stack_bottom`, `__stack_top` | hart 0's stack; the page below it is its guard, to be left unmapped |
 * | `__stack_size` | bytes of a stack (a value, not an address) |
 * | `__stack_stride` | from one hart's stack to the next, guard page included (a value) |
 * | `__stack_count` | how many stacks there are (a value) |
 * | `__image_end` | behind the last stack |
 * | `__global_pointer$` | `__data_start` + 0x800, as GNU ld has it |
 */
export function layoutSymbols(regions: readonly Region[], layout: Layout): Map<string, bigint> {
  const find = (name: string): Region => regions.find((region) => region.name === name) as Region;
  const stacks = find('.stacks');
  const symbols = new Map<string, bigint>();
  for (const name of ['text', 'rodata', 'data', 'heap', 'bss']) {
    symbols.set(`__${name}_start`, find(`.${name}`).start);
    symbols.set(`__${name}_end`, find(`.${name}`).end);
  }
  symbols.set('__data_end', find('.static').end);
  symbols.set('__image_start', layout.base);
  symbols.set('__image_end', stacks.end);
  symbols.set('__stack_bottom', stacks.start + PAGE);
  symbols.set('__stack_top', stacks.start + stackStride(layout));
  symbols.set('__stack_size', stackSize(layout));
  symbols.set('__stack_stride', stackStride(layout));
  symbols.set('__stack_count', BigInt(layout.harts ?? 1));
  symbols.set('__global_pointer$', find('.data').start + 0x800n);
  return symbols;
}
