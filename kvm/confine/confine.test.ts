/** What a confined process can and cannot do, tried from inside. Landlock and seccomp are Linux's: elsewhere nothing is confined. */
import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { TemporaryFolder } from '../../cli/files.ts';
import { systemCalls } from '../x86/system-calls.ts';
import { and, encode, end, load, unlessEqual, whenEqual } from './bpf.ts';
import { seccompProgram } from './seccomp.ts';

const folder = new TemporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const file = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
const imports = [
  `import { restrictFiles } from ${file('landlock.ts')};`,
  `import { refuseIoUring, restrictSystemCalls } from ${file('seccomp.ts')};`,
  `import { systemCalls } from ${file('../x86/system-calls.ts')};`,
  "import { spawnSync } from 'node:child_process';",
  "import fs from 'node:fs';",
  "import net from 'node:net';",
  "const attempt = (action) => { try { action(); return 'done'; } catch (error) { return error.code; } };",
];

/** Runs `lines` in a process that a process with `before` has started, as launcher and monitor are. */
function inside(before: string, ...lines: readonly string[]) {
  const inner = folder.write('inner.mts', Buffer.from([...imports, ...lines].join('\n')));
  const outer = [
    ...imports,
    'refuseIoUring(systemCalls);',
    before,
    `const { stdout, stderr, signal } = spawnSync(process.execPath, [${JSON.stringify(inner)}], { encoding: 'utf8' });`,
    'console.log(JSON.stringify({ stdout, stderr, signal, landlock: globalThis.landlock }));',
  ];
  const launcher = folder.write('outer.mts', Buffer.from(outer.join('\n')));
  const { stdout, stderr } = spawnSync(process.execPath, [launcher], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as { stdout: string; stderr: string; signal: string | null; landlock?: boolean };
}

if (process.platform === 'linux' && process.arch === 'x64') {
  describe('system calls', () => {
    const restricted = (...lines: readonly string[]) =>
      inside('', 'restrictSystemCalls(systemCalls, { network: false });', ...lines);

    test('to become another program end the process', () => {
      const { stdout, signal } = restricted(
        `const { libc } = await import(${file('../syscall.ts')});`,
        "const path = new TextEncoder().encode('/bin/true\\0'.padEnd(128, '\\0'));",
        "console.log('before');",
        'libc().syscall(59, libc().address(path), 0, 0, 0);',
        "console.log('after');",
      );
      expect({ stdout, signal }).toEqual({ stdout: 'before\n', signal: 'SIGSYS' });
    });
    test('to make another process fail', () => {
      expect(restricted("console.log(spawnSync('/bin/true').error.code);").stdout).toBe('EPERM\n');
    });
    test('to open a socket fail, unless the guest has a network', () => {
      const connect = "net.connect(1, '127.0.0.1').on('error', (error) => console.log(error.code));";
      expect(restricted(connect).stdout).toBe('EPERM\n');
      expect(inside('', 'restrictSystemCalls(systemCalls, { network: true });', connect).stdout).toBe('ECONNREFUSED\n');
    });
    test('that are not listed fail', () => {
      expect(restricted("console.log(attempt(() => fs.mkdirSync('/tmp/typevisor-never')));").stdout).toBe('EPERM\n');
    });
    test('of a program that goes on work: files, timers, threads, memory', () => {
      const { stdout } = restricted(
        "await fs.promises.readFile('/etc/passwd');",
        "const { Worker } = await import('node:worker_threads');",
        "await new Promise((resolve) => new Worker('1', { eval: true }).on('exit', resolve));",
        'await new Promise((resolve) => setTimeout(resolve, 5));',
        'new WebAssembly.Memory({ initial: 100, maximum: 100, shared: true });',
        "console.log('all of it');",
      );
      expect(stdout).toBe('all of it\n');
    });
  });

  describe('files', () => {
    const secret = folder.write('secret', Buffer.from('secret'));
    const disk = folder.write('disk', Buffer.from('disk'));
    /** What the child needs to run at all, and one file to write. */
    const rules = [
      ...['/lib', '/lib64', '/usr/lib'].map((path) => ({ path, access: 'programs' })),
      ...['/etc', '/proc', '/sys', new URL('../..', import.meta.url).pathname].map((path) => ({
        path,
        access: 'folder',
      })),
      { path: process.execPath, access: 'program' },
      { path: folder.pathOf('inner.mts'), access: 'read' },
      { path: disk, access: 'write' },
      { path: '/nowhere', access: 'read' },
    ];
    const lines = [
      `console.log(attempt(() => fs.writeFileSync(${JSON.stringify(disk)}, 'new')));`,
      `console.log(attempt(() => fs.readFileSync(${JSON.stringify(secret)})));`,
      `console.log(attempt(() => fs.writeFileSync(${JSON.stringify(folder.pathOf('more'))}, 'x')));`,
      'console.log(attempt(() => fs.readdirSync("/home")));',
    ];

    test('that are not named cannot be opened', () => {
      folder.write('inner.mts', new Uint8Array());
      const { stdout, landlock } = inside(`globalThis.landlock = restrictFiles(${JSON.stringify(rules)});`, ...lines);
      // A kernel without it forbids nothing, and says so.
      const others = landlock ? 'EACCES' : 'done';
      expect(stdout.trim().split('\n')).toEqual(['done', others, others, others]);
    });
  });
}

test('a filter is arrays of 8 bytes, its jumps over whole blocks', () => {
  const program = [load(4), ...unlessEqual(7, [end(1)]), ...whenEqual(5, [and(3), end(2)]), end(3)];
  const bytes = encode(program);
  expect(bytes).toHaveLength(program.length * 8);
  expect([...bytes.subarray(8, 16)]).toEqual([0x15, 0, 1, 0, 7, 0, 0, 0]);
  expect([...bytes.subarray(24, 32)]).toEqual([0x15, 0, 0, 2, 5, 0, 0, 0]);
});

test('the filter fits into what the kernel takes', () => {
  expect(seccompProgram(systemCalls, 1, { network: true }).length).toBeLessThanOrEqual(4096);
});

test('a call that an architecture does not have is left out of the filter', () => {
  const { fork, ...numbers } = systemCalls.numbers;
  const [whole, less] = [systemCalls, { ...systemCalls, numbers }].map((table) =>
    seccompProgram(table, 1, { network: true }),
  );
  const compares = (program: typeof whole) => program!.filter(({ k }) => k === fork).length;
  expect(less!.length).toBe(whole!.length - 2);
  expect([compares(whole), compares(less)]).toEqual([1, 0]);
});
