/** What a handler of an exit decides. */

/** The guest runs the same instruction again. */
export const RETRY: u32 = 0;
/** The instruction is done: the guest goes on behind it. Every instruction that traps to be emulated is 4 bytes long. */
export const NEXT: u32 = 1;
/** As NEXT, and other guests run first. */
export const YIELD: u32 = 2;
/** The handler has put a trap into the guest: it goes on where sepc now points. */
export const INJECTED: u32 = 3;
/** The guest's state is not GUEST_RUNNING any more. */
export const STOP: u32 = 4;
/** The guest goes on, but another's turn has come. */
export const RESCHEDULE: u32 = 5;
