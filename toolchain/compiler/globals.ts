/** Mutable globals of wasm, which lie one behind the other from gp on; the others are constants. */
import { GLOBAL_BYTES, GLOBALS_SYMBOL } from './context.ts';
import type { Translator } from './translate.ts';

/** Slots that an offset of 12 bits from gp reaches. */
const GLOBALS_NEAR_GP = 256n;

export function globalGet(translator: Translator, index: number): void {
  const { builder, context } = translator;
  const global = context.module.globals[index]!;
  const type = translator.integer(global.type);
  if (!global.mutable) {
    translator.push(builder.constant(global.initial));
    return;
  }
  const slot = BigInt(context.globalSlot(index));
  if (slot < GLOBALS_NEAR_GP) translator.push(builder.append('global.get', type, [], slot));
  else
    translator.push(
      builder.load(type === 'i32' ? 'lw' : 'ld', builder.address(GLOBALS_SYMBOL), slot * BigInt(GLOBAL_BYTES)),
    );
}

export function globalSet(translator: Translator, index: number): void {
  const { builder, context } = translator;
  const slot = BigInt(context.globalSlot(index));
  const value = translator.pop();
  if (slot < GLOBALS_NEAR_GP) builder.append('global.set', 'none', [value], slot);
  else builder.store('sd', builder.address(GLOBALS_SYMBOL), slot * BigInt(GLOBAL_BYTES), value);
}
