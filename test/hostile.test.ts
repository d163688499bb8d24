/** Whatever a guest does, the hypervisor and a well-behaved neighbour go on: each hostile guest runs between two neighbours. */
import { expect, test } from 'vitest';
import { MemoryDisk } from '../devices/disk/memory-disk.ts';
import { hostileGuests } from './hostile-guests.ts';
import { endOf, runGuests } from './hypervisor-run.ts';
import { randomProgram } from './random-program.ts';

const NEIGHBOUR = 'bare/guests/abc.S';

function expectNeighboursWell(output: string): void {
  expect(output).toContain('[abc] ABC');
  expect(output).toContain('[abc-2] ABC');
  expect(endOf(output, 'abc')).toBe('shut down');
  expect(endOf(output, 'abc-2')).toBe('shut down');
  expect(output).not.toContain('panic');
}

test.each(hostileGuests())('$name', async ({ name, path, end, prints }) => {
  const disks = [0, 1, 2].map(() => new MemoryDisk(new Uint8Array(64 * 512)));
  const { output, stop } = await runGuests([NEIGHBOUR, path, NEIGHBOUR], {
    instructions: 60_000_000,
    disks,
    net: true,
  });
  expectNeighboursWell(output);
  expect(endOf(output, name)).toBe(end);
  if (prints !== undefined) expect(output).toContain(`[${name}] ${prints}`);
  expect(stop.kind).toBe(end === undefined ? 'instructions' : end === 'shut down' ? 'pass' : 'fail');
});

// Programs of random instructions of every extension, the hypervisor's and the privileged ones among them, in registers of random
// values. A trap skips the instruction, so that all of them are tried.
const SEEDS = Array.from({ length: 24 }, (_, seed) => seed + 1);
let cameThrough = 0;
test.each(SEEDS)('random instructions, seed %i', async (seed) => {
  const image = { path: 'random', bytes: randomProgram(seed, 4000) };
  const { output } = await runGuests([NEIGHBOUR, image, NEIGHBOUR], { instructions: 20_000_000 });
  expectNeighboursWell(output);
  const exits = Number(/random: shut down\r?\n.*exits: (\d+)/.exec(output)?.[1] ?? 0);
  if (exits > 500) cameThrough++;
});

test('most random programs come to their end, and meet the hypervisor hundreds of times on the way', () => {
  // The others have overwritten their own code.
  expect(cameThrough).toBeGreaterThan(SEEDS.length / 2);
});
