/** Model-specific registers as firmware leaves them (Intel SDM 4). */
import type { X86Vcpu } from './vcpu.ts';

const IA32_MISC_ENABLE = 0x1a0;
const FAST_STRINGS = 1n << 0n;
const IA32_MTRR_DEF_TYPE = 0x2ff;
const MTRR_ENABLE = 1n << 11n;
const WRITE_BACK = 6n;

/** All memory is write-back, and string instructions are fast. A processor without one of these is left as it is. */
export function setStartMsrs(vcpu: X86Vcpu): void {
  vcpu.setMsrs([
    [IA32_MISC_ENABLE, FAST_STRINGS],
    [IA32_MTRR_DEF_TYPE, MTRR_ENABLE | WRITE_BACK],
  ]);
}
