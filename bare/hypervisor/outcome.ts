/** What a handler of an exit decides. */

/** The guest runs the same instruction again. */
export const RETRY: u32 = 0;
/** The instruction, of 4 bytes, is done: the guest goes on behind it. */
export const NEXT: u32 = 1;
/** As NEXT, when an interrupt comes that the vCPU has enabled; others run until then. */
export const YIELD: u32 = 2;
/** The guest goes on where the handler has put sepc: in its trap vector, or behind a compressed instruction. */
export const RESUME: u32 = 3;
/** The vCPU gives its hart up for good: it has stopped itself, or its guest is over. */
export const STOP: u32 = 4;
/** The vCPU can go on, but another's turn may have come. */
export const RESCHEDULE: u32 = 5;
/** Another hart has something for this vCPU. */
export const KICKED: u32 = 6;
/** The vCPU waits, as with YIELD, and goes on where sepc now points. */
export const SUSPEND: u32 = 7;
