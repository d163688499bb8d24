/**
 * Work that a register write asks for and that would hold the hart too long in one piece. The device does a part and leaves it
 * unfinished; the guest then executes the same store again, and in between everybody else has a turn.
 */

/** The register write that is being served has asked for more than was done: it will be written again. */
export let isUnfinished: bool = false;

/** Before a register is written. */
export function startAfresh(): void {
  isUnfinished = false;
}

export function leaveUnfinished(): void {
  isUnfinished = true;
}
