/** Runs a guest for x86-64 on Linux KVM. */
import { dirname, resolve } from 'node:path';

import type { FileRule } from '../kvm/confine/landlock.ts';
import { ImageError, readImage } from '../kvm/x86/boot/image.ts';
import type { FlatSource } from '../kvm/x86/boot/load.ts';
import { MOST_VIRTIO_DEVICES } from '../kvm/x86/memory-map.ts';
import { Pc, type PcOptions } from '../kvm/x86/pc.ts';
import { virtioDevices } from '../machine/virtio.ts';
import { isConfined, launchConfined, restrictMonitor } from './confine.ts';
import { ConsoleOutput } from './console-output.ts';
import { openDrives, parseDrive } from './drives.ts';
import { UserError } from './errors.ts';
import { readUserFile } from './files.ts';
import { type BootFiles, readKvmSnapshot, saveKvmGuest } from './kvm-snapshot.ts';
import { runKvmGuest } from './kvm-terminal.ts';
import { openNetworks, userNetwork } from './networks.ts';
import type { RunOptions } from './run.ts';
import { parseAddress, parseCount, parseMemorySize, parseSeconds } from './sizes.ts';

/** COM1 is where users look. */
const DEFAULT_COMMAND_LINE = 'console=ttyS0';
const DEFAULT_FLAT_ADDRESS = '0x1000';
/** Boot protocols need the first mebibyte. */
const LEAST_MEMORY = 2 * 2 ** 20;
const MOST_VCPUS = 8;
/** Beside a network card and a source of random numbers. */
const MOST_DRIVES = MOST_VIRTIO_DEVICES - 2;

/** Options that are about the RISC-V hypervisor below its guests. */
const NOT_HERE = { hostMemory: '--host-memory', trace: '--trace', gdb: '--gdb', gdbWait: '--gdb-wait' } as const;

/** @returns the exit code. @throws UserError, KvmUnavailableError */
export async function runOnKvm(guests: readonly string[], options: RunOptions): Promise<number> {
  checkOptions(options);
  const path = guestPath(guests, options);
  if (options.confine && !isConfined()) return launchConfined(guestFiles(path, options));
  const timeout = options.timeout === undefined ? undefined : parseSeconds(options.timeout, '--timeout');
  const { boot, memory, vcpus, files, load } = await plan(path, options);
  const drives = openDrives(options.drive);
  const { networks, close } = await openNetworks(options.net ? [userNetwork(options.hostfwd)] : []);
  const output = new ConsoleOutput({ quiet: false });
  const surroundings = { counted: false, transmit: () => {}, now: () => Math.floor(performance.now()) };
  const create = () =>
    naming(path, () => {
      const virtio = virtioDevices({ drives, networks, rng: true }, surroundings).models;
      const warn = (message: string) => process.stderr.write(`typevisor: ${message}\n`);
      return new Pc({ boot, memory, vcpus, virtio, output: (bytes) => output.write(bytes), warn });
    });
  const { save } = options;
  try {
    return await runKvmGuest({
      create,
      restore: load,
      loaded: () => {
        if (isConfined()) restrictMonitor({ network: options.net === true });
      },
      save: save === undefined || files === undefined ? undefined : (pc) => saveKvmGuest(pc, files, save),
      timeout,
    });
  } finally {
    close();
  }
}

interface Plan {
  readonly boot: PcOptions['boot'];
  /** Bytes. */
  readonly memory: number;
  readonly vcpus: number;
  /** Of a guest that can be saved. */
  readonly files?: BootFiles;
  /** Puts the first PC where the snapshot was. */
  readonly load?: (pc: Pc) => void;
}

async function plan(path: string, options: RunOptions): Promise<Plan> {
  if (options.restore !== undefined) {
    const snapshot = await readKvmSnapshot(options.restore);
    const { source, memory, vcpus, load } = snapshot;
    return { boot: { system: source }, memory, vcpus, files: snapshot, load };
  }
  const vcpus = parseCount(options.vcpus, '--vcpus', 1, MOST_VCPUS);
  const memory = parseMemorySize(options.memory, '--memory', LEAST_MEMORY);
  if (options.raw !== undefined) return { boot: { flat: flat(path, options) }, memory, vcpus };
  const files = bootFiles(path, options);
  return { boot: { system: files.source }, memory, vcpus, files };
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

function guestPath(guests: readonly string[], { raw, at, restore, save }: RunOptions): string {
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
  return path;
}

/** What the monitor is to open. */
function guestFiles(path: string, { initrd, drive, save }: RunOptions): FileRule[] {
  const read = [path, ...(initrd === undefined ? [] : [initrd])].map(
    (each): FileRule => ({ path: each, access: 'read' }),
  );
  const drives = drive.map(parseDrive).map(({ path: each, readOnly, overlay }): FileRule => {
    return { path: each, access: readOnly || overlay ? 'read' : 'write' };
  });
  const saved: FileRule[] = save === undefined ? [] : [{ path: dirname(resolve(save)), access: 'create' }];
  return [...read, ...drives, ...saved];
}

function bootFiles(path: string, { initrd, append = DEFAULT_COMMAND_LINE }: RunOptions): BootFiles {
  const image = readUserFile(path);
  const parsed = naming(path, () => readImage(image));
  if (parsed === undefined) {
    throw new UserError(
      `${path}: not a guest for x86-64: no bzImage, no ELF file for x86, no multiboot header; --raw takes a flat program`,
    );
  }
  const ramDisk = initrd === undefined ? undefined : readUserFile(initrd);
  return { source: { image: parsed, commandLine: append, ramDisk }, image };
}

function flat(path: string, { at = DEFAULT_FLAT_ADDRESS }: RunOptions): FlatSource {
  return { address: parseAddress(at, '--at'), bytes: readUserFile(path) };
}

/** Puts the file's name before what is wrong with it. */
function naming<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof ImageError ? new UserError(`${path}: ${error.message}`) : error;
  }
}
