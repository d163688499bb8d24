/** SBI 3.0, "Hart State Management Extension". */
import {
  SBI_ERR_ALREADY_AVAILABLE,
  SBI_ERR_INVALID_ADDRESS,
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NOT_SUPPORTED,
  SBI_HSM_HART_GET_STATUS,
  SBI_HSM_HART_START,
  SBI_HSM_HART_STOP,
  SBI_HSM_HART_SUSPEND,
  SBI_HSM_STATE_STARTED,
  SBI_HSM_STATE_STOPPED,
  SBI_HSM_STATE_SUSPENDED,
  SBI_HSM_SUSPEND_NON_RETENTIVE,
  SBI_HSM_SUSPEND_RETENTIVE,
  SBI_SUCCESS,
} from '../../rv/sbi.ts';
import { argument, Hart, hartById } from '../hart.ts';
import { enterSupervisor, waitForInterrupt, waitForStart, wake } from '../hart-sleep.ts';
import { claimStopped, setState, stateOf } from '../hart-state.ts';
import { isHart, isSupervisorMemory } from '../platform.ts';
import { GOES_ON_ELSEWHERE } from './result.ts';

/** Bytes of the shortest instruction, which must be there at a start address. */
const INSTRUCTION_SIZE: u64 = 2;

export function handleHsm(hart: Hart, functionId: u64): i64 {
  if (functionId == SBI_HSM_HART_START) return start(argument(hart, 0), argument(hart, 1), argument(hart, 2));
  if (functionId == SBI_HSM_HART_STOP) return stop(hart);
  if (functionId == SBI_HSM_HART_GET_STATUS) return getStatus(hart, argument(hart, 0));
  if (functionId == SBI_HSM_HART_SUSPEND) {
    return suspend(hart, <u32>argument(hart, 0), argument(hart, 1), argument(hart, 2));
  }
  return SBI_ERR_NOT_SUPPORTED;
}

function start(id: u64, address: u64, startArgument: u64): i64 {
  if (!isHart(id)) return SBI_ERR_INVALID_PARAM;
  if (!canExecute(address)) return SBI_ERR_INVALID_ADDRESS;
  const hart = hartById(id);
  if (!claimStopped(hart)) return SBI_ERR_ALREADY_AVAILABLE;
  wake(hart, address, startArgument);
  return SBI_SUCCESS;
}

function stop(hart: Hart): i64 {
  setState(hart, SBI_HSM_STATE_STOPPED);
  waitForStart(hart);
  return GOES_ON_ELSEWHERE;
}

function getStatus(hart: Hart, id: u64): i64 {
  if (!isHart(id)) return SBI_ERR_INVALID_PARAM;
  hart.value = stateOf(hartById(id));
  return SBI_SUCCESS;
}

function suspend(hart: Hart, type: u32, resumeAddress: u64, resumeArgument: u64): i64 {
  if (type != SBI_HSM_SUSPEND_RETENTIVE && type != SBI_HSM_SUSPEND_NON_RETENTIVE) return SBI_ERR_INVALID_PARAM;
  if (type == SBI_HSM_SUSPEND_NON_RETENTIVE && !canExecute(resumeAddress)) return SBI_ERR_INVALID_ADDRESS;
  setState(hart, SBI_HSM_STATE_SUSPENDED);
  waitForInterrupt(hart);
  if (type == SBI_HSM_SUSPEND_NON_RETENTIVE) {
    enterSupervisor(hart, resumeAddress, resumeArgument);
    return GOES_ON_ELSEWHERE;
  }
  setState(hart, SBI_HSM_STATE_STARTED);
  return SBI_SUCCESS;
}

function canExecute(address: u64): bool {
  return (address & (INSTRUCTION_SIZE - 1)) == 0 && isSupervisorMemory(address, INSTRUCTION_SIZE);
}
