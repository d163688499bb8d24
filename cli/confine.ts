/**
 * `run --on kvm` in two processes. The launcher opens the guest's files and lets its child open what Node needs, and nothing else
 * (Landlock, which binds a thread and what that starts, so that it comes too late in a process that has threads). The child is the
 * monitor (monitor-process.ts): once its threads have started, it restricts the system calls of all of them (seccomp).
 */
import { spawn } from 'node:child_process';
import { dirname, join, resolve as resolvePath, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beside } from '../kvm/beside.ts';
import { type FileRule, restrictFiles } from '../kvm/confine/landlock.ts';
import { refuseIoUring } from '../kvm/confine/seccomp.ts';
import { SystemCallError } from '../kvm/syscall.ts';
import { systemCalls } from '../kvm/x86/system-calls.ts';
import { EXIT_PANIC } from './exit-codes.ts';
import { renumbered } from './kvm-files.ts';
import type { MonitorJob } from './kvm-monitor.ts';
import { packageRoot } from './package-root.ts';
import type { RunOptions } from './run-options.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What Node and libc read: libraries, time zones, certificates, name resolution, facts about the system. */
const SYSTEM: readonly FileRule[] = [
  ...['/lib', '/lib64', '/usr/lib', '/usr/lib64'].map((path): FileRule => ({ path, access: 'programs' })),
  ...['/etc', '/proc', '/sys', '/usr/share'].map((path): FileRule => ({ path, access: 'folder' })),
  ...['/dev/urandom', '/dev/random'].map((path): FileRule => ({ path, access: 'read' })),
  ...['/dev/null', '/dev/tty'].map((path): FileRule => ({ path, access: 'write' })),
];

/** Runs a monitor confined. @returns the exit code */
export function launchConfined({ path, options, files }: MonitorJob): Promise<number> {
  const isTerminal = process.stdin.isTTY === true;
  const missing = restrict([...SYSTEM, ...ownFiles(), ...savedFiles(options)]);
  // Taken before and given back behind: a child that is killed cannot do it.
  if (isTerminal) process.stdin.setRawMode(true);
  if (missing.length > 0) process.stderr.write(`typevisor: confined without ${missing.join(' and ')}\n`);
  const stdio: ('inherit' | number)[] = ['inherit', 'inherit', 'inherit'];
  const job: MonitorJob = { path, options, files: renumbered(files, (file) => stdio.push(file) - 1) };
  const program = fileURLToPath(beside(import.meta.url, 'monitor-process'));
  const child = spawn(process.execPath, [...process.execArgv, program, JSON.stringify(job)], { stdio });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (isTerminal) process.stdin.setRawMode(false);
      if (signal !== null) process.stderr.write(`typevisor: the monitor was ended by ${signal}${reasonFor(signal)}\n`);
      resolve(code ?? EXIT_PANIC);
    });
  });
}

function reasonFor(signal: NodeJS.Signals): string {
  return signal === 'SIGSYS' ? ': it made a system call that no monitor makes' : '';
}

/** @returns what this kernel does not have */
function restrict(rules: readonly FileRule[]): string[] {
  const missing: string[] = [];
  if (!restrictFiles(rules)) missing.push('Landlock (Linux 5.13 and newer have it, unless switched off by lsm=)');
  try {
    refuseIoUring(systemCalls);
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    missing.push('seccomp filters');
  }
  return missing;
}

/** A snapshot takes its file's place when it is whole, so it is the folder that is written to. */
function savedFiles({ save }: RunOptions): FileRule[] {
  return save === undefined ? [] : [{ path: dirname(resolvePath(save)), access: 'create' }];
}

/** Node and this package with its dependencies, which may lie beside it. */
function ownFiles(): FileRule[] {
  const modules = `${sep}node_modules${sep}`;
  const at = packageRoot.lastIndexOf(modules);
  const root = at < 0 ? packageRoot : packageRoot.slice(0, at + modules.length);
  return [
    { path: process.execPath, access: 'program' },
    { path: join(dirname(process.execPath), '..', 'lib'), access: 'folder' },
    { path: root, access: 'folder' },
  ];
}
