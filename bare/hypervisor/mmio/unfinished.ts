/**
 * Work that a register write asks for and that would hold the hart too long in one piece. The device does a part and leaves it
 * unfinished; the guest then executes the same store again, and in between everybody else has a turn.
 */
let isUnfinished: bool = false;

/** What the register write that is being served asked for is not done: it will be written again. */
export function leaveUnfinished(): void {
  isUnfinished = true;
}

/** Whether that has happened since the last time. */
export function takeUnfinished(): bool {
  const result = isUnfinished;
  isUnfinished = false;
  return result;
}
