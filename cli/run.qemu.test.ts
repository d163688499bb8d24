/** `run --on qemu`, on the QEMU that PATH or TYPEVISOR_QEMU names (Debian: qemu-system-misc, and opensbi for its firmware). */
import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { typevisor } from '../test/typevisor.ts';
import { TemporaryFolder } from './files.ts';
import { checkQemu, qemuCommand } from './qemu.ts';

checkQemu(qemuCommand());

const folder = new TemporaryFolder();
const source = (name: string, ...lines: string[]) => folder.write(name, Buffer.from(`${lines.join('\n')}\n`));
afterAll(() => folder[Symbol.dispose]());

const abc = 'bare/guests/abc.S';
const wild = source('wild.S', 'li t0, 0x40000000', 'jr t0');
const loop = source('loop.S', '1: j 1b');

const onQemu = (...args: string[]) => typevisor(['run', '--on', 'qemu', '--memory', '8M', '--timeout', '60', ...args]);

const opensbi = '/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin';

describe.each([['default'], ['typevisor'], [opensbi]])('with --bios %s', (bios) => {
  test('guests print and end as on the built-in machine', async () => {
    const { exitCode, stdout, stderr } = await onQemu('--bios', bios, abc, 'bare/guests/hello.ts');
    expect(stderr).toBe('');
    expect(stdout).toContain('[abc] ABC\n');
    expect(stdout).toContain('[hello] Hello from hart 0, ');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('typevisor: done: 2 shut down, 0 failed');
    expect(exitCode).toBe(0);
  });

  test('a guest that fails is told by the exit code', async () => {
    const { exitCode, stdout } = await onQemu('--bios', bios, wild);
    expect(stdout).toMatch(/^typevisor: guest wild: stopped: /m);
    expect(exitCode).toBe(2);
  });

  test('--quiet leaves out the banner of the firmware too', async () => {
    expect(await onQemu('--bios', bios, abc, '--quiet')).toEqual({ exitCode: 0, stdout: 'ABC\n', stderr: '' });
  });
});

test('124 when the time is over', async () => {
  expect((await onQemu(loop, '--timeout', '1')).exitCode).toBe(124);
});

test('130 after an interrupt, and QEMU is gone', async () => {
  const { exitCode } = await typevisor(['run', '--on', 'qemu', loop, '--memory', '8M', '--timeout', '60'], {
    onOutput: (stdout, kill) => {
      if (stdout.includes('guest loop: ')) kill('SIGINT');
    },
  });
  expect(exitCode).toBe(130);
});

test('what --dry-run prints is a command that a shell runs', async () => {
  const { stdout: command } = await onQemu(abc, '--dry-run');
  const { stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8', timeout: 60_000 });
  expect(stdout).toMatch(/^ABC\r?$/m);
});

test('a complaint of QEMU is one line', async () => {
  const { exitCode, stderr } = await onQemu(abc, '--bios', source('bios.bin', 'no ELF'), '--host-memory', '4000000M');
  expect(stderr).toMatch(/^typevisor: QEMU ended with exit code 1: [^\n]+\n$/);
  expect(exitCode).toBe(1);
});
