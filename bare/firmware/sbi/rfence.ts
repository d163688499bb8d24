/** SBI 3.0, "RFENCE Extension". */

import { INVALID_HARTS, selectHarts } from '../../lib/hart-mask.ts';
import {
  SBI_ERR_INVALID_ADDRESS,
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NOT_SUPPORTED,
  SBI_RFENCE_REMOTE_FENCE_I,
  SBI_RFENCE_REMOTE_HFENCE_GVMA_VMID,
  SBI_RFENCE_REMOTE_HFENCE_VVMA,
  SBI_SUCCESS,
} from '../../rv/sbi.ts';
import { hasHypervisor } from '../features.ts';
import { argument, Hart } from '../hart.ts';
import { hartIds } from '../platform.ts';
import { remoteFence } from '../remote-fence.ts';

/** The functions are numbered like the kinds of fence. */
export function handleRfence(hart: Hart, functionId: u64): i64 {
  if (functionId > SBI_RFENCE_REMOTE_HFENCE_VVMA) return SBI_ERR_NOT_SUPPORTED;
  if (functionId >= SBI_RFENCE_REMOTE_HFENCE_GVMA_VMID && !hasHypervisor) return SBI_ERR_NOT_SUPPORTED;
  const harts = selectHarts(argument(hart, 0), argument(hart, 1), hartIds);
  if (harts == INVALID_HARTS) return SBI_ERR_INVALID_PARAM;
  const start = argument(hart, 2);
  const size = argument(hart, 3);
  if (functionId != SBI_RFENCE_REMOTE_FENCE_I && !isRange(start, size)) return SBI_ERR_INVALID_ADDRESS;
  remoteFence(harts, functionId, start, size, argument(hart, 4));
  return SBI_SUCCESS;
}

/** A range must not pass the end of the address space; a size of all ones stands for the whole of it. */
export function isRange(start: u64, size: u64): bool {
  return size == 0 || size == ~(<u64>0) || start + (size - 1) >= start;
}
