/** SBI 3.0, "Base Extension". */
import { csrr_marchid, csrr_mimpid, csrr_mvendorid } from '../../rv/csr.ts';
import {
  SBI_BASE_GET_IMPL_ID,
  SBI_BASE_GET_IMPL_VERSION,
  SBI_BASE_GET_MARCHID,
  SBI_BASE_GET_MIMPID,
  SBI_BASE_GET_MVENDORID,
  SBI_BASE_GET_SPEC_VERSION,
  SBI_BASE_PROBE_EXTENSION,
  SBI_ERR_NOT_SUPPORTED,
  SBI_SUCCESS,
} from '../../rv/sbi.ts';
import { argument, Hart } from '../hart.ts';
import { isImplemented } from './extensions.ts';

/** Major version from bit 24 on, minor below. */
export const SPECIFICATION_VERSION: u64 = 3 << 24;
/** No number of the specification's list belongs to this firmware; "tyvs" is none of another's. */
const IMPLEMENTATION_ID: u64 = 0x74797673;
const IMPLEMENTATION_VERSION: u64 = 1;

export function handleBase(hart: Hart, functionId: u64): i64 {
  if (functionId == SBI_BASE_GET_SPEC_VERSION) hart.value = SPECIFICATION_VERSION;
  else if (functionId == SBI_BASE_GET_IMPL_ID) hart.value = IMPLEMENTATION_ID;
  else if (functionId == SBI_BASE_GET_IMPL_VERSION) hart.value = IMPLEMENTATION_VERSION;
  else if (functionId == SBI_BASE_PROBE_EXTENSION) hart.value = isImplemented(argument(hart, 0)) ? 1 : 0;
  else if (functionId == SBI_BASE_GET_MVENDORID) hart.value = csrr_mvendorid();
  else if (functionId == SBI_BASE_GET_MARCHID) hart.value = csrr_marchid();
  else if (functionId == SBI_BASE_GET_MIMPID) hart.value = csrr_mimpid();
  else return SBI_ERR_NOT_SUPPORTED;
  return SBI_SUCCESS;
}
