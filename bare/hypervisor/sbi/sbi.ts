/**
 * SBI calls of guests: RISC-V Supervisor Binary Interface 3.0, "Binary Encoding". a7 is the extension, a6 the function; an error
 * comes back in a0 and a value in a1, but legacy calls answer in a0 alone.
 */
import {
  SBI_BASE,
  SBI_DBCN,
  SBI_ERR_NOT_SUPPORTED,
  SBI_FWFT,
  SBI_HSM,
  SBI_IPI,
  SBI_LEGACY_SHUTDOWN,
  SBI_PMU,
  SBI_RFENCE,
  SBI_SRST,
  SBI_STA,
  SBI_SUCCESS,
  SBI_SUSP,
  SBI_TIME,
} from '../../rv/sbi.ts';
import { NEXT } from '../outcome.ts';
import { Vcpu } from '../vcpu.ts';
import { handleBase } from './base.ts';
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

const LAST_LEGACY_EXTENSION: u64 = 0xf;

export function handleSbiCall(vcpu: Vcpu): u32 {
  const extension = vcpu.a7;
  if (extension == SBI_BASE) return handleBase(vcpu);
  return handleOther(vcpu);
}

/** Called by its address, so that the compiler does not put it into its caller, which would get the large frame that these need. */
const handleOther: (vcpu: Vcpu) => u32 = selectOther;

function selectOther(vcpu: Vcpu): u32 {
  const extension = vcpu.a7;
  if (extension == SBI_TIME) return handleTime(vcpu);
  if (extension == SBI_IPI) return handleIpi(vcpu);
  if (extension == SBI_RFENCE) return handleRfence(vcpu);
  if (extension == SBI_HSM) return handleHsm(vcpu);
  if (extension == SBI_DBCN) return handleDbcn(vcpu);
  if (extension == SBI_SRST) return handleSrst(vcpu);
  if (extension == SBI_SUSP) return handleSusp(vcpu);
  if (extension == SBI_PMU) return handlePmu(vcpu);
  if (extension == SBI_STA) return handleSta(vcpu);
  if (extension == SBI_FWFT) return handleFwft(vcpu);
  if (extension <= LAST_LEGACY_EXTENSION) return handleLegacy(vcpu);
  return fail(vcpu, SBI_ERR_NOT_SUPPORTED);
}

/** Whether a guest can call the extension. Not there are CPPC, NACL, SSE, DBTR and MPXY. */
export function isImplemented(extension: u64): bool {
  return (
    extension <= SBI_LEGACY_SHUTDOWN ||
    extension == SBI_BASE ||
    extension == SBI_TIME ||
    extension == SBI_IPI ||
    extension == SBI_RFENCE ||
    extension == SBI_HSM ||
    extension == SBI_DBCN ||
    extension == SBI_SRST ||
    extension == SBI_SUSP ||
    extension == SBI_PMU ||
    extension == SBI_STA ||
    extension == SBI_FWFT
  );
}

/** The call went well, with `value`. */
export function succeed(vcpu: Vcpu, value: u64): u32 {
  vcpu.a0 = SBI_SUCCESS;
  vcpu.a1 = value;
  return NEXT;
}

/** The call went wrong. What a1 holds then is unspecified: 0, so that nothing of ours leaks. */
export function fail(vcpu: Vcpu, error: i64): u32 {
  vcpu.a0 = error;
  vcpu.a1 = 0;
  return NEXT;
}
