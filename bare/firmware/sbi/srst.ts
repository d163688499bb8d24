/** SBI 3.0, "System Reset Extension". */
import {
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NOT_SUPPORTED,
  SBI_SRST_REASON_NONE,
  SBI_SRST_REASON_SYSTEM_FAILURE,
  SBI_SRST_SYSTEM_RESET,
  SBI_SRST_TYPE_SHUTDOWN,
  SBI_SRST_TYPE_WARM_REBOOT,
} from '../../rv/sbi.ts';
import { argument, Hart } from '../hart.ts';
import { failSystem, powerOff, reboot } from '../reset.ts';

/** Both arguments are 32 bits wide. Where there is no device for it the call returns. */
export function handleSrst(hart: Hart, functionId: u64): i64 {
  if (functionId != SBI_SRST_SYSTEM_RESET) return SBI_ERR_NOT_SUPPORTED;
  const type = <u32>argument(hart, 0);
  const reason = <u32>argument(hart, 1);
  if (type > SBI_SRST_TYPE_WARM_REBOOT || reason > SBI_SRST_REASON_SYSTEM_FAILURE) return SBI_ERR_INVALID_PARAM;
  if (type != SBI_SRST_TYPE_SHUTDOWN) reboot();
  else if (reason == SBI_SRST_REASON_NONE) powerOff();
  else failSystem();
  return SBI_ERR_NOT_SUPPORTED;
}
