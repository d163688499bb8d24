/** LR, SC and AMOs: Unprivileged ISA, "A Extension for Atomic Instructions". They want alignment, and RAM. */
import { ACCESS_READ, ACCESS_WRITE, accessFault } from './access.ts';
import { LOAD_ADDRESS_MISALIGNED, STORE_ADDRESS_MISALIGNED } from './causes.ts';
import {
  OP_AMOADD_D,
  OP_AMOADD_W,
  OP_AMOAND_D,
  OP_AMOAND_W,
  OP_AMOMAX_D,
  OP_AMOMAX_W,
  OP_AMOMAXU_D,
  OP_AMOMAXU_W,
  OP_AMOMIN_D,
  OP_AMOMIN_W,
  OP_AMOMINU_D,
  OP_AMOMINU_W,
  OP_AMOOR_D,
  OP_AMOOR_W,
  OP_AMOXOR_D,
  OP_AMOXOR_W,
} from './decoder.generated.ts';
import {
  HART_PHYSICAL,
  HART_RESERVATION,
  HART_RESERVATION_SHOWN,
  SLOT_RD,
  SLOT_RS1,
  SLOT_RS2,
  TLB_ADDEND,
  TLB_WRITE_TAG,
} from './layout.ts';
import { NO_RESERVATION, RESERVATION_MASK, stored } from './memory.ts';
import { CONTEXT_V, dataContext } from './mode.ts';
import { ramAt, readLinear, writeLinear } from './physical.ts';
import { dataEntry, dataTable, enterData } from './tlb.ts';
import { translate } from './translate.ts';
import { raise } from './trap.ts';

function signExtended(value: u64, size: u32): u64 {
  return size == 4 ? <u64>(<i64>(<i32>value)) : value;
}

function setRd(hart: usize, slot: usize, value: u64): void {
  const rd = load<u8>(slot, SLOT_RD);
  if (rd) store<u64>(hart + rd, value);
}

export function loadReserved(hart: usize, slot: usize, size: u32): bool {
  const va = load<u64>(hart + load<u8>(slot, SLOT_RS1));
  const context = dataContext(hart);
  const virtualized = (context & CONTEXT_V) != 0;
  if (va & (size - 1)) return raise(hart, LOAD_ADDRESS_MISALIGNED, va, virtualized);
  if (!translate(hart, context, va, size, ACCESS_READ)) return false;
  const pa = load<u64>(hart, HART_PHYSICAL);
  const linear = ramAt(pa, size);
  if (!linear) return raise(hart, accessFault(ACCESS_READ), va, virtualized);
  store<u64>(hart, pa & RESERVATION_MASK, HART_RESERVATION);
  store<u32>(hart, 0, HART_RESERVATION_SHOWN);
  setRd(hart, slot, signExtended(readLinear(linear, size), size));
  return true;
}

export function storeConditional(hart: usize, slot: usize, size: u32): bool {
  const va = load<u64>(hart + load<u8>(slot, SLOT_RS1));
  const context = dataContext(hart);
  const virtualized = (context & CONTEXT_V) != 0;
  if (va & (size - 1)) return raise(hart, STORE_ADDRESS_MISALIGNED, va, virtualized);
  if (!translate(hart, context, va, size, ACCESS_WRITE)) return false;
  const pa = load<u64>(hart, HART_PHYSICAL);
  const linear = ramAt(pa, size);
  if (!linear) return raise(hart, accessFault(ACCESS_WRITE), va, virtualized);
  const reserved = load<u64>(hart, HART_RESERVATION) == (pa & RESERVATION_MASK);
  store<u64>(hart, NO_RESERVATION, HART_RESERVATION);
  if (reserved) {
    writeLinear(linear, size, load<u64>(hart + load<u8>(slot, SLOT_RS2)));
    stored(hart, pa, linear, size);
  }
  setRd(hart, slot, reserved ? 0 : 1);
  return true;
}

/** The new value; of word operations the operands are sign-extended and only the low half is stored. */
function combine(op: u32, old: u64, operand: u64): u64 {
  switch (op) {
    case OP_AMOADD_W:
    case OP_AMOADD_D:
      return old + operand;
    case OP_AMOXOR_W:
    case OP_AMOXOR_D:
      return old ^ operand;
    case OP_AMOAND_W:
    case OP_AMOAND_D:
      return old & operand;
    case OP_AMOOR_W:
    case OP_AMOOR_D:
      return old | operand;
    case OP_AMOMIN_W:
    case OP_AMOMIN_D:
      return <i64>old < <i64>operand ? old : operand;
    case OP_AMOMAX_W:
    case OP_AMOMAX_D:
      return <i64>old > <i64>operand ? old : operand;
    // Sign extension keeps the order of unsigned words.
    case OP_AMOMINU_W:
    case OP_AMOMINU_D:
      return old < operand ? old : operand;
    case OP_AMOMAXU_W:
    case OP_AMOMAXU_D:
      return old > operand ? old : operand;
  }
  return operand;
}

export function atomic(hart: usize, slot: usize, size: u32): bool {
  const va = load<u64>(hart + load<u8>(slot, SLOT_RS1));
  const context = dataContext(hart);
  const virtualized = (context & CONTEXT_V) != 0;
  if (va & (size - 1)) return raise(hart, STORE_ADDRESS_MISALIGNED, va, virtualized);
  const entry = dataEntry(dataTable(hart, context), va);
  const unwatched = load<u64>(entry, TLB_WRITE_TAG) == (va & ~(<u64>0xfff));
  let linear = <usize>(<u32>va + load<u32>(entry, TLB_ADDEND));
  if (!unwatched) {
    if (!translate(hart, context, va, size, ACCESS_WRITE)) return false;
    linear = ramAt(load<u64>(hart, HART_PHYSICAL), size);
    if (!linear) return raise(hart, accessFault(ACCESS_WRITE), va, virtualized);
  }
  const old = signExtended(readLinear(linear, size), size);
  const operand = signExtended(load<u64>(hart + load<u8>(slot, SLOT_RS2)), size);
  writeLinear(linear, size, combine(load<u16>(slot), old, operand));
  if (!unwatched) {
    const pa = load<u64>(hart, HART_PHYSICAL);
    stored(hart, pa, linear, size);
    enterData(hart, context, va, pa, linear, true);
  }
  setRd(hart, slot, old);
  return true;
}
