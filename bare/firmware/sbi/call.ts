/** An ecall of S-mode: SBI 3.0, "Binary Encoding". Extension in a7, function in a6; error in a0, value in a1. */
import { SBI_BASE, SBI_ERR_NOT_SUPPORTED } from '../../rv/sbi.ts';
import { A0, A1, A6, A7, Hart, register, setRegister } from '../hart.ts';
import { handleBase } from './base.ts';
import { handlerOf } from './extensions.ts';
import { handleLegacy } from './legacy.ts';
import { GOES_ON_ELSEWHERE } from './result.ts';

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
  if (extension == SBI_BASE) return handleBase(hart, functionId);
  const handler = handlerOf(extension);
  return handler ? handler(hart, functionId) : SBI_ERR_NOT_SUPPORTED;
}
