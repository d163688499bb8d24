import { expect, test } from 'vitest';
import { spawnNode } from '../typevisor.ts';

test.each([
  [
    ['--bogus'],
    "differential: Unknown option '--bogus'; there are --seed, --blocks, --length, --profile, --qemu, each",
  ],
  [['--seed', 'x'], 'differential: --seed x: not a number from 0'],
])('%j is refused in one line', async (args, message) => {
  const { exitCode, stderr } = await spawnNode(['test/differential/main.ts', ...args]);
  expect(stderr).toMatch(/^[^\n]+\n$/);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(1);
});
