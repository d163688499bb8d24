/** What a handler of an exit decides. */

/** The guest runs the same instruction again. */
export const RETRY: u32 = 0;
/** The instruction, of 4 bytes, is done: the guest goes on behind it. */
export const NEXT: u32 = 1;
/** As NEXT, and other guests run first. */
export const YIELD: u32 = 2;
/** The guest goes on where the handler has put sepc: in its trap vector, or behind a compressed instruction. */
export const RESUME: u32 = 3;
/** The guest's state is not GUEST_RUNNING any more. */
export const STOP: u32 = 4;
/** The guest goes on, but another's turn has come. */
export const RESCHEDULE: u32 = 5;
