/** The extensions that a guest can call, each with its handler. Not there are CPPC, NACL, SSE, DBTR and MPXY. */
import {
  SBI_BASE,
  SBI_DBCN,
  SBI_FWFT,
  SBI_HSM,
  SBI_IPI,
  SBI_LEGACY_SHUTDOWN,
  SBI_PMU,
  SBI_RFENCE,
  SBI_SRST,
  SBI_STA,
  SBI_SUSP,
  SBI_TIME,
} from '../../rv/sbi.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { handleDbcn } from './dbcn.ts';
import { handleFwft } from './fwft.ts';
import { handleHsm } from './hsm.ts';
import { handleIpi } from './ipi.ts';
import { handleLegacy } from './legacy.ts';
import { handlePmu } from './pmu.ts';
import { handleRfence } from './rfence.ts';
import { handleSrst } from './srst.ts';
import { handleSta } from './sta.ts';
import { handleSusp } from './susp.ts';
import { handleTime } from './time.ts';

/** Of the vCPU whose a7 is the extension and a6 the function; the outcome of the exit. */
export type SbiHandler = (vcpu: Vcpu) => u32;

/** The handler of any extension but BASE, the frequent ones first; null for one that is not implemented. */
export function handlerOf(extension: u64): SbiHandler | null {
  if (extension == SBI_TIME) return handleTime;
  if (extension == SBI_IPI) return handleIpi;
  if (extension == SBI_RFENCE) return handleRfence;
  if (extension == SBI_HSM) return handleHsm;
  if (extension == SBI_DBCN) return handleDbcn;
  if (extension == SBI_SRST) return handleSrst;
  if (extension == SBI_SUSP) return handleSusp;
  if (extension == SBI_PMU) return handlePmu;
  if (extension == SBI_STA) return handleSta;
  if (extension == SBI_FWFT) return handleFwft;
  if (extension <= SBI_LEGACY_SHUTDOWN) return handleLegacy;
  return null;
}

export function isImplemented(extension: u64): bool {
  return extension == SBI_BASE || handlerOf(extension) != null;
}
