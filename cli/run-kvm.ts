/** Runs a guest for x86-64 on Linux KVM. This part is the launcher's: the monitor's own is in kvm-monitor.ts. */
import { MOST_VIRTIO_DEVICES } from '../kvm/x86/memory-map.ts';
import { UserError } from './errors.ts';
import { openGuestFiles } from './kvm-files.ts';
import type { MonitorJob } from './kvm-monitor.ts';
import type { RunOptions } from './run-options.ts';

/** Beside a network card and a source of random numbers. */
const MOST_DRIVES = MOST_VIRTIO_DEVICES - 2;

/** Options that are about the RISC-V hypervisor below its guests. */
const NOT_HERE = { hostMemory: '--host-memory', trace: '--trace' } as const;

/** @returns the exit code. @throws UserError, KvmUnavailableError */
export async function runOnKvm(guests: readonly string[], options: RunOptions): Promise<number> {
  const job = kvmJob(guests, options);
  if (options.confine) return (await import('./confine.ts')).launchConfined(job);
  return (await import('./kvm-monitor.ts')).monitor(job);
}

/** Opens the guest's files. @throws UserError, KvmUnavailableError */
export function kvmJob(guests: readonly string[], options: RunOptions): MonitorJob {
  checkOptions(options);
  const path = guestPath(guests, options);
  return { path, options, files: openGuestFiles(path, options) };
}

function checkOptions(options: RunOptions): void {
  for (const [name, option] of Object.entries(NOT_HERE)) {
    if (options[name as keyof typeof NOT_HERE] !== undefined) {
      throw new UserError(`${option} is about the RISC-V hypervisor; leave it out for guests on KVM`);
    }
  }
  if (options.bios !== 'default') {
    throw new UserError('--bios: guests on KVM are entered without firmware; leave it out');
  }
  if (options.drive.length > MOST_DRIVES) {
    throw new UserError(`--drive: the guest has room for ${MOST_DRIVES} drives, not ${options.drive.length}`);
  }
}

function guestPath(guests: readonly string[], { raw, at, mode, restore, save }: RunOptions): string {
  if (raw !== undefined && save !== undefined) throw new UserError('--save: a flat program cannot be saved');
  if (restore !== undefined) {
    if (guests.length > 0 || raw !== undefined)
      throw new UserError('--restore: the snapshot has the guest; name no other');
    return restore;
  }
  const [path, ...more] = raw === undefined ? guests : [raw, ...guests];
  if (path === undefined) {
    throw new UserError('no guest given; try: typevisor run --on kvm vmlinuz --initrd initrd.img');
  }
  if (more.length > 0) throw new UserError(`KVM runs one guest at a time; leave out ${more.join(', ')}`);
  if (at !== undefined && raw === undefined) throw new UserError('--at is where a flat program is loaded: add --raw');
  if (mode !== undefined && raw === undefined)
    throw new UserError('--mode is how a flat program is entered: add --raw');
  return path;
}
