/** The extensions that can be called, each with its handler. */
import {
  SBI_BASE,
  SBI_DBCN,
  SBI_HSM,
  SBI_IPI,
  SBI_LEGACY_SHUTDOWN,
  SBI_PMU,
  SBI_RFENCE,
  SBI_SRST,
  SBI_TIME,
} from '../../rv/sbi.ts';
import { Hart } from '../hart.ts';
import { handleDbcn } from './dbcn.ts';
import { handleHsm } from './hsm.ts';
import { handleIpi } from './ipi.ts';
import { handlePmu, hasPmu } from './pmu.ts';
import { handleRfence } from './rfence.ts';
import { handleSrst } from './srst.ts';
import { handleTime } from './time.ts';

/** Gives the error, and puts the value into `hart.value`. */
export type SbiHandler = (hart: Hart, functionId: u64) => i64;

/** The handler of any extension but BASE and the legacy ones; null for one that is not implemented. */
export function handlerOf(extension: u64): SbiHandler | null {
  if (extension == SBI_DBCN) return handleDbcn;
  if (extension == SBI_TIME) return handleTime;
  if (extension == SBI_IPI) return handleIpi;
  if (extension == SBI_RFENCE) return handleRfence;
  if (extension == SBI_HSM) return handleHsm;
  if (extension == SBI_SRST) return handleSrst;
  if (extension == SBI_PMU && hasPmu()) return handlePmu;
  return null;
}

export function isImplemented(extension: u64): bool {
  return extension == SBI_BASE || extension <= SBI_LEGACY_SHUTDOWN || handlerOf(extension) != null;
}
