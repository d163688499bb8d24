/**
 * Instructions that menvcfg, henvcfg and senvcfg allow to the modes below each: Priv. 1.13, "menvcfg", "henvcfg" and "senvcfg".
 * The fields are at the same places in all three, and senvcfg is for VU-mode too.
 */
import { HART_HENVCFG, HART_MENVCFG, HART_SENVCFG } from './layout.ts';
import { isVirtual, PRIVILEGE_M, PRIVILEGE_U, privilege } from './mode.ts';
import { raiseIllegal, raiseVirtual } from './trap.ts';

/** Whether the field is not 0 wherever it counts for the present mode; else false, raised. */
export function environmentAllows(hart: usize, field: u64): bool {
  const mode = privilege(hart);
  if (mode == PRIVILEGE_M) return true;
  if (!(load<u64>(hart, HART_MENVCFG) & field)) return raiseIllegal(hart);
  const fromSupervisor = mode != PRIVILEGE_U || (load<u64>(hart, HART_SENVCFG) & field) != 0;
  if (!isVirtual(hart)) return fromSupervisor ? true : raiseIllegal(hart);
  return fromSupervisor && load<u64>(hart, HART_HENVCFG) & field ? true : raiseVirtual(hart);
}
