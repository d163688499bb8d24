/** Runs a guest for x86-64 on Linux KVM. */

import type { FileRule } from '../kvm/confine/landlock.ts';
import type { StopReason } from '../kvm/stop-reason.ts';
import { ImageError, readImage } from '../kvm/x86/boot/image.ts';
import type { BootSource, FlatSource } from '../kvm/x86/boot/load.ts';
import { MOST_VIRTIO_DEVICES } from '../kvm/x86/memory-map.ts';
import { Pc, type PcOptions } from '../kvm/x86/pc.ts';
import { virtioDevices } from '../machine/virtio.ts';
import { isConfined, launchConfined, restrictMonitor } from './confine.ts';
import { ConsoleOutput } from './console-output.ts';
import { openDrives, parseDrive } from './drives.ts';
import { UserError } from './errors.ts';
import { EXIT_GUEST_FAILED, EXIT_SUCCESS, EXIT_TIMEOUT } from './exit-codes.ts';
import { readUserFile } from './files.ts';
import { openNetworks, userNetwork } from './networks.ts';
import type { RunOptions } from './run.ts';
import { parseAddress, parseCount, parseMemorySize, parseSeconds } from './sizes.ts';
import { Terminal } from './terminal.ts';

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
  const vcpus = parseCount(options.vcpus, '--vcpus', 1, MOST_VCPUS);
  const memory = parseMemorySize(options.memory, '--memory', LEAST_MEMORY);
  const boot = options.raw === undefined ? { system: system(path, options) } : { flat: flat(path, options) };
  const drives = openDrives(options.drive);
  const { networks, close } = await openNetworks(options.net ? [userNetwork(options.hostfwd)] : []);
  const output = new ConsoleOutput({ quiet: false });
  const surroundings = { counted: false, transmit: () => {}, now: () => Math.floor(performance.now()) };
  const create = () =>
    new Pc({
      boot,
      memory,
      vcpus,
      virtio: virtioDevices({ drives, networks, rng: true }, surroundings).models,
      output: (bytes) => output.write(bytes),
      warn: (message) => process.stderr.write(`typevisor: ${message}\n`),
    } satisfies PcOptions);
  try {
    const loaded = () => isConfined() && restrictMonitor({ network: options.net === true });
    return await runInTerminal(() => naming(path, create), loaded, timeout);
  } finally {
    close();
  }
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

function guestPath(guests: readonly string[], { raw, at }: RunOptions): string {
  const [path, ...more] = raw === undefined ? guests : [raw, ...guests];
  if (path === undefined) {
    throw new UserError('no guest given; try: typevisor run --on kvm vmlinuz --initrd initrd.img');
  }
  if (more.length > 0) throw new UserError(`KVM runs one guest at a time; leave out ${more.join(', ')}`);
  if (at !== undefined && raw === undefined) throw new UserError('--at is where a flat program is loaded: add --raw');
  return path;
}

/** What the monitor is to open. */
function guestFiles(path: string, { initrd, drive }: RunOptions): FileRule[] {
  const read = [path, ...(initrd === undefined ? [] : [initrd])].map(
    (each): FileRule => ({ path: each, access: 'read' }),
  );
  const drives = drive.map(parseDrive).map(({ path: each, readOnly, overlay }): FileRule => {
    return { path: each, access: readOnly || overlay ? 'read' : 'write' };
  });
  return [...read, ...drives];
}

function system(path: string, { initrd, append = DEFAULT_COMMAND_LINE }: RunOptions): BootSource {
  const image = naming(path, () => readImage(readUserFile(path)));
  if (image === undefined) {
    throw new UserError(
      `${path}: not a guest for x86-64: no bzImage, no ELF file for x86, no multiboot header; --raw takes a flat program`,
    );
  }
  return { image, commandLine: append, ramDisk: initrd === undefined ? undefined : readUserFile(initrd) };
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

/**
 * Until the guest ends, the user leaves or the time is over; a guest that asks for a reset gets a new machine.
 * @param loaded called when all threads have started, before the guest's first instruction
 * @param timeout seconds
 * @returns the exit code
 */
async function runInTerminal(create: () => Pc, loaded: () => void, timeout: number | undefined): Promise<number> {
  let pc = create();
  let left: number | undefined;
  const terminal = new Terminal({
    input: (bytes) => pc.type(bytes),
    leave: (code) => {
      left = code;
      pc.stop();
    },
  });
  const deadline = timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeout * 1000;
  try {
    await pc.ready();
    loaded();
    for (;;) {
      const reason = await pc.run({ timeout: deadline - performance.now() });
      if (left !== undefined) return left;
      if (reason.kind === 'timeout') return EXIT_TIMEOUT;
      if (reason.kind !== 'reset') return exitCodeOf(reason);
      await pc.close();
      pc = create();
    }
  } finally {
    await pc.close();
    terminal.close();
  }
}

function exitCodeOf(reason: StopReason): number {
  if (reason.kind !== 'failed') return EXIT_SUCCESS;
  process.stderr.write(`typevisor: vCPU ${reason.vcpu}: ${reason.summary}\n${reason.report}\n`);
  return EXIT_GUEST_FAILED;
}
