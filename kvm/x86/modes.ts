/** The states in which guests are entered: real mode, 32-bit protected mode, 64-bit long mode (Intel SDM 3, chapters 2 to 5). */
import type { Segment } from './api.ts';
import type { X86Vcpu } from './vcpu.ts';

/** Bit 1 of RFLAGS always reads 1. */
export const RFLAGS_RESERVED = 2n;

/** Real mode, at an address below 1 MiB: CS is the paragraph that makes IP smallest, other segments are 0. */
export function enterRealMode(vcpu: X86Vcpu, address: number): void {
  if (!Number.isInteger(address) || address < 0 || address >= 0x10_0000) {
    throw new RangeError(`real mode reaches addresses below 1 MiB, not 0x${address.toString(16)}`);
  }
  // Below 64 KiB with CS 0, so that addresses in the program are what they are linked to.
  const base = address < 0x1_0000 ? 0 : address & ~0xf;
  const { cs, ds, es, fs, gs, ss } = vcpu.getSpecialRegisters();
  const data = (segment: Segment) => ({ ...segment, selector: 0, base: 0n });
  vcpu.setSpecialRegisters({
    cs: { ...cs, selector: base >> 4, base: BigInt(base) },
    ds: data(ds),
    es: data(es),
    fs: data(fs),
    gs: data(gs),
    ss: data(ss),
  });
  vcpu.setRegisters({ rip: BigInt(address - base), rflags: RFLAGS_RESERVED });
}
