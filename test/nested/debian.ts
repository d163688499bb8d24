/** What the nested tests take from this Debian (packages linux-image-cloud-amd64, busybox-static). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { CpioEntry } from './cpio.ts';

const KERNEL = /^vmlinuz-(.*-cloud-amd64)$/;

/** The release of the newest cloud kernel. */
function cloudKernelRelease(): string {
  const releases = readdirSync('/boot').flatMap((name) => KERNEL.exec(name)?.[1] ?? []);
  const newest = releases.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  if (newest === undefined) throw new Error('/boot: no vmlinuz-*-cloud-amd64; install linux-image-cloud-amd64');
  return newest;
}

const release = cloudKernelRelease();
export const kernelPath = `/boot/vmlinuz-${release}`;

/** Modules of that kernel, by their paths below kernel/ without the ending, to be loaded in this order. */
export function modules(...paths: readonly string[]): CpioEntry[] {
  return paths.map((path, index) => {
    const file = `/lib/modules/${release}/kernel/${path}.ko`;
    if (!existsSync(file)) throw new Error(`${file}: missing; reinstall linux-image-${release}`);
    return { path: `modules/${String(index).padStart(2, '0')}.ko`, bytes: readFileSync(file) };
  });
}

export function busybox(): CpioEntry {
  const file = ['/bin/busybox', '/usr/bin/busybox'].find(existsSync);
  if (file === undefined) throw new Error('busybox: missing; install busybox-static');
  return { path: 'bin/busybox', bytes: readFileSync(file), executable: true };
}

/** Mounts, modules, then the lines given. */
export function init(...lines: readonly string[]): CpioEntry {
  const script = [
    '#!/bin/busybox sh',
    '/bin/busybox --install -s /bin',
    'export PATH=/bin HOME=/root',
    'mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev',
    'mkdir -p /dev/pts; mount -t devpts devpts /dev/pts',
    'for module in /modules/*.ko; do insmod $module; done',
    ...lines,
  ];
  return { path: 'init', bytes: new TextEncoder().encode(`${script.join('\n')}\n`), executable: true };
}

export const mountPoints: readonly CpioEntry[] = ['proc', 'sys', 'dev', 'root', 'tmp'].map((path) => ({ path }));
