/** Instructions that may trap: between these two a trap of the firmware is noted, and the instruction skipped. */
import { currentHart } from './hart.ts';

/** No cause of a trap. */
const NONE: u64 = ~0;

export function expectTrap(): void {
  const hart = currentHart();
  hart.trapCause = NONE;
  hart.trapExpected = 1;
}

/** Ends what `expectTrap` began. Was there a trap? Then `trapCause` and `trapValue` of the hart say which. */
export function trapOccurred(): bool {
  const hart = currentHart();
  hart.trapExpected = 0;
  return hart.trapCause != NONE;
}
