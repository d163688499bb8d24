/** Guests that are paused from the console and go on, on the built-in machine. */
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { boot } from '../cli/boot.ts';
import { TemporaryFolder } from '../cli/files.ts';
import type { Console } from '../machine/console.ts';
import type { Machine } from '../machine/index.ts';
import { randomNumbers } from './random.ts';

const CLOCK = 'bare/guests/testing/clock.ts';
const MIB = 2 ** 20;
/** Instructions of a pause, ten of which are a tick. */
const LONG = 10_000_000;
/** Ticks that a guest may see of it: three turns, in which it waits for others' harts. */
const SHORT_TICKS = 300_000;
/** What the guest sleeps, in ticks. */
const NAP = 100_000;

const CONFIGURATIONS = [
  { harts: 1, vcpus: 1 },
  { harts: 1, vcpus: 2 },
  { harts: 2, vcpus: 2 },
  { harts: 3, vcpus: 2 },
];

/** Two guests that listen, the console of the first shown, and others. */
async function twoClocks(harts: number, vcpus: number, others: readonly string[] = []): Promise<Machine> {
  const machine = await boot({ guests: [CLOCK, CLOCK, ...others], vcpus, harts, memory: 8 * MIB });
  for (const guest of [2, 1]) {
    machine.console.write(`\x01${guest}`);
    await machine.console.expect('console of guest');
    await machine.console.expect('ready');
  }
  return machine;
}

/** The number that the guest answers with to a key. */
async function ask(console: Console, keys: string, answer: string): Promise<number> {
  console.write(keys);
  return Number((await console.expect(new RegExp(`${answer} \\d+\\.`))).slice(answer.length + 1, -1));
}

const time = (console: Console, guest: number) => ask(console, `\x01${guest}t`, 'time');

async function pause(console: Console): Promise<void> {
  console.write('\x01p');
  await console.expect(/guest clock is paused\r?\n/);
}

async function goOn(console: Console): Promise<void> {
  console.write('\x01p');
  await console.expect('guest clock goes on');
}

test.each(CONFIGURATIONS)(
  'time stands still for $vcpus vCPU(s) on $harts hart(s), and goes on for the others',
  async ({ harts, vcpus }) => {
    const machine = await twoClocks(harts, vcpus);
    const { console } = machine;
    const before = [await time(console, 2), await time(console, 1)];
    await pause(console);
    console.write('\x012');
    await machine.run({ instructions: LONG });
    const ran = (await time(console, 2)) - before[0]!;
    console.write('\x011');
    await goOn(console);
    const stood = (await time(console, 1)) - before[1]!;
    expect(ran).toBeGreaterThan(LONG / 10 / harts);
    expect(stood).toBeLessThan(SHORT_TICKS);
    expect(console.output).not.toContain('gone back');
  },
);

test.each(CONFIGURATIONS)('a timer is right afterwards: $vcpus vCPU(s) on $harts hart(s)', async ({ harts, vcpus }) => {
  const machine = await twoClocks(harts, vcpus);
  const { console } = machine;
  console.write('s');
  await machine.run({ instructions: 10 * NAP });
  await pause(console);
  await machine.run({ instructions: LONG });
  expect(console.output).not.toContain('slept');
  await goOn(console);
  const slept = await ask(console, '', 'slept');
  expect(slept).toBeGreaterThanOrEqual(NAP);
  expect(slept).toBeLessThan(NAP + SHORT_TICKS);
});

test('what is typed meanwhile is there afterwards, as far as there is room', async () => {
  const machine = await twoClocks(1, 1);
  const { console } = machine;
  await pause(console);
  console.write('t'.repeat(1100));
  await machine.run({ instructions: LONG });
  expect(console.output).not.toContain('time ');
  await goOn(console);
  console.write('\x012q\x011q');
  expect(await machine.run()).toEqual({ kind: 'pass' });
  const heard = console.output.match(/^time \d+\.\r?$/gm)!.length;
  const refused = console.output.split('\x07').length - 1;
  expect(heard).toBeGreaterThanOrEqual(1024);
  expect(heard + refused).toBe(1100);
});

test('a second pause in the same breath ends the first, whether the vCPUs have left or not', async () => {
  const machine = await twoClocks(2, 2);
  const { console } = machine;
  console.write('\x01p\x01p\x01p\x01p');
  for (const line of ['is paused', 'goes on', 'is paused', 'goes on']) await console.expect(`guest clock ${line}`);
  expect(await time(console, 1)).toBeGreaterThan(0);
  expect(console.output).not.toContain('gone back');
});

test('a vCPU that has stopped is stopped afterwards', async () => {
  const machine = await twoClocks(2, 2);
  const { console } = machine;
  expect(await ask(console, 'h', 'stopped')).toBe(0);
  await pause(console);
  await goOn(console);
  console.write('1');
  await machine.run({ instructions: LONG });
  await pause(console);
  await machine.run({ instructions: LONG });
  await goOn(console);
  expect(await ask(console, 'h', 'stopped')).toBe(1);
});

test.each([1, 2])('pauses at any moment of boots and reboots leave a guest as it was, on %i hart(s)', async (harts) => {
  const machine = await twoClocks(harts, 2);
  const { console } = machine;
  const next = randomNumbers(harts);
  for (let round = 0; round < 20; round++) {
    console.write('r');
    await machine.run({ instructions: next() % 400_000 });
    await pause(console);
    const { output } = console;
    await machine.run({ instructions: 1_000_000 });
    expect(console.output).toBe(output);
    await goOn(console);
    if (!output.slice(output.lastIndexOf('reboots')).includes('ready')) await console.expect('ready');
  }
  expect(await time(console, 1)).toBeLessThan(10 * SHORT_TICKS);
});

test.each([0, 1000, 10_000, 100_000])(
  'paused %i instructions after the key to its end a guest ends, now or later',
  async (instructions) => {
    // Where it is over before, the key is for the second guest, and the machine has something to do by the third.
    const machine = await twoClocks(2, 2, [CLOCK]);
    const { console } = machine;
    console.write('q');
    await machine.run({ instructions });
    console.write('\x01p');
    await machine.run({ instructions: LONG });
    const isPaused = console.output.includes('guest clock is paused');
    expect(console.output.includes('guest clock: shut down')).toBe(!isPaused);
    if (!isPaused) return;
    console.write('\x01p');
    await console.expect('guest clock: shut down');
  },
);

test('a disk and a network that are used meanwhile lose nothing', async () => {
  using folder = new TemporaryFolder();
  const disk = folder.pathOf('disk.img');
  writeFileSync(disk, new Uint8Array(512 * 50));
  // The last two have something to do whichever is paused.
  const guests = ['bare/guests/disk.ts', 'bare/guests/ping.ts', 'bare/guests/ping.ts', CLOCK, CLOCK].map((path) => ({
    path,
    disks: path.includes('disk') ? [0] : [],
  }));
  const machine = await boot({ guests, harts: 2, memory: 8 * MIB, drives: [disk], networks: { net: {} } });
  const { console } = machine;
  const next = randomNumbers(1);
  for (let round = 0; round < 40; round++) {
    console.write(`\x01${1 + (next() % 3)}\x01p`);
    await machine.run({ instructions: next() % 200_000 });
    console.write('\x01p');
    await machine.run({ instructions: next() % 20_000 });
  }
  console.write('\x010');
  await console.expect('guest disk: shut down');
  await machine.run({ instructions: LONG });
  expect(console.output.split(' is paused').length).toBeGreaterThan(20);
  expect(console.output.split(' is paused').length).toBe(console.output.split(' goes on').length);
  expect(console.output).toContain('boot 1, 50 sectors, wrong words: 0');
  expect(console.output.match(/heard 02/g)).toHaveLength(2);
});
