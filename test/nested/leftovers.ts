/** What a run has left behind in this process and on this computer: counted before and after it. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Holdings {
  readonly threads: number;
  /** Of this process, by what they are: sockets, KVM's, files. */
  readonly descriptors: readonly string[];
  /** Mappings of vCPUs. */
  readonly mappings: number;
  /** Command lines of this process's descendants. */
  readonly processes: readonly string[];
  readonly temporaryFiles: readonly string[];
}

/** A thread that has ended is there for a moment more. */
const MOMENTS = 100;
const MOMENT_MS = 20;

export function holdings(): Holdings {
  return {
    threads: readdirSync('/proc/self/task').length,
    descriptors: descriptors(),
    mappings: readFileSync('/proc/self/maps', 'utf8').split('kvm-vcpu').length - 1,
    processes: descendants(process.pid),
    temporaryFiles: readdirSync(os.tmpdir()).sort(),
  };
}

/** What there is now, when it is no more than `before`, or stays more. */
export async function holdingsAfter(before: Holdings): Promise<Holdings> {
  for (let moment = 0; ; moment++) {
    const now = holdings();
    if (moment === MOMENTS || JSON.stringify(now) === JSON.stringify(before)) return now;
    await sleep(MOMENT_MS);
  }
}

function descriptors(): string[] {
  return readdirSync('/proc/self/fd')
    .map((fd) => linkOf(`/proc/self/fd/${fd}`).replace(/\[\d+\]/, ''))
    .filter((link) => link !== '' && !/^\/proc\//.test(link))
    .sort();
}

/** '' for one that is gone already, as that of the listing itself. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function descendants(pid: number): string[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    textOf(`/proc/${pid}/task/${task}/children`).split(' '),
  );
  return children
    .filter((child) => /^\d+$/.test(child.trim()))
    .flatMap((child) => [textOf(`/proc/${child}/cmdline`).replaceAll('\0', ' '), ...descendants(Number(child))]);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
