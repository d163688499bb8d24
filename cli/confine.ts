/**
 * `run --on kvm` in two processes. The launcher lets its child open the guest's files and what Node needs, and nothing else
 * (Landlock, which binds a thread and what that starts, so that it comes too late in a process that has threads). The child is the monitor:
 * once its threads have started, it restricts the system calls of all of them (seccomp).
 */
import { spawn } from 'node:child_process';
import os from 'node:os';
import { dirname, join, sep } from 'node:path';
import { type FileRule, restrictFiles } from '../kvm/confine/landlock.ts';
import { refuseIoUring, restrictSystemCalls, type SeccompOptions } from '../kvm/confine/seccomp.ts';
import { libc, SystemCallError } from '../kvm/syscall.ts';
import { EXIT_PANIC } from './exit-codes.ts';
import { packageRoot } from './package-root.ts';

/** In the child's environment. */
const CONFINED = 'TYPEVISOR_CONFINED';
const PR_SET_PDEATHSIG = 1;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export const isConfined = (): boolean => process.env[CONFINED] === '1';

/** What Node and libc read: libraries, time zones, certificates, name resolution, facts about the system. */
const SYSTEM: readonly FileRule[] = [
  ...['/lib', '/lib64', '/usr/lib', '/usr/lib64'].map((path): FileRule => ({ path, access: 'programs' })),
  ...['/etc', '/proc', '/sys', '/usr/share'].map((path): FileRule => ({ path, access: 'folder' })),
  ...['/dev/urandom', '/dev/random'].map((path): FileRule => ({ path, access: 'read' })),
  ...['/dev/null', '/dev/tty', '/dev/kvm'].map((path): FileRule => ({ path, access: 'write' })),
];

/**
 * Runs this same command line confined.
 * @param files that the guest has
 * @returns the exit code
 */
export function launchConfined(files: readonly FileRule[]): Promise<number> {
  const isTerminal = process.stdin.isTTY === true;
  const missing = restrict([...SYSTEM, ...ownFiles(), ...files]);
  // Taken before and given back behind: a child that is killed cannot do it.
  if (isTerminal) process.stdin.setRawMode(true);
  if (missing.length > 0) process.stderr.write(`typevisor: confined without ${missing.join(' and ')}\n`);
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [CONFINED]: '1' },
  });
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
    refuseIoUring();
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    missing.push('seccomp filters');
  }
  return missing;
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

/** In the child, when all that it needs is loaded and all its threads have started. */
export function restrictMonitor(options: SeccompOptions): void {
  // The monitor is not left behind when its launcher is killed.
  libc().prctl(PR_SET_PDEATHSIG, os.constants.signals.SIGKILL, 0, 0, 0);
  try {
    restrictSystemCalls(options);
  } catch (error) {
    // The launcher has said so.
    if (!(error instanceof SystemCallError)) throw error;
  }
}
