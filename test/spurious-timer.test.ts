/** The hypervisor's timer fires before its time, as QEMU 7.2's may: that costs an exit, and the guest goes on. */
import { expect, test } from 'vitest';
import { boot } from '../cli/boot.ts';

/** Enough for the guest to end many times over. */
const PLENTY = 100_000_000;
const STEP = 1000;

test.each([
  { harts: 1, guests: ['test/timer.S'] },
  { harts: 2, guests: ['test/timer.S'] },
  { harts: 2, guests: ['test/timer.S', 'test/timer.S', 'test/timer.S'] },
])('$guests.length guests on $harts harts', async ({ harts, guests }) => {
  using machine = await boot({ guests, harts });
  const all = Array.from({ length: harts }, (_, id) => machine.hart(id));
  while (!all.some(({ mode }) => mode === 'VS')) await machine.run({ instructions: STEP });
  for (const hart of all) hart.setCsr('stimecmp', 0n);
  expect(await machine.run({ instructions: PLENTY })).toEqual({ kind: 'pass' });
});
