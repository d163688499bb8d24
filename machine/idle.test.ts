/** Harts that wait cost the host nothing, in either time. */

import { expect, test } from 'vitest';
import { testMachine } from './testing/test-machine.ts';

/** Wakes a hundred times a second, as an idle kernel does, and takes some instructions each time. */
const TICKS = `
    li   s0, MTIMECMP
    li   s1, MTIME
    li   s2, 100000
    li   t0, 0x80
    csrw mie, t0
    ld   t1, 0(s1)
1:  add  t1, t1, s2
    sd   t1, 0(s0)
    wfi
    li   t2, 1000
2:  addi t2, t2, -1
    bnez t2, 2b
    addi s3, s3, 1
    j    1b`;

test.each(['real', 'counted'] as const)('in %s time the host sleeps', async (time) => {
  const { machine } = await testMachine(TICKS, { time, paced: true });
  // The first instructions compile the core.
  await machine.run({ timeout: 100 });
  const ticks = machine.hart(0).x[19]!;
  const before = { wall: performance.now(), cpu: process.cpuUsage() };
  await machine.run({ timeout: 1000 });
  const { user, system } = process.cpuUsage(before.cpu);
  const share = (user + system) / 1000 / (performance.now() - before.wall);
  expect(machine.hart(0).x[19]! - ticks).toBeGreaterThan(10n);
  expect(share).toBeLessThan(0.2);
});

test('counted time that nobody watches does not wait', async () => {
  const { machine } = await testMachine(TICKS);
  await machine.run({ instructions: 2_000_000 });
  expect(machine.hart(0).csr('time')).toBeGreaterThan(9_000_000n * 10n);
  expect(machine.statistics.waiting).toBe(0);
});
