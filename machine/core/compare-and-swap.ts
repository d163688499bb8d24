/** amocas: Unprivileged ISA, "Zacas". It wants alignment, RAM, and that a store is allowed, even if it does not swap. */
import { ACCESS_WRITE, accessFault } from './access.ts';
import { STORE_ADDRESS_MISALIGNED } from './causes.ts';
import { HART_PHYSICAL, SLOT_RD, SLOT_RS1, SLOT_RS2 } from './layout.ts';
import { stored } from './memory.ts';
import { CONTEXT_V, dataContext } from './mode.ts';
import { ramAt, readLinear, writeLinear } from './physical.ts';
import { translate } from './translate.ts';
import { raise, raiseIllegal } from './trap.ts';

/** Linear address that rs1 points at, `size` bytes that may be written; 0 having raised. */
function operandAt(hart: usize, slot: usize, size: u32): usize {
  const va = load<u64>(hart + load<u8>(slot, SLOT_RS1));
  const context = dataContext(hart);
  const virtualized = (context & CONTEXT_V) != 0;
  if (va & (size - 1)) {
    raise(hart, STORE_ADDRESS_MISALIGNED, va, virtualized);
    return 0;
  }
  if (!translate(hart, context, va, size, ACCESS_WRITE)) return 0;
  const linear = ramAt(load<u64>(hart, HART_PHYSICAL), size);
  if (!linear) raise(hart, accessFault(ACCESS_WRITE), va, virtualized);
  return linear;
}

/** amocas.w and amocas.d: only the compared half of rd counts, and the whole of it is written. */
export function compareAndSwap(hart: usize, slot: usize, size: u32): bool {
  const linear = operandAt(hart, slot, size);
  if (!linear) return false;
  const unused: u64 = 64 - size * 8;
  const rd = load<u8>(slot, SLOT_RD);
  const old = readLinear(linear, size);
  if (old << unused == load<u64>(hart + rd) << unused) {
    writeLinear(linear, size, load<u64>(hart + load<u8>(slot, SLOT_RS2)));
    stored(hart, load<u64>(hart, HART_PHYSICAL), linear, size);
  }
  if (rd) store<u64>(hart + rd, <u64>(<i64>(old << unused) >> unused));
  return true;
}

/** The second register of a pair: that of x0 is x0. */
function secondOf(register: usize): usize {
  return register ? register + 8 : 0;
}

/** amocas.q: rd and rs2 are pairs, whose first register is even. */
export function compareAndSwapPair(hart: usize, slot: usize): bool {
  const rd: usize = load<u8>(slot, SLOT_RD);
  const rs2: usize = load<u8>(slot, SLOT_RS2);
  if ((rd | rs2) & 8) return raiseIllegal(hart);
  const linear = operandAt(hart, slot, 16);
  if (!linear) return false;
  const low = load<u64>(linear);
  const high = load<u64>(linear, 8);
  if (low == load<u64>(hart + rd) && high == load<u64>(hart + secondOf(rd))) {
    store<u64>(linear, load<u64>(hart + rs2));
    store<u64>(linear, load<u64>(hart + secondOf(rs2)), 8);
    stored(hart, load<u64>(hart, HART_PHYSICAL), linear, 16);
  }
  if (rd) {
    store<u64>(hart + rd, low);
    store<u64>(hart + secondOf(rd), high);
  }
  return true;
}
