/** SBI 3.0, "System Reset Extension". */
import { SBI_ERR_INVALID_PARAM, SBI_ERR_NOT_SUPPORTED, SBI_SRST_SYSTEM_RESET } from '../../rv/sbi.ts';
import { argument, Hart } from '../hart.ts';
import { failSystem, powerOff, reboot } from '../reset.ts';

const SHUTDOWN: u32 = 0;
const WARM_REBOOT: u32 = 2;

const NO_REASON: u32 = 0;
const SYSTEM_FAILURE: u32 = 1;

/** Both arguments are 32 bits wide. Where there is no device for it the call returns. */
export function handleSrst(hart: Hart, functionId: u64): i64 {
  if (functionId != SBI_SRST_SYSTEM_RESET) return SBI_ERR_NOT_SUPPORTED;
  const type = <u32>argument(hart, 0);
  const reason = <u32>argument(hart, 1);
  if (type > WARM_REBOOT || reason > SYSTEM_FAILURE) return SBI_ERR_INVALID_PARAM;
  if (type != SHUTDOWN) reboot();
  else if (reason == NO_REASON) powerOff();
  else failSystem();
  return SBI_ERR_NOT_SUPPORTED;
}
