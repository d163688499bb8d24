import { describe, expect, test } from 'vitest';
import { Machine } from './machine.ts';
import { SnapshotError } from './snapshot/format.ts';
import { HARTS, INTERRUPTING_HARTS } from './testing/interrupting-harts.ts';
import { testCore, testMachine } from './testing/test-machine.ts';

const RESTORE = async () => ({ core: await testCore() });

function stateOf({ harts, memory }: Machine) {
  return {
    harts: harts.map(({ x, pc, mode, waiting }) => [[...x], pc, mode, waiting]),
    csrs: harts.map((hart) =>
      ['mcycle', 'minstret', 'time', 'mstatus', 'mepc', 'mip', 'fcsr'].map((name) => hart.csr(name)),
    ),
    memory: memory.read(memory.base, 0x1000),
  };
}

describe('a machine that is restored goes on to the instruction as the one that was saved', () => {
  test.each([[1], [50_001], [123_457]])('after %d instructions', async (instructions) => {
    const MORE = 100_000;
    const { machine: whole } = await testMachine(INTERRUPTING_HARTS, { harts: HARTS });
    await whole.run({ instructions: instructions + MORE });

    const { machine: saved } = await testMachine(INTERRUPTING_HARTS, { harts: HARTS });
    await saved.run({ instructions });
    const file = await saved.snapshot();
    const restored = await Machine.restore(file, await RESTORE());
    expect(await restored.snapshot()).toEqual(file);
    await restored.run({ instructions: MORE });

    expect(stateOf(restored)).toEqual(stateOf(whole));
    expect(saved.console.output + restored.console.output).toBe(whole.console.output);
    for (const { x } of whole.harts) expect([x[22], x[23], x[24]]).not.toContain(0n);
    if (instructions > 1) expect(saved.console.output).not.toBe('');
  });
});

test('a machine that is restored can be reset', async () => {
  const source = "putc 'R'\n la t0, word\n sw zero, 0(t0)\n finish 0x7777\n .balign 4\nword: .word 1";
  const { machine, address } = await testMachine(source);
  expect(await machine.run()).toEqual({ kind: 'reset' });
  const restored = await Machine.restore(await machine.snapshot(), await RESTORE());
  restored.reset();
  expect(restored.memory.read(Number(address('word')), 1)[0]).toBe(1);
  expect(await restored.run()).toEqual({ kind: 'reset' });
  expect(restored.console.output).toBe('R');
});

test("real time goes on where it was, and the date is the host's", async () => {
  const host = { time: 1000, date: 5_000_000 };
  const hostClock = { now: () => host.time, date: () => host.date };
  const source = 'li s0, RTC\n1: rdtime s1\n lw s2, 0(s0)\n lw s3, 4(s0)\n j 1b';
  const { machine } = await testMachine(source, { time: 'real', hostClock });
  host.time += 300;
  await machine.run({ instructions: 1000 });
  const file = await machine.snapshot();
  Object.assign(host, { time: 77, date: 9_000_000 });
  const restored = await Machine.restore(file, { ...(await RESTORE()), hostClock });
  await restored.run({ instructions: 100 });
  const [time, low, high] = [9, 18, 19].map((register) => restored.hart(0).x[register]!) as [bigint, bigint, bigint];
  expect(time).toBe(3_000_000n);
  const date = Number(((high << 32n) | (low & 0xffff_ffffn)) / 1_000_000n);
  expect(date).toBe(9_000_000);
});

describe('refuses', () => {
  test('a snapshot of a machine with other devices', async () => {
    const { machine } = await testMachine('1: j 1b', { rng: true });
    const restoring = Machine.restore(await machine.snapshot(), await RESTORE());
    await expect(restoring).rejects.toThrow("it has a device 'virtio-rng 0', and the machine");
    await expect(restoring).rejects.toThrow(SnapshotError);
  });

  test('to save while the machine runs', async () => {
    const { machine } = await testMachine('1: j 1b');
    const running = machine.run({ timeout: 20 });
    await expect(machine.snapshot()).rejects.toThrow('snapshot: the machine is running');
    await running;
  });
});
