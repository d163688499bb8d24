/**
 * Loads and stores by virtual address, where the interpreter's look-up in the TLB has not found the page, and for
 * everything rarer. Misaligned ones are done here: RAM takes them anywhere, devices not at all.
 */
import { ACCESS_READ, ACCESS_WRITE, accessFault } from './access.ts';
import { codeWritten } from './code.ts';
import { tohostWritten } from './host.ts';
import { HART_PHYSICAL, HART_RECHECK, HART_RESERVATION, HART_VALUE, MACHINE_HARTS, MACHINE_TOHOST } from './layout.ts';
import { CONTEXT_V } from './mode.ts';
import { ramAt, readable, readDevice, readLinear, writeDevice, writeLinear } from './physical.ts';
import { enterData, hartAt } from './tlb.ts';
import { translate } from './translate.ts';
import { raise } from './trap.ts';

/** Harts reserve 64 bytes, the size of a cache line (Zic64b). */
export const RESERVATION_SIZE: u64 = 64;
export const RESERVATION_MASK: u64 = ~(RESERVATION_SIZE - 1);
export const NO_RESERVATION: u64 = ~(<u64>0);

function fault(hart: usize, context: u32, va: u64, access: u32): bool {
  return raise(hart, accessFault(access), va, (context & CONTEXT_V) != 0);
}

function bytesInPage(va: u64, size: u32): u32 {
  const left: u32 = 0x1000 - (<u32>va & 0xfff);
  return left < size ? left : size;
}

/** Loads `size` (1, 2, 4, 8) bytes to HART_VALUE, zero-extended; false having raised. `access` is a kind of read. */
export function loadFrom(hart: usize, context: u32, va: u64, size: u32, access: u32): bool {
  const first = bytesInPage(va, size);
  if (first < size) return loadAcross(hart, context, va, first, size, access);
  if (!translate(hart, context, va, size, access)) return false;
  const pa = load<u64>(hart, HART_PHYSICAL);
  const linear = readable(pa, size);
  if (linear) {
    store<u64>(hart, readLinear(linear, size), HART_VALUE);
    if (access == ACCESS_READ) enterData(hart, context, va, pa, linear, false);
    return true;
  }
  return readDevice(hart, pa, size, hart + HART_VALUE) || fault(hart, context, va, access);
}

/** A load over a page boundary: `first` bytes before it. */
function loadAcross(hart: usize, context: u32, va: u64, first: u32, size: u32, access: u32): bool {
  let value: u64 = 0;
  for (let done: u32 = 0; done < size; done++) {
    // One translation a page: the part's address is what xtval reports (Priv. 1.13, "stval").
    if (done == 0 || done == first) {
      if (!translate(hart, context, va + done, done ? size - first : first, access)) return false;
    }
    const pa = load<u64>(hart, HART_PHYSICAL) + (done < first ? done : done - first);
    const linear = readable(pa, 1);
    if (!linear) return fault(hart, context, done < first ? va : va + first, access);
    value |= (<u64>load<u8>(linear)) << (done * 8);
  }
  store<u64>(hart, value, HART_VALUE);
  return true;
}

/** Ends the reservations on any of `size` bytes (at most a page) that harts other than `writer` hold. */
export function endReservations(writer: usize, pa: u64, size: u64): void {
  const harts = load<u32>(MACHINE_HARTS);
  for (let number: u32 = 0; number < harts; number++) {
    const other = hartAt(number);
    const reserved = load<u64>(other, HART_RESERVATION);
    if (other == writer || reserved == NO_RESERVATION) continue;
    if (reserved + RESERVATION_SIZE > pa && reserved < pa + size) store<u64>(other, NO_RESERVATION, HART_RESERVATION);
  }
}

/** What a store to RAM concerns besides memory: decoded code, reservations of other harts, the watched doubleword. */
export function stored(hart: usize, pa: u64, linear: usize, size: u32): void {
  codeWritten(linear, size);
  endReservations(hart, pa, size);
  if ((load<u64>(MACHINE_TOHOST) ^ pa) < 8) {
    tohostWritten();
    store<u32>(hart, 1, HART_RECHECK);
  }
}

/** Stores the low `size` (1, 2, 4, 8) bytes of `value`; false having raised, with nothing stored. */
export function storeTo(hart: usize, context: u32, va: u64, size: u32, value: u64): bool {
  const first = bytesInPage(va, size);
  if (first < size) return storeAcross(hart, context, va, first, size, value);
  if (!translate(hart, context, va, size, ACCESS_WRITE)) return false;
  const pa = load<u64>(hart, HART_PHYSICAL);
  const linear = ramAt(pa, size);
  if (linear) {
    writeLinear(linear, size, value);
    stored(hart, pa, linear, size);
    enterData(hart, context, va, pa, linear, true);
    return true;
  }
  return writeDevice(hart, pa, size, value) || fault(hart, context, va, ACCESS_WRITE);
}

function storeAcross(hart: usize, context: u32, va: u64, first: u32, size: u32, value: u64): bool {
  if (!translate(hart, context, va, first, ACCESS_WRITE)) return false;
  const lowPa = load<u64>(hart, HART_PHYSICAL);
  const low = ramAt(lowPa, first);
  if (!low) return fault(hart, context, va, ACCESS_WRITE);
  if (!translate(hart, context, va + first, size - first, ACCESS_WRITE)) return false;
  const highPa = load<u64>(hart, HART_PHYSICAL);
  const high = ramAt(highPa, size - first);
  if (!high) return fault(hart, context, va + first, ACCESS_WRITE);
  for (let done: u32 = 0; done < size; done++) {
    store<u8>(done < first ? low + done : high + (done - first), <u8>(value >> (done * 8)));
  }
  stored(hart, lowPa, low, first);
  stored(hart, highPa, high, size - first);
  return true;
}
