/** Loads and stores of floating-point registers. False having raised. */
import { ACCESS_READ } from '../access.ts';
import { HART_F, HART_VALUE, SLOT_RD, SLOT_SOURCE } from '../layout.ts';
import { loadFrom, storeTo } from '../memory.ts';
import { dataContext } from '../mode.ts';
import { raiseIllegal } from '../trap.ts';
import { boxed, bytes } from './format.ts';
import { floatEnabled, markDirty } from './state.ts';

export function loadFloat(hart: usize, slot: usize, va: u64, format: u32): bool {
  if (!floatEnabled(hart)) return raiseIllegal(hart);
  if (!loadFrom(hart, dataContext(hart), va, bytes(format), ACCESS_READ)) return false;
  store<u64>(hart + load<u8>(slot, SLOT_RD), boxed(format, load<u64>(hart, HART_VALUE)), HART_F);
  markDirty(hart);
  return true;
}

/** The lowest bits, boxed or not. */
export function storeFloat(hart: usize, slot: usize, va: u64, format: u32): bool {
  if (!floatEnabled(hart)) return raiseIllegal(hart);
  const value = load<u64>(hart + load<u8>(slot, SLOT_SOURCE), HART_F);
  return storeTo(hart, dataContext(hart), va, bytes(format), value);
}
