/** SBI 3.0, "IPI Extension". */
import { INVALID_HARTS } from '../../lib/hart-mask.ts';
import { HVIP_VSSIP } from '../../rv/csr.ts';
import {
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NOT_SUPPORTED,
  SBI_IPI_SEND_IPI,
  SBI_PMU_FW_IPI_RECEIVED,
  SBI_PMU_FW_IPI_SENT,
} from '../../rv/sbi.ts';
import { vcpuOf } from '../guest/guest.ts';
import { raiseInterrupt } from '../vcpu/interrupts.ts';
import { countEvent } from '../vcpu/pmu.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { guestHarts } from './hart-list.ts';
import { fail, succeed } from './result.ts';

export function handleIpi(vcpu: Vcpu): u32 {
  if (vcpu.a6 != SBI_IPI_SEND_IPI) return fail(vcpu, SBI_ERR_NOT_SUPPORTED);
  const harts = guestHarts(vcpu.guest, vcpu.a0, vcpu.a1);
  if (harts == INVALID_HARTS) return fail(vcpu, SBI_ERR_INVALID_PARAM);
  sendIpi(vcpu, harts);
  return succeed(vcpu, 0);
}

/** Raises the supervisor software interrupt of each hart of the guest whose bit is set. */
export function sendIpi(vcpu: Vcpu, harts: u64): void {
  for (let id: usize = 0; harts; id++, harts >>= 1) {
    if (!(harts & 1)) continue;
    const receiver = vcpuOf(vcpu.guest, id);
    countEvent(vcpu.pmu, SBI_PMU_FW_IPI_SENT);
    countEvent(receiver.pmu, SBI_PMU_FW_IPI_RECEIVED);
    raiseInterrupt(receiver, HVIP_VSSIP);
  }
}
