/** How an instruction, or a run of them, ended. */

/** Go on with the next instruction. */
export const DONE: u32 = 0;
/** It completed, but interrupts, translation or the host may have something to say before the next. */
export const RECHECK: u32 = 1;
/** It raised an exception and changed nothing. */
export const TRAP: u32 = 2;
/** It completed and HART_PC is where to go on. */
export const JUMPED: u32 = 3;
/** No instruction is left of the grant. */
export const SPENT: u32 = 4;
/** There is a breakpoint here. */
export const BREAK: u32 = 5;
