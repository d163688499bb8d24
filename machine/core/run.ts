/** The run loop of a hart: what happens between stretches of instructions. */
import {
  ILLEGAL_INSTRUCTION,
  INSTRUCTION_GUEST_PAGE_FAULT,
  INSTRUCTION_PAGE_FAULT,
  LOAD_ADDRESS_MISALIGNED,
  VIRTUAL_INSTRUCTION,
} from './causes.ts';
import { execute } from './execute.ts';
import { grantBeforeOverflow, refreshCounters } from './hpm.ts';
import { NO_INTERRUPT, nextInterrupt, wakes } from './interrupts.ts';
import {
  EXIT_BREAKPOINT,
  EXIT_BUDGET,
  EXIT_STOP,
  EXIT_WAITING,
  HART_CYCLES,
  HART_EXECUTED,
  HART_GRANTED,
  HART_LAST_EXECUTED,
  HART_LEFT,
  HART_PASS_BREAKPOINT,
  HART_RECHECK,
  HART_RESERVATION,
  HART_RESERVATION_SHOWN,
  HART_TRAP_BITS,
  HART_TRAP_CAUSE,
  HART_TRAP_TINST,
  HART_TRAP_TVAL,
  HART_TRAPS,
  HART_WAITING,
  MACHINE_HARTS,
  MACHINE_STOP,
} from './layout.ts';
import { NO_RESERVATION } from './memory.ts';
import { BREAK, TRAP } from './outcome.ts';
import { grantBeforeTimer, refreshTimers } from './time.ts';
import { transformed } from './tinst.ts';
import { dropWriteEntries, hartAt } from './tlb.ts';
import { takeInterrupt, takeTrap } from './trap.ts';

/** Exceptions of an explicit load, store or atomic access. */
function isDataFault(cause: u64): bool {
  if (cause == INSTRUCTION_PAGE_FAULT || cause == INSTRUCTION_GUEST_PAGE_FAULT) return false;
  return cause >= LOAD_ADDRESS_MISALIGNED && !(cause >= 8 && cause <= 11) && cause != VIRTUAL_INSTRUCTION;
}

/** Adds what depends on the instruction's bits, and takes the exception. */
function completeTrap(hart: usize): void {
  const cause = load<u64>(hart, HART_TRAP_CAUSE);
  const bits = load<u32>(hart, HART_TRAP_BITS);
  if (cause == ILLEGAL_INSTRUCTION || cause == VIRTUAL_INSTRUCTION) store<u64>(hart, bits, HART_TRAP_TVAL);
  if (isDataFault(cause) && load<u64>(hart, HART_TRAP_TINST) == 0) {
    store<u64>(hart, transformed(hart, bits, load<u64>(hart, HART_TRAP_TVAL)), HART_TRAP_TINST);
  }
  store<u64>(hart, load<u64>(hart, HART_TRAPS) + 1, HART_TRAPS);
  takeTrap(hart);
}

/** What other harts have reserved must not be stored to unseen while this one runs. */
function showReservations(hart: usize): void {
  const harts = load<u32>(MACHINE_HARTS);
  for (let number: u32 = 0; number < harts; number++) {
    const other = hartAt(number);
    const reserved = load<u64>(other, HART_RESERVATION);
    if (other == hart || reserved == NO_RESERVATION || load<u32>(other, HART_RESERVATION_SHOWN)) continue;
    store<u32>(other, 1, HART_RESERVATION_SHOWN);
    dropWriteEntries(reserved);
  }
}

/** Runs until `budget` is used up or something ends the turn; HART_EXECUTED counts. */
function turn(hart: usize, budget: u32): u32 {
  while (true) {
    refreshTimers(hart);
    refreshCounters(hart);
    if (load<u32>(hart, HART_WAITING)) {
      if (!wakes(hart)) return EXIT_WAITING;
      store<u32>(hart, 0, HART_WAITING);
    }
    if (load<u32>(MACHINE_STOP)) return EXIT_STOP;
    const interrupt = nextInterrupt(hart);
    if (interrupt != NO_INTERRUPT) takeInterrupt(hart, interrupt);
    const left = budget - load<u32>(hart, HART_EXECUTED);
    if (!left) return EXIT_BUDGET;
    const granted = grantBeforeOverflow(hart, grantBeforeTimer(hart, left));
    store<u32>(hart, granted, HART_GRANTED);
    store<u32>(hart, granted, HART_LEFT);
    store<u32>(hart, 0, HART_RECHECK);
    const outcome = execute(hart);
    if (outcome == TRAP) completeTrap(hart);
    const used = granted - load<u32>(hart, HART_LEFT);
    store<u32>(hart, load<u32>(hart, HART_EXECUTED) + used, HART_EXECUTED);
    store<u32>(hart, 0, HART_GRANTED);
    store<u32>(hart, 0, HART_LEFT);
    if (outcome == BREAK) return EXIT_BREAKPOINT;
  }
}

export function run(hart: usize, budget: u32): u32 {
  showReservations(hart);
  const reason = turn(hart, budget);
  const executed = load<u32>(hart, HART_EXECUTED);
  store<u64>(hart, load<u64>(hart, HART_CYCLES) + <u64>executed, HART_CYCLES);
  store<u32>(hart, executed, HART_LAST_EXECUTED);
  store<u32>(hart, 0, HART_EXECUTED);
  store<u32>(hart, 0, HART_PASS_BREAKPOINT);
  return reason;
}
