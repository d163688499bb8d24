/**
 * The programmable counters 3 to 31: Priv. 1.13, "Hardware Performance Monitor", and Sscofpmf. An event selector is 0 for none, 1 for
 * cycles, 2 for retired instructions (the numbers that the SBI gives these events), with Sscofpmf's bits above.
 *
 * While a counter counts, its storage has what must be added to the source's count; while it does not, its value. The run loop ends
 * a stretch of instructions where a counter passes its end, as it does for timers.
 */
import {
  CSR_MHPMCOUNTER3,
  CSR_MHPMEVENT3,
  MHPMEVENT3_MINH,
  MHPMEVENT3_OF,
  MHPMEVENT3_SINH,
  MHPMEVENT3_UINH,
  MHPMEVENT3_VSINH,
  MHPMEVENT3_VUINH,
  MIP_LCOFIP,
} from './csr-constants.ts';
import {
  HART_HCOUNTEREN,
  HART_HPM_COUNTER,
  HART_HPM_COUNTING,
  HART_HPM_EVENT,
  HART_HPM_FILTERED,
  HART_HPM_SEEN,
  HART_MCOUNTEREN,
  HART_MCOUNTINHIBIT,
  HART_MIP,
} from './layout.ts';
import { isVirtual, PRIVILEGE_M, PRIVILEGE_U, privilege } from './mode.ts';
import { cyclesNow, retiredNow } from './time.ts';

const FIRST: u32 = 3;
const LAST: u32 = 31;
/** The CSR's number of what would be counter 0. */
const COUNTER_BASE: u32 = CSR_MHPMCOUNTER3 - FIRST;
const EVENT_BASE: u32 = CSR_MHPMEVENT3 - FIRST;

const SELECTOR: u64 = 0xff;
const EVENT_CYCLES: u64 = 1;
const EVENT_INSTRUCTIONS: u64 = 2;
const MODES: u64 = MHPMEVENT3_MINH | MHPMEVENT3_SINH | MHPMEVENT3_UINH | MHPMEVENT3_VSINH | MHPMEVENT3_VUINH;

/** A CSR instruction that stops or starts counting is not counted itself. */
const THE_INSTRUCTION: u64 = 1;

export function isHpmCounter(number: u32): bool {
  return number >= COUNTER_BASE + FIRST && number <= COUNTER_BASE + LAST;
}

export function isHpmEvent(number: u32): bool {
  return number >= EVENT_BASE + FIRST && number <= EVENT_BASE + LAST;
}

function eventOf(hart: usize, counter: u32): u64 {
  return load<u64>(hart + counter * 8, HART_HPM_EVENT);
}

function isCounting(hart: usize, counter: u32): bool {
  return ((load<u32>(hart, HART_HPM_COUNTING) >> counter) & 1) != 0;
}

/** The bit by which an event is not counted in the present mode. */
function inhibitBit(hart: usize): u64 {
  const mode = privilege(hart);
  if (mode == PRIVILEGE_M) return MHPMEVENT3_MINH;
  if (isVirtual(hart)) return mode == PRIVILEGE_U ? MHPMEVENT3_VUINH : MHPMEVENT3_VSINH;
  return mode == PRIVILEGE_U ? MHPMEVENT3_UINH : MHPMEVENT3_SINH;
}

function shouldCount(hart: usize, counter: u32): bool {
  const event = eventOf(hart, counter);
  if (!(event & SELECTOR) || event & inhibitBit(hart)) return false;
  return ((load<u64>(hart, HART_MCOUNTINHIBIT) >> counter) & 1) == 0;
}

function sourceOf(hart: usize, counter: u32): u64 {
  return (eventOf(hart, counter) & SELECTOR) == EVENT_CYCLES ? cyclesNow(hart) : retiredNow(hart);
}

function value(hart: usize, counter: u32): u64 {
  const stored = load<u64>(hart + counter * 8, HART_HPM_COUNTER);
  return isCounting(hart, counter) ? stored + sourceOf(hart, counter) : stored;
}

function setValue(hart: usize, counter: u32, to: u64): void {
  const stored = isCounting(hart, counter) ? to - sourceOf(hart, counter) : to;
  store<u64>(hart + counter * 8, stored, HART_HPM_COUNTER);
  store<u64>(hart + counter * 8, to, HART_HPM_SEEN);
}

/** Lets each counter count or not as is right now; `uncounted` instructions before now are not its. */
function settle(hart: usize, uncounted: u64): void {
  refreshCounters(hart);
  for (let counter = FIRST; counter <= LAST; counter++) {
    const counts = shouldCount(hart, counter);
    if (counts == isCounting(hart, counter)) continue;
    const now = value(hart, counter);
    const mask: u32 = 1 << counter;
    const counting = load<u32>(hart, HART_HPM_COUNTING);
    store<u32>(hart, counts ? counting | mask : counting & ~mask, HART_HPM_COUNTING);
    setValue(hart, counter, counts ? now : now - uncounted);
  }
}

/** After the hart's mode has changed. */
export function countersChangeMode(hart: usize): void {
  if (load<u32>(hart, HART_HPM_FILTERED)) settle(hart, 0);
}

/** After mcountinhibit has changed. */
export function countersChangeInhibition(hart: usize): void {
  settle(hart, THE_INSTRUCTION);
}

/** Notices which counters have passed their end since the last look: OF, and an interrupt if OF was 0. */
export function refreshCounters(hart: usize): void {
  for (let rest = load<u32>(hart, HART_HPM_COUNTING); rest; rest &= rest - 1) {
    const counter = ctz(rest);
    const now = value(hart, counter);
    const seen = load<u64>(hart + counter * 8, HART_HPM_SEEN);
    store<u64>(hart + counter * 8, now, HART_HPM_SEEN);
    if (now >= seen) continue;
    const event = eventOf(hart, counter);
    if (!(event & MHPMEVENT3_OF)) store<u64>(hart, load<u64>(hart, HART_MIP) | MIP_LCOFIP, HART_MIP);
    store<u64>(hart + counter * 8, event | MHPMEVENT3_OF, HART_HPM_EVENT);
  }
}

/** The largest grant of at most `instructions` that does not run past a counter's end. */
export function grantBeforeOverflow(hart: usize, instructions: u32): u32 {
  let granted = instructions;
  for (let rest = load<u32>(hart, HART_HPM_COUNTING); rest; rest &= rest - 1) {
    const distance = 0 - value(hart, ctz(rest));
    if (distance != 0 && distance < <u64>granted) granted = <u32>distance;
  }
  return granted;
}

/** mhpmcounter as an instruction reads it: what came before that instruction. */
export function readHpmCounter(hart: usize, number: u32): u64 {
  const counter = number - COUNTER_BASE;
  const now = value(hart, counter);
  return isCounting(hart, counter) ? now - THE_INSTRUCTION : now;
}

export function writeHpmCounter(hart: usize, number: u32, to: u64): void {
  setValue(hart, number - COUNTER_BASE, to);
}

export function readHpmEvent(hart: usize, number: u32): u64 {
  return eventOf(hart, number - EVENT_BASE);
}

/** A selector of no event is written as 0. */
export function writeHpmEvent(hart: usize, number: u32, to: u64): void {
  const counter = number - EVENT_BASE;
  const inhibited = load<u64>(hart, HART_MCOUNTINHIBIT);
  // The old event's count ends here.
  store<u64>(hart, inhibited | ((<u64>1) << counter), HART_MCOUNTINHIBIT);
  settle(hart, THE_INSTRUCTION);
  store<u64>(hart, inhibited, HART_MCOUNTINHIBIT);
  const selector = to & ~(MODES | MHPMEVENT3_OF);
  const known = selector == EVENT_CYCLES || selector == EVENT_INSTRUCTIONS;
  const event = (to & (MODES | MHPMEVENT3_OF)) | (known ? selector : 0);
  store<u64>(hart + counter * 8, event, HART_HPM_EVENT);
  store<u32>(hart, anyFiltered(hart) ? 1 : 0, HART_HPM_FILTERED);
  settle(hart, THE_INSTRUCTION);
}

function anyFiltered(hart: usize): bool {
  for (let counter = FIRST; counter <= LAST; counter++) if (eventOf(hart, counter) & MODES) return true;
  return false;
}

/** The OF bits of all counters that the present mode may read. */
export function readCountOverflow(hart: usize): u64 {
  let bits: u64 = 0;
  for (let counter = FIRST; counter <= LAST; counter++) {
    if (eventOf(hart, counter) & MHPMEVENT3_OF) bits |= (<u64>1) << counter;
  }
  if (privilege(hart) != PRIVILEGE_M) bits &= load<u64>(hart, HART_MCOUNTEREN);
  return isVirtual(hart) ? bits & load<u64>(hart, HART_HCOUNTEREN) : bits;
}
