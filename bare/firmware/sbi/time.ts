/** SBI 3.0, "Timer Extension". */
import { SBI_ERR_NOT_SUPPORTED, SBI_SUCCESS, SBI_TIME_SET_TIMER } from '../../rv/sbi.ts';
import { argument, Hart } from '../hart.ts';
import { setTimer } from '../timer.ts';

export function handleTime(hart: Hart, functionId: u64): i64 {
  if (functionId != SBI_TIME_SET_TIMER) return SBI_ERR_NOT_SUPPORTED;
  setTimer(hart, argument(hart, 0));
  return SBI_SUCCESS;
}
