/** The hypervisor on QEMU under OpenSBI: what the built-in machine cannot show, or where QEMU has the last word. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TemporaryFolder } from '../cli/files.ts';
import { checkQemu, qemuCommand } from '../cli/qemu.ts';
import { hostileGuests } from './hostile-guests.ts';
import { endOf } from './hypervisor-run.ts';
import { type SpawnOptions, typevisor } from './typevisor.ts';

checkQemu(qemuCommand());

const NEIGHBOUR = 'bare/guests/abc.S';
/** Seconds: what never ends is stopped then, long after its neighbours have. */
const ENOUGH = '4';

const onQemu = (...args: string[]) => typeOnQemu([], ...args);
const typeOnQemu = (type: NonNullable<SpawnOptions['type']>, ...args: string[]) =>
  typevisor(['run', '--on', 'qemu', '--memory', '8M', ...args], type.length > 0 ? { type } : {});

test('each guest has floating-point registers of its own', async () => {
  const guest = 'test/floating-point.S';
  const { stdout, exitCode } = await onQemu(guest, guest, guest, '--timeout', '60');
  expect(stdout).toContain('done: 3 shut down, 0 failed');
  // Without a switch in the middle nothing would be shown.
  expect(stdout).toMatch(/exits: .* supervisor timer interrupt/);
  expect(exitCode).toBe(0);
});

test('guests have timers', async () => {
  const { stdout } = await onQemu('test/timer.S', 'test/timer.S', '--timeout', '60');
  expect(stdout).toContain('[timer] T');
  expect(stdout).toContain('[timer-2] T');
  expect(stdout).toContain('done: 2 shut down, 0 failed');
});

test('a timer that fires while it is set further on is set again', async () => {
  const guest = 'bare/guests/testing/naps.ts';
  const { stdout, exitCode } = await onQemu(guest, guest, '--smp', '2', '--timeout', '120');
  expect(stdout.match(/rested/g)).toHaveLength(2);
  expect(exitCode).toBe(0);
});

test('guests meet their devices by every load and store, those of floating point too', async () => {
  const { stdout, exitCode } = await onQemu('test/mmio.S', '--timeout', '60');
  expect(stdout).toMatch(/^M\r?$/m);
  expect(exitCode).toBe(0);
});

test('guests have disks, and the next boot finds them as they were', async () => {
  using folder = new TemporaryFolder();
  const disk = folder.pathOf('disk.img');
  writeFileSync(disk, new Uint8Array(512 * 1000));
  for (const boot of [1, 2]) {
    const { stdout } = await onQemu('bare/guests/disk.ts', '--drive', disk, '--timeout', '60');
    expect(stdout).toContain(`boot ${boot}, 1000 sectors, wrong words: 0`);
  }
});

test('guests hear each other over the network', async () => {
  const { stdout } = await onQemu(
    'bare/guests/ping.ts',
    'bare/guests/ping.ts',
    '--net',
    '--smp',
    '2',
    '--timeout',
    '60',
  );
  expect(stdout).toContain('[ping] heard 02:54:56:00:02:00');
  expect(stdout).toContain('[ping-2] heard 02:54:56:00:01:00');
});

test('time stands still for a guest that is paused', async () => {
  const clock = 'bare/guests/testing/clock.ts';
  const [nap, naps] = [100_000, 10];
  // Each answer ends with a full stop.
  const dialogue = [
    { after: '[clock-2] ready', text: '\x012t' },
    { after: '.', text: '\x011t' },
    { after: '.', text: '\x01p' },
    { after: 'guest clock is paused', text: '\x012s' },
    ...Array.from({ length: naps - 1 }, () => ({ after: '.', text: 's' })),
    { after: '.', text: '\x011\x01pt' },
    { after: '.', text: '\x012t' },
    { after: '.', text: 'q\x011q' },
  ];
  const { stdout } = await typeOnQemu(dialogue, clock, clock, '--vcpus', '2', '--smp', '2', '--timeout', '60');
  expect(stdout).toContain('done: 2 shut down, 0 failed');
  expect(stdout).not.toContain('gone back');
  const times = [...stdout.matchAll(/time (\d+)\./g)].map(([, ticks]) => Number(ticks));
  expect(times).toHaveLength(4);
  // The other's times are taken around those of the paused one, and the naps during the pause.
  const [before, pausedBefore, pausedAfter, after] = times as [number, number, number, number];
  expect(pausedAfter).toBeGreaterThan(pausedBefore);
  expect(pausedAfter - pausedBefore).toBeLessThanOrEqual(after - before - naps * nap);
});

test('disks of version 1, which QEMU has unless it is told otherwise, are driven too', async () => {
  using folder = new TemporaryFolder();
  const disk = folder.write('disk.img', new Uint8Array(512 * 100));
  const { stdout: line } = await onQemu('bare/guests/disk.ts', '--drive', disk, '--dry-run');
  const legacy = line.replace('-global virtio-mmio.force-legacy=false', '');
  expect(legacy).not.toBe(line);
  expect(execFileSync('sh', ['-c', legacy], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })).toContain(
    'boot 1, 100 sectors, wrong words: 0',
  );
});

describe('hostile guests end as on the built-in machine', () => {
  test.each(hostileGuests())('$name', async ({ name, path, end, prints }) => {
    const { stdout } = await onQemu(NEIGHBOUR, path, NEIGHBOUR, '--timeout', end === undefined ? ENOUGH : '60');
    expect(endOf(stdout, 'abc')).toBe('shut down');
    expect(endOf(stdout, 'abc-2')).toBe('shut down');
    expect(endOf(stdout, name)).toBe(end);
    if (prints !== undefined) expect(stdout).toContain(`[${name}] ${prints}`);
  });
});
