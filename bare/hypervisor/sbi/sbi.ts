/**
 * SBI calls of guests: RISC-V Supervisor Binary Interface 3.0, "Binary Encoding". a7 is the extension, a6 the function; an error
 * comes back in a0 and a value in a1, but legacy calls answer in a0 alone.
 */
import { SBI_BASE, SBI_ERR_NOT_SUPPORTED } from '../../rv/sbi.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { handleBase } from './base.ts';
import { handlerOf, SbiHandler } from './extensions.ts';
import { fail } from './result.ts';

export function handleSbiCall(vcpu: Vcpu): u32 {
  if (vcpu.a7 == SBI_BASE) return handleBase(vcpu);
  return handleOther(vcpu);
}

/** Called by its address, so that the compiler does not put it into its caller, which would get the larger frame that this needs. */
const handleOther: SbiHandler = callHandler;

function callHandler(vcpu: Vcpu): u32 {
  const handler = handlerOf(vcpu.a7);
  return handler ? handler(vcpu) : fail(vcpu, SBI_ERR_NOT_SUPPORTED);
}
