/** `--save` and `--restore` as a user meets them. */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { typevisor } from '../test/typevisor.ts';
import { TemporaryFolder } from './files.ts';

const folder = new TemporaryFolder();
const path = (name: string) => folder.pathOf(name);
afterAll(() => folder[Symbol.dispose]());

/** Prints the alphabet, slowly, again and again. */
const ALPHABET = `
    li   t0, 0x10000000
1:  li   t1, 'a'
2:  sb   t1, 0(t0)
    li   t2, 2000000
3:  addi t2, t2, -1
    bnez t2, 3b
    addi t1, t1, 1
    li   t2, 'z'
    ble  t1, t2, 2b
    j    1b
`;
const SNAPSHOT = path('machine.snapshot');

/** Asks a run to end when it has printed something: once, since a second signal ends a process that is about to end. */
function leaveOnce() {
  let asked = false;
  return (stdout: string, kill: (signal: NodeJS.Signals) => void) => {
    if (asked || stdout.length <= 3) return;
    asked = true;
    kill('SIGTERM');
  };
}

beforeAll(async () => {
  folder.write('alphabet.S', Buffer.from(ALPHABET));
  await typevisor(['asm', path('alphabet.S'), '-o', path('alphabet.elf')]);
});

test('a machine that is saved when the user leaves goes on in another process', async () => {
  const machine = ['machine', '--bios', path('alphabet.elf'), '--memory', '16M', '--save', SNAPSHOT];
  const first = await typevisor(machine, { onOutput: leaveOnce() });
  expect(first.stderr).toMatch(/^typevisor: saved to \S+machine\.snapshot \(1M\)\r\n$/);
  expect(first.exitCode).toBe(143);
  const second = await typevisor(['machine', '--restore', SNAPSHOT], { onOutput: leaveOnce() });
  expect(second).toMatchObject({ exitCode: 143, stderr: '' });
  const printed = first.stdout + second.stdout;
  expect(printed).toBe('abcdefghijklmnopqrstuvwxyz'.repeat(printed.length).slice(0, printed.length));
  expect(first.stdout).toMatch(/^abcd/);
  expect(readdirSync(folder.path).filter((name) => name.includes('partial'))).toEqual([]);
});

describe('refuses in one line', () => {
  const good = () => folder.read('machine.snapshot');
  const damaged = (offset: number) => {
    const bytes = good();
    bytes[offset]! ^= 1;
    return bytes;
  };

  test.each<[string, () => Uint8Array, RegExp]>([
    ['something else', () => folder.read('alphabet.elf'), /this is not a snapshot/],
    ['a truncated snapshot', () => good().subarray(0, -5000), /is incomplete: its end is missing/],
    ['a damaged one', () => damaged(0x1800), /is damaged: the checksum of its memory is wrong/],
    ['one of another version', () => damaged(8), /has version 3, and this reads version 2/],
  ])('%s', async (_, bytes, message) => {
    const { exitCode, stderr } = await typevisor(['machine', '--restore', folder.write('bad.snapshot', bytes())]);
    expect(stderr).toMatch(/^typevisor: \S+bad\.snapshot: [^\n]+\n$/);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(1);
  });

  test('other devices than it was saved with', async () => {
    const machine = ['machine', '--bios', path('alphabet.elf'), '--memory', '16M', '--rng', '--timeout', '0.2'];
    await typevisor([...machine, '--save', path('rng.snapshot')]);
    const { exitCode, stderr } = await typevisor(['machine', '--restore', path('rng.snapshot')]);
    expect(stderr).toMatch(
      /^typevisor: \S+: the snapshot does not fit this machine: it has a device 'virtio-rng 0', [^\n]+\n$/,
    );
    expect(exitCode).toBe(1);
  });

  test('a kernel beside it', async () => {
    const { stderr } = await typevisor(['machine', '--restore', SNAPSHOT, '--kernel', 'k']);
    expect(stderr).toMatch(/^typevisor: option '--restore <file>' cannot be used with option '--kernel <file>'\n$/);
  });

  test('a folder to save to', async () => {
    const machine = ['machine', '--bios', path('alphabet.elf'), '--timeout', '0.2', '--save', folder.path];
    const { exitCode, stderr } = await typevisor(machine);
    expect(stderr).toMatch(/^typevisor: the machine is not saved: \S+: is a folder, not a file\r\n$/);
    expect(exitCode).toBe(1);
  });
});
