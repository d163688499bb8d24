/** Two Linux guests that put each other under load (load/run.sh), and whoever else shall run beside them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BootOptions, GuestOptions } from '../../cli/boot.ts';
import type { TemporaryFolder } from '../../cli/files.ts';
import { S_IFDIR, S_IFREG, writeCpio } from '../../cli/linux/cpio.ts';
import { fetchedLinux } from '../../cli/linux/fetched.ts';

const MIB = 2 ** 20;
const SCRIPTS = join(import.meta.dirname, 'load');
const DISK_BYTES = 64 * MIB;

/** Little enough that files and processes are in each other's way. */
const MEMORY = 192 * MIB;
/** Each has a console of another kind. */
const LINUX_GUESTS = [
  { name: 'north', address: '10.1.0.1', peer: '10.1.0.2', console: 'hvc0' },
  { name: 'south', address: '10.1.0.2', peer: '10.1.0.1', console: 'ttyS0' },
] as const;
export const LINUX_NAMES: readonly string[] = LINUX_GUESTS.map(({ name }) => name);

/** In seconds: of slow time, in which the checks of modules' signatures take longer than the kernel expects of anything. */
const ALARMS = 'rcupdate.rcu_cpu_stall_timeout=300 watchdog_thresh=60';

export interface Load {
  /** Of guest time, under load. */
  readonly seconds: number;
  /** Of the host. */
  readonly harts: number;
  /** Further guests, in the words of `typevisor run`. */
  readonly beside: readonly string[];
}

/** The disk without a file system. */
export function blockDisk(guest: string): string {
  return `${guest}-blocks.img`;
}

/** Writes the guests' disks, which are empty, and their initrd into the folder. */
export function prepareLoad({ seconds, harts, beside }: Load, folder: TemporaryFolder): BootOptions {
  const { kernel, initrd } = fetchedLinux();
  const withScripts = folder.write('load.cpio', Buffer.concat([readFileSync(initrd), scripts()]));
  const drives = LINUX_NAMES.flatMap((name) => [blockDisk(name), `${name}-files.img`]);
  const linux = LINUX_GUESTS.map(({ name, address, peer, console }, index): GuestOptions => {
    const environment = `guest=${name} address=${address} peer=${peer} duration=${seconds}`;
    const append = `console=${console} printk.devkmsg=on ${ALARMS} ${environment}`;
    const disks = [2 * index, 2 * index + 1];
    return { name, path: kernel, initrd: withScripts, append, memory: MEMORY, vcpus: 2, disks };
  });
  const others = beside.map((path, index): GuestOptions => ({ name: `beside-${index + 1}`, path }));
  return {
    guests: [...linux, ...others],
    memory: 16 * MIB,
    harts,
    networks: { switch: {} },
    drives: drives.map((name) => folder.write(name, new Uint8Array(DISK_BYTES))),
  };
}

/** An archive behind the fetched one: Linux unpacks both, and what is in the later one stays. */
function scripts(): Uint8Array {
  const folders = ['endurance', 'endurance/www', 'endurance/www/cgi-bin'];
  return writeCpio([
    ...folders.map((path) => ({ path, mode: S_IFDIR | 0o755 })),
    ...readdirSync(SCRIPTS).map((name) => ({
      path: placeOf(name),
      mode: S_IFREG | 0o755,
      bytes: readFileSync(join(SCRIPTS, name)),
    })),
  ]);
}

function placeOf(name: string): string {
  if (name === 'inittab') return 'etc/inittab';
  return name === 'content' ? 'endurance/www/cgi-bin/content' : `endurance/${name}`;
}
