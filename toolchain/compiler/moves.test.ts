import { describe, expect, it } from 'vitest';
import { CONSTANT, type Move, move, moveConstant } from './machine.ts';
import { sequentialise } from './moves.ts';
import { Random } from './testing/generate.ts';

const SCRATCH = 5;
const FIRST = 10;

/** What registers hold after the moves one by one; in the beginning each holds its number. */
function run(moves: readonly Move[]): Map<number, bigint> {
  const registers = new Map<number, bigint>();
  const get = (register: number): bigint => registers.get(register) ?? BigInt(register);
  for (const { to, from, constant } of moves) registers.set(to, from === CONSTANT ? constant! : get(from));
  return registers;
}

describe('sequentialise', () => {
  it('does in order what the moves do at once', () => {
    const random = new Random(3);
    for (let round = 0; round < 500; round++) {
      const destinations = Array.from({ length: 8 }, (_, i) => FIRST + i).filter(() => random.chance(80));
      const moves = destinations.map((to) =>
        random.chance(10) ? moveConstant(to, -7n) : move(to, FIRST + random.below(8)),
      );
      const after = run(sequentialise(moves, SCRATCH));
      for (const { to, from } of moves)
        expect(after.get(to) ?? BigInt(to)).toBe(from === CONSTANT ? -7n : BigInt(from));
    }
  });

  it('needs no scratch register without a cycle', () => {
    const ordered = sequentialise([move(10, 11), move(11, 12), move(12, 13)], SCRATCH);
    expect(ordered.map(({ to }) => to)).toEqual([10, 11, 12]);
  });
});
