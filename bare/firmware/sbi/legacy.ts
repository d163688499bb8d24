/** SBI 3.0, "Legacy Extensions": the extension is the function, and a0 the only result. */

import { INVALID_HARTS, selectHarts } from '../../lib/hart-mask.ts';
import { csrrc_mip, MIP_SSIP, MSTATUS_MPRV } from '../../rv/csr.ts';
import {
  SBI_ERR_FAILED,
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NOT_SUPPORTED,
  SBI_LEGACY_CLEAR_IPI,
  SBI_LEGACY_CONSOLE_GETCHAR,
  SBI_LEGACY_CONSOLE_PUTCHAR,
  SBI_LEGACY_REMOTE_FENCE_I,
  SBI_LEGACY_REMOTE_SFENCE_VMA,
  SBI_LEGACY_REMOTE_SFENCE_VMA_ASID,
  SBI_LEGACY_SEND_IPI,
  SBI_LEGACY_SET_TIMER,
  SBI_LEGACY_SHUTDOWN,
  SBI_SUCCESS,
} from '../../rv/sbi.ts';
import { console_write_byte, readByte } from '../console.ts';
import { expectTrap, trapOccurred } from '../expected-trap.ts';
import { argument, Hart } from '../hart.ts';
import { REQUEST_SOFTWARE_INTERRUPT, requestOfHarts } from '../ipi.ts';
import { hartIds } from '../platform.ts';
import { redirect } from '../redirect.ts';
import { FENCE_I, remoteFence, SFENCE_VMA, SFENCE_VMA_ASID } from '../remote-fence.ts';
import { powerOff } from '../reset.ts';
import { setTimer } from '../timer.ts';
import { GOES_ON_ELSEWHERE } from './result.ts';

/** Of trap.S. */
declare function load_u64_as_caller(address: u64, statusBits: u64): u64;

export function handleLegacy(hart: Hart, extension: u64): i64 {
  if (extension == SBI_LEGACY_SET_TIMER) {
    setTimer(hart, argument(hart, 0));
    return SBI_SUCCESS;
  }
  if (extension == SBI_LEGACY_CONSOLE_PUTCHAR) {
    console_write_byte(<u8>argument(hart, 0));
    return SBI_SUCCESS;
  }
  if (extension == SBI_LEGACY_CONSOLE_GETCHAR) return readByte();
  if (extension == SBI_LEGACY_CLEAR_IPI) return csrrc_mip(MIP_SSIP) & MIP_SSIP ? 1 : 0;
  if (extension == SBI_LEGACY_SHUTDOWN) {
    powerOff();
    return SBI_ERR_FAILED;
  }
  if (extension > SBI_LEGACY_SHUTDOWN) return SBI_ERR_NOT_SUPPORTED;
  return handleWithHartMask(hart, extension);
}

/** The mask lies in the caller's virtual memory; address 0 stands for all harts. */
function handleWithHartMask(hart: Hart, extension: u64): i64 {
  const address = argument(hart, 0);
  let harts = hartIds;
  if (address != 0) {
    expectTrap();
    const mask = load_u64_as_caller(address, MSTATUS_MPRV);
    if (trapOccurred()) {
      // The redirected fault has sepc at the ecall, as that chapter wants.
      redirect(hart, hart.trapCause, hart.trapValue, 0, 0);
      return GOES_ON_ELSEWHERE;
    }
    harts = selectHarts(mask, 0, hartIds);
    if (harts == INVALID_HARTS) return SBI_ERR_INVALID_PARAM;
  }
  const start = argument(hart, 1);
  const size = argument(hart, 2);
  if (extension == SBI_LEGACY_SEND_IPI) requestOfHarts(harts, REQUEST_SOFTWARE_INTERRUPT);
  else if (extension == SBI_LEGACY_REMOTE_FENCE_I) remoteFence(harts, FENCE_I, 0, 0, 0);
  else if (extension == SBI_LEGACY_REMOTE_SFENCE_VMA) remoteFence(harts, SFENCE_VMA, start, size, 0);
  else if (extension == SBI_LEGACY_REMOTE_SFENCE_VMA_ASID) {
    remoteFence(harts, SFENCE_VMA_ASID, start, size, argument(hart, 3));
  }
  return SBI_SUCCESS;
}
