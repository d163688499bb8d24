import { compress } from '../../isa/compressed.ts';
import { encode, type Fields } from '../../isa/encode.ts';
import type { Context } from './context.ts';

/** Puts a 32-bit instruction into the section, compressed where the options allow it and it has such a form. */
export function emitWord(context: Context, word: number): void {
  const half = context.options.compress ? compress(word) : 0;
  context.current.appendValue(BigInt(half || word), half ? 2 : 4);
}

/** The same by name and fields. */
export function emitInstruction(context: Context, name: string, fields: Fields): void {
  emitWord(context, encode(name, fields));
}
