/** Hostile guests and images by the command, at a terminal: what it leaves behind of processes, files and settings (node:test). */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { elf64 } from '../../kvm/x86/boot/testing/images.ts';
import { Pty } from './pty.ts';

const command = join(import.meta.dirname, '..', '..', '..', 'bin', 'typevisor.cjs');
const folder = os.tmpdir();
const file = (name: string, bytes: Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

/** Prints a letter and goes round: mov edx, 0x3f8; mov al, 'A'; out dx, al; jmp to itself. */
const loop = file('loop.elf', elf64({ content: Uint8Array.of(0xba, 0xf8, 3, 0, 0, 0xb0, 0x41, 0xee, 0xeb, 0xfe) }));
const fault = file('fault.elf', elf64({ content: Uint8Array.of(0x0f, 0x0b) })); // ud2
const cut = file('cut.elf', elf64().slice(0, 100));
const outside = file('outside.elf', elf64({ content: new Uint8Array(16) }).with(26, 0x20));

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  /** What is done to it once the guest runs. */
  readonly act?: (child: ChildProcess) => void;
  readonly exitCode: number | null;
  readonly says: RegExp;
  /** Nobody is left to give the terminal back. */
  readonly leavesTerminal?: true;
}

/** The monitor, which the command has started. */
function monitorOf(child: ChildProcess): number {
  const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
  assert.match(children, /^\d+$/);
  return Number(children);
}

const CASES: readonly Case[] = [
  { name: 'a triple fault', args: [fault], exitCode: 2, says: /^typevisor: vCPU 0: (.|\n)*^rax /m },
  { name: 'a loop, whose time ends', args: [loop, '--timeout', '1'], exitCode: 124, says: /^$/ },
  { name: 'a loop that is left', args: [loop], act: (child) => child.kill('SIGINT'), exitCode: 130, says: /^$/ },
  {
    name: 'a loop whose monitor is killed',
    args: [loop],
    act: (child) => process.kill(monitorOf(child), 'SIGKILL'),
    exitCode: 3,
    says: /^typevisor: the monitor was ended by SIGKILL/,
  },
  {
    name: 'a loop whose launcher is killed',
    args: [loop],
    act: (child) => child.kill('SIGKILL'),
    exitCode: null,
    says: /^$/,
    leavesTerminal: true,
  },
  { name: 'an image that is cut off', args: [cut], exitCode: 1, says: /^typevisor: .*cut\.elf: truncated: [^\n]*$/ },
  {
    name: 'an image whose entry is elsewhere',
    args: [outside],
    exitCode: 1,
    says: /^typevisor: .*: its entry [^\n]*$/,
  },
];

/** In the environment of the command and what it starts. */
const MARK = `HOSTILE_COMMAND=${process.pid}`;

/** The command lines of marked processes. */
function processes(): string[] {
  const text = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && text(`/proc/${name}/environ`).split('\0').includes(MARK))
    .map((name) => text(`/proc/${name}/cmdline`).replaceAll('\0', ' '));
}

for (const { name, args, act, exitCode, says, leavesTerminal } of CASES) {
  test(name, async () => {
    using terminal = new Pty();
    const left = () => ({ settings: terminal.settings, files: readdirSync(folder).sort() });
    const before = left();
    const [key, value] = MARK.split('=') as [string, string];
    const child = spawn(process.execPath, [command, 'run', '--on', 'kvm', ...args, '--memory', '4M'], {
      stdio: [terminal.fd, 'pipe', 'pipe'],
      env: { ...process.env, [key]: value },
    });
    let said = '';
    child.stderr!.on('data', (bytes) => {
      said += bytes;
    });
    child.stdout!.once('data', () => act?.(child));
    assert.equal(await new Promise((resolve) => child.on('close', resolve)), exitCode, said);
    assert.match(said.replaceAll('\r', '').trim(), says);
    // A process that is killed is there for a moment more.
    for (let moment = 0; moment < 100 && processes().length > 0; moment++) await sleep(20);
    assert.deepEqual(processes(), []);
    const { settings, files } = left();
    assert.deepEqual(files, before.files);
    if (leavesTerminal) assert.notEqual(settings, before.settings);
    else assert.equal(settings, before.settings);
  });
}
