/**
 * The host's hardware counters that can count guests alone: SBI 3.0, "Performance Monitoring Unit Extension", on harts with Sscofpmf, where
 * a counter leaves modes out. Each hart has them; those of `cycle` and `instret` leave nothing out and are not among them.
 *
 * They are numbered from 0. Functions that change one are for the hart that this runs on.
 */
import { csrr_cycle, csrr_hideleg, csrr_instret, csrr_scountovf, HIDELEG_LCOFIP } from '../../rv/csr.ts';
import {
  SBI_PMU_CONFIG_SET_MINH,
  SBI_PMU_CONFIG_SET_SINH,
  SBI_PMU_CONFIG_SET_UINH,
  SBI_PMU_INFO_CSR,
  SBI_PMU_INFO_FIRMWARE,
} from '../../rv/sbi.ts';
import { expectFault, Hart, takeFault } from '../harts/hart.ts';
import {
  hostConfigureCounter,
  hostCounterCount,
  hostCounterInfo,
  hostStartCounters,
  hostStopCounters,
} from './host-sbi.ts';

/** Of counters.S. */
declare function read_user_counter(number: u64): u64;

/** The first of the counters' CSRs. */
export const CSR_CYCLE: u64 = 0xc00;
const FIRST_PROGRAMMABLE: u64 = 3;
const MOST_COUNTERS: u64 = 29;
/** The firmware's number of a counter is a bit of a mask. */
const MOST_HOST_COUNTERS: u64 = 64;
/** The host's own modes. */
const GUESTS_ALONE: u64 = SBI_PMU_CONFIG_SET_UINH | SBI_PMU_CONFIG_SET_SINH | SBI_PMU_CONFIG_SET_MINH;

/** How many there are. */
export let hostCounters: u64 = 0;
/** Whether guests get the interrupt of a counter that passes its end (Shlcofideleg); sip.LCOFIP is theirs then. */
export let hasOverflowInterrupts: bool = false;
/** Whether `cycle` and `instret` can be read: the firmware decides. */
export let hasFixedCounters: bool = false;
/** By the counter's number: the bit of that which the firmware has for it, and its counter_info. */
const firmwareBits = new StaticArray<u64>(29);
const infos = new StaticArray<u64>(29);

/** On the hart that boots, taken to be like the others; it has delegated to guests what can be. */
export function probeHostCounters(hart: Hart): void {
  expectFault(hart);
  csrr_cycle();
  csrr_instret();
  hasFixedCounters = takeFault(hart) == 0;
  expectFault(hart);
  csrr_scountovf();
  if (takeFault(hart) != 0) return;
  const count = min(hostCounterCount(), MOST_HOST_COUNTERS);
  for (let number: u64 = 0; number < count && hostCounters < MOST_COUNTERS; number++) {
    const info = hostCounterInfo(number);
    if (info & SBI_PMU_INFO_FIRMWARE || (info & SBI_PMU_INFO_CSR) < CSR_CYCLE + FIRST_PROGRAMMABLE) continue;
    firmwareBits[<i32>hostCounters] = (<u64>1) << number;
    infos[<i32>hostCounters] = info;
    hostCounters++;
  }
  hasOverflowInterrupts = hostCounters != 0 && (csrr_hideleg() & HIDELEG_LCOFIP) != 0;
}

/** counter_info of the counter: its CSR and width, the same for a guest. */
export function counterInfo(counter: u64): u64 {
  return infos[<i32>counter];
}

/** The place of the counter's CSR behind `cycle`, 3 to 31: its bit in hcounteren, scounteren and scountovf. */
export function csrNumber(counter: u64): u64 {
  return (infos[<i32>counter] & SBI_PMU_INFO_CSR) - CSR_CYCLE;
}

/**
 * Makes the counter, which is not in use, count the event in guests from `value` on; `inhibited` are SBI_PMU_CONFIG_SET_VSINH and
 * SBI_PMU_CONFIG_SET_VUINH for the guest's modes that are left out.
 */
export function useCounter(hart: Hart, counter: u64, event: u64, data: u64, inhibited: u64, value: u64): void {
  const bit = firmwareBits[<i32>counter];
  if (!hostConfigureCounter(bit, GUESTS_ALONE | inhibited, event, data)) return;
  hart.counters |= bit;
  hostStartCounters(bit, value);
}

/** The counter is not in use any more. */
export function giveCounterBack(hart: Hart, counter: u64): void {
  const bit = firmwareBits[<i32>counter];
  hart.counters &= ~bit;
  hostStopCounters(bit);
}

/** None is in use any more. */
export function giveCountersBack(hart: Hart): void {
  if (!hart.counters) return;
  hostStopCounters(hart.counters);
  hart.counters = 0;
}

/** Whether the counter, which is not in use, can count the event. */
export function canCount(counter: u64, event: u64, data: u64): bool {
  return canOneCount(firmwareBits[<i32>counter], event, data);
}

/** Whether any can, none of which is in use. */
export function canAnyCount(event: u64, data: u64): bool {
  let all: u64 = 0;
  for (let counter: u64 = 0; counter < hostCounters; counter++) all |= firmwareBits[<i32>counter];
  return all != 0 && canOneCount(all, event, data);
}

function canOneCount(mask: u64, event: u64, data: u64): bool {
  const can = hostConfigureCounter(mask, GUESTS_ALONE, event, data);
  if (can) hostStopCounters(mask);
  return can;
}

/** What the counter, which is in use, has come to. */
export function counterValue(counter: u64): u64 {
  return read_user_counter(csrNumber(counter));
}

/** Whether it has passed its end since it was taken into use. */
export function hasOverflown(counter: u64): bool {
  return ((csrr_scountovf() >> csrNumber(counter)) & 1) != 0;
}
