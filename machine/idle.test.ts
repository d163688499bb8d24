/** Harts that wait cost the host nothing, in either time. */

import { describe, expect, test } from 'vitest';
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

/** Lets the UART interrupt when a character is there, and waits for one; then prints it and waits for the next. */
const LISTENER = `
    li   s0, UART              /* its receive interrupt */
    li   t0, 1
    sb   t0, 1(s0)
    li   s1, PLIC              /* source 10 to M-mode */
    sw   t0, 40(s1)
    li   t1, PLIC + 0x2000
    li   t2, 1 << 10
    sw   t2, 0(t1)
    li   t0, 0x800
    csrw mie, t0
1:  wfi
    lbu  t0, 0(s0)
    sb   t0, 0(s0)
    li   t1, PLIC + 0x200004
    lw   t2, 0(t1)
    sw   t2, 0(t1)
    j    1b`;

describe('a machine that waits for its console', () => {
  test('lets the instructions of a run pass as time, however they are cut', async () => {
    const { machine } = await testMachine(LISTENER);
    const { machine: cut } = await testMachine(LISTENER);
    expect(await machine.run({ instructions: 3_000_000 })).toEqual({ kind: 'instructions' });
    for (let run = 0; run < 3; run++) await cut.run({ instructions: 1_000_000 });
    for (const each of [machine, cut]) {
      expect(each.hart(0).csr('time')).toBe(300_000n);
      expect(each.statistics.waiting).toBe(0);
      each.console.write('a');
      expect(await each.console.expect('a')).toBe('a');
    }
    expect(cut.hart(0).csr('time')).toBe(machine.hart(0).csr('time'));
  });

  test('whose time somebody watches sleeps that long, or until something is typed', async () => {
    const { machine } = await testMachine(LISTENER, { paced: true });
    expect(await machine.run({ instructions: 3_000_000 })).toEqual({ kind: 'instructions' });
    expect(machine.hart(0).csr('time')).toBe(300_000n);
    expect(machine.statistics.waiting).toBeGreaterThan(20);
    setTimeout(() => machine.console.write('b'), 20);
    expect(await machine.console.expect('b')).toBe('b');
  });

  test.each(['counted', 'real'] as const)('waits for it in %s time when nothing else ends the run', async (time) => {
    const { machine } = await testMachine(LISTENER, { time });
    const run = machine.run();
    machine.console.write('c');
    machine.on('output', () => machine.stop());
    expect(await run).toEqual({ kind: 'stopped' });
    expect(await machine.run({ timeout: 20 })).toEqual({ kind: 'timeout' });
  });

  test('in real time waits even when its instructions are counted', async () => {
    const { machine } = await testMachine(LISTENER, { time: 'real' });
    expect(await machine.run({ instructions: 1000, timeout: 20 })).toEqual({ kind: 'timeout' });
  });
});
