/** SBI 3.0, "IPI Extension". */

import { INVALID_HARTS, selectHarts } from '../../lib/hart-mask.ts';
import { SBI_ERR_INVALID_PARAM, SBI_ERR_NOT_SUPPORTED, SBI_IPI_SEND_IPI, SBI_SUCCESS } from '../../rv/sbi.ts';
import { argument, Hart } from '../hart.ts';
import { REQUEST_SOFTWARE_INTERRUPT, requestOfHarts } from '../ipi.ts';
import { hartIds } from '../platform.ts';

export function handleIpi(hart: Hart, functionId: u64): i64 {
  if (functionId != SBI_IPI_SEND_IPI) return SBI_ERR_NOT_SUPPORTED;
  const harts = selectHarts(argument(hart, 0), argument(hart, 1), hartIds);
  if (harts == INVALID_HARTS) return SBI_ERR_INVALID_PARAM;
  requestOfHarts(harts, REQUEST_SOFTWARE_INTERRUPT);
  return SBI_SUCCESS;
}
