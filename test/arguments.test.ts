import { expect, test } from 'vitest';
import { spawnNode } from './typevisor.ts';

test.each([
  ['differential', ['--bogus'], "unknown option '--bogus'"],
  ['differential', ['--seed', 'x'], '--seed x: give a whole number from 0 to 4294967295'],
  ['differential', ['--length', '401'], '--length 401: give a whole number from 1 to 400'],
  ['differential', ['--profile', 'odd'], 'Allowed choices are integer, float, privileged'],
  ['differential', ['--qemu', '/nowhere/qemu'], '/nowhere/qemu cannot be run'],
  ['endurance', ['--hart', '1'], "unknown option '--hart' (Did you mean --harts?)"],
  ['endurance', ['--minutes', 'x'], '--minutes x: give a number from 0.1 to 10000'],
  ['endurance', ['--on', 'board'], 'Allowed choices are qemu, machine'],
  ['endurance', ['--log', '/nowhere/log'], '/nowhere/log: '],
])('%s %j is refused in one line', async (program, args, message) => {
  const { exitCode, stderr } = await spawnNode([`test/${program}/main.ts`, ...args]);
  expect(stderr).toMatch(/^[^\n]+\n$/);
  expect(stderr).toContain(`${program}: `);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(1);
});
