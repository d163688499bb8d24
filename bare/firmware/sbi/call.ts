/** An ecall of S-mode: SBI 3.0, "Binary Encoding". Extension in a7, function in a6; error in a0, value in a1. */
import {
  SBI_BASE,
  SBI_DBCN,
  SBI_ERR_NOT_SUPPORTED,
  SBI_HSM,
  SBI_IPI,
  SBI_PMU,
  SBI_RFENCE,
  SBI_SRST,
  SBI_TIME,
} from '../../rv/sbi.ts';
import { A0, A1, A6, A7, Hart, register, setRegister } from '../hart.ts';
import { handleBase } from './base.ts';
import { handleDbcn } from './dbcn.ts';
import { handleHsm } from './hsm.ts';
import { handleIpi } from './ipi.ts';
import { handleLegacy } from './legacy.ts';
import { handlePmu } from './pmu.ts';
import { GOES_ON_ELSEWHERE } from './result.ts';
import { handleRfence } from './rfence.ts';
import { handleSrst } from './srst.ts';
import { handleTime } from './time.ts';

const LAST_LEGACY_EXTENSION: u64 = 0x0f;
const ECALL_SIZE: u64 = 4;

export function handleCall(hart: Hart): void {
  const extension = register(hart, A7);
  const isLegacy = extension <= LAST_LEGACY_EXTENSION;
  hart.value = 0;
  const error = isLegacy ? handleLegacy(hart, extension) : handleExtension(hart, extension, register(hart, A6));
  if (error == GOES_ON_ELSEWHERE) return;
  hart.mepc += ECALL_SIZE;
  setRegister(hart, A0, error);
  if (!isLegacy) setRegister(hart, A1, hart.value);
}

function handleExtension(hart: Hart, extension: u64, functionId: u64): i64 {
  if (extension == SBI_DBCN) return handleDbcn(hart, functionId);
  if (extension == SBI_TIME) return handleTime(hart, functionId);
  if (extension == SBI_IPI) return handleIpi(hart, functionId);
  if (extension == SBI_RFENCE) return handleRfence(hart, functionId);
  if (extension == SBI_HSM) return handleHsm(hart, functionId);
  if (extension == SBI_SRST) return handleSrst(hart, functionId);
  if (extension == SBI_PMU) return handlePmu(hart, functionId);
  if (extension == SBI_BASE) return handleBase(hart, functionId);
  return SBI_ERR_NOT_SUPPORTED;
}
