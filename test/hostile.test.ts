/** Whatever a guest does, the hypervisor and a well-behaved neighbour go on: each hostile guest runs between two neighbours. */
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { endOf, runGuests } from './hypervisor-run.ts';
import { randomProgram } from './random-program.ts';

const FOLDER = 'bare/guests/hostile';
const NEIGHBOUR = 'bare/guests/abc.S';

/** How each ends, and what it prints; a guest that never ends is still there when its neighbours are done. */
const expectations: Readonly<Record<string, { end: string | undefined; prints?: string }>> = {
  'bad-vector': { end: 'stopped: instruction guest-page fault' },
  'console-flood': { end: undefined, prints: '#'.repeat(128) },
  'fill-memory': { end: 'stopped: store or AMO guest-page fault' },
  'interrupts-off': { end: undefined },
  'jump-outside': { end: 'stopped: instruction guest-page fault' },
  loop: { end: undefined },
  'looping-tables': { end: 'shut down', prints: 'TTT' },
  privileged: { end: 'shut down', prints: 'P' },
  'self-modifying': { end: 'shut down', prints: 'S' },
  'touch-host': { end: 'shut down', prints: 'FFFFFFFFF' },
  'vector-faults': { end: undefined },
  'wild-sbi': { end: 'shut down', prints: 'W' },
};

const guests = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.S'))
  .map((file) => basename(file, '.S'));

test('every hostile guest has its expectation', () => {
  expect(guests.sort()).toEqual(Object.keys(expectations).sort());
});

test.each(guests)('%s', async (name) => {
  const { end, prints } = expectations[name]!;
  const { output, stop } = await runGuests([NEIGHBOUR, `${FOLDER}/${name}.S`, NEIGHBOUR], { instructions: 60_000_000 });
  expect(output).toContain('[abc] ABC');
  expect(output).toContain('[abc-2] ABC');
  expect(endOf(output, 'abc')).toBe('shut down');
  expect(endOf(output, 'abc-2')).toBe('shut down');
  expect(output).not.toContain('panic');
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
  expect(endOf(output, 'abc')).toBe('shut down');
  expect(endOf(output, 'abc-2')).toBe('shut down');
  expect(output).not.toContain('panic');
  const exits = Number(/random: shut down\r?\n.*exits: (\d+)/.exec(output)?.[1] ?? 0);
  if (exits > 500) cameThrough++;
});

test('most random programs come to their end, and meet the hypervisor hundreds of times on the way', () => {
  // The others have overwritten their own code.
  expect(cameThrough).toBeGreaterThan(SEEDS.length / 2);
});
