/** Moves that happen at once, in an order in which none overwrites the source of another. */
import { CONSTANT, type Move } from './machine.ts';

/** `scratch` is a register that none of the moves names; moves through it break cycles. */
export function sequentialise(moves: readonly Move[], scratch: number): Move[] {
  const ordered: Move[] = [];
  const pending = moves.filter(({ to, from }) => to !== from).map((m) => ({ ...m }));
  // Constants last: they overwrite places and read none.
  const constants = pending.filter(({ from }) => from === CONSTANT);
  const rest = pending.filter(({ from }) => from !== CONSTANT);
  while (rest.length > 0) {
    const free = rest.findIndex((m) => !rest.some((other) => other !== m && other.from === m.to));
    if (free >= 0) {
      ordered.push(...rest.splice(free, 1));
      continue;
    }
    // Every destination is still a source: keep one of them aside.
    const saved = rest[0]!.to;
    ordered.push({ to: scratch, from: saved, constant: undefined });
    for (const m of rest) if (m.from === saved) m.from = scratch;
  }
  return [...ordered, ...constants];
}
