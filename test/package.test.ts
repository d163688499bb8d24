/** The package as a user gets it: packed, installed into an empty folder, used there. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TemporaryFolder } from '../cli/files.ts';
import { spawnNode } from './typevisor.ts';

const root = join(import.meta.dirname, '..');
const folder = new TemporaryFolder();
afterAll(() => folder[Symbol.dispose]());

function npm(cwd: string, ...args: string[]): string {
  // Set by npm itself; without it, where npm is a program of its own.
  const script = process.env.npm_execpath;
  const [command, first] = script === undefined ? ['npm', []] : [process.execPath, [script]];
  const { status, stdout, stderr } = spawnSync(command, [...first, ...args], { cwd, encoding: 'utf8' });
  expect(stderr + stdout, `npm ${args.join(' ')}`).not.toContain('npm error');
  expect(status).toBe(0);
  return stdout;
}

/** The installed command. */
function typevisor(...args: string[]) {
  const env = { TYPEVISOR_CACHE: folder.pathOf('cache') };
  return spawnNode([folder.pathOf('node_modules/typevisor/bin/typevisor.cjs'), ...args], { cwd: folder.path, env });
}

describe('installed from its tarball', () => {
  beforeAll(() => {
    const packed = npm(root, 'pack', '--json', '--pack-destination', folder.path);
    const [tarball] = /typevisor-[^"]*\.tgz/.exec(packed)!;
    folder.write('package.json', Buffer.from('{ "private": true }'));
    npm(folder.path, 'install', '--prefer-offline', '--no-audit', '--no-fund', `./${tarball}`);
  }, 300_000);

  test('runs an assembly guest', async () => {
    folder.write('abc.S', Buffer.from("li a0, 'A'\nli a7, 1\necall\nli a7, 8\necall\n"));
    expect(await typevisor('run', 'abc.S', '--quiet')).toEqual({ exitCode: 0, stdout: 'A\n', stderr: '' });
  });

  test('runs a TypeScript guest', async () => {
    const text =
      "import { print } from 'typevisor/guests/console';\nexport function main(): void {\n  print('installed\\n');\n}\n";
    folder.write('guest.ts', Buffer.from(text));
    expect(await typevisor('run', 'guest.ts', '--quiet')).toEqual({ exitCode: 0, stdout: 'installed\n', stderr: '' });
  });

  test('builds a hypervisor with a guest inside', async () => {
    expect(await typevisor('build', '--guest', 'abc.S', '-o', 'with-guest.elf')).toMatchObject({ exitCode: 0 });
    const { stdout } = await typevisor('machine', '--kernel', 'with-guest.elf', '--memory', '256M', '--timeout', '20');
    expect(stdout).toContain('typevisor: done: 1 shut down, 0 failed');
  });

  test('says what is wrong with a guest for KVM', async () => {
    const { exitCode, stderr } = await typevisor('run', '--on', 'kvm', '--raw', 'nowhere.bin');
    expect(stderr).toMatch(/^typevisor: [^\n]+\n$/);
    expect(exitCode).toBe(1);
  });

  test('is a library', async () => {
    const text = `
      import { boot } from 'typevisor';
      import { Vm } from 'typevisor/kvm';
      import { readFdt } from 'typevisor/machine';
      import { assemble, link } from 'typevisor/toolchain';
      const machine = await boot({ guests: ['abc.S'], memory: 8 * 2 ** 20 });
      const printed = await machine.console.expect('A');
      const image = link([assemble('_start: ecall', 'x.S')], { base: 0x80000000n });
      console.log(printed, (await machine.run()).kind, typeof readFdt, typeof Vm, image.entry);`;
    folder.write('library.mjs', Buffer.from(text));
    const { stdout, stderr } = await spawnNode([folder.pathOf('library.mjs')], { cwd: folder.path });
    expect(stderr).toBe('');
    expect(stdout).toBe('A pass function function 2147483648n\n');
  });
});

test('a Node that is too old is told so in one line', async () => {
  const check = join(root, 'bin', 'check-node.cjs');
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' }); require(${JSON.stringify(check)});`;
  const { exitCode, stderr } = await spawnNode(['-e', pretend]);
  expect(stderr).toMatch(/^typevisor: needs Node 24 or newer, and this is 20\.20\.2; [^\n]+\n$/);
  expect(exitCode).toBe(1);
});
