/**
 * HART_FLOAT_READY: what the interpreter's own cases of floating-point instructions rely on, each testing one bit.
 *
 *   bits 0-4, 7  for each value of an instruction's rm field: rounding is to nearest even, and the only flag that an
 *                ordinary result could raise, inexact, is raised already; so the host's arithmetic is all it takes
 *   bit 5        instructions that only read floating-point registers are allowed
 *   bit 6        so are those that write, and FS says dirty already
 */

/** The rm field that takes the rounding mode from frm. */
export const DYNAMIC: u32 = 7;

export const READY_TO_READ: u32 = 1 << 5;
export const READY_TO_WRITE: u32 = 1 << 6;
