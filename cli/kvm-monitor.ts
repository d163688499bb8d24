/** The monitor of a guest on KVM, as the command runs it: files, devices, terminal. */
import { ImageError, readImage } from '../kvm/x86/boot/image.ts';
import { FLAT_MODES, type FlatMode, type FlatSource } from '../kvm/x86/boot/load.ts';
import { Pc, type PcOptions } from '../kvm/x86/pc.ts';
import { virtioDevices } from '../machine/virtio.ts';
import { isConfined, restrictMonitor } from './confine.ts';
import { ConsoleOutput } from './console-output.ts';
import { openDrives } from './drives.ts';
import { UserError } from './errors.ts';
import { readUserFile } from './files.ts';
import { gdbPort } from './gdb-port.ts';
import { type BootFiles, readKvmSnapshot, saveKvmGuest } from './kvm-snapshot.ts';
import { type KvmGuest, runKvmGuest } from './kvm-terminal.ts';
import type { OpenNetworks } from './networks.ts';
import type { RunOptions } from './run.ts';
import { parseAddress, parseCount, parseMemorySize, parseSeconds } from './sizes.ts';

/** COM1 is where users look. */
const DEFAULT_COMMAND_LINE = 'console=ttyS0';
const DEFAULT_FLAT_ADDRESSES: Readonly<Record<FlatMode, string>> = {
  real: '0x1000',
  protected: '0x100000',
  long: '0x100000',
};
/** Boot protocols need the first mebibyte. */
const LEAST_MEMORY = 2 * 2 ** 20;
const MOST_VCPUS = 8;

/**
 * @param path of the image, flat program or snapshot
 * @returns the exit code
 * @throws UserError, KvmUnavailableError
 */
export async function monitor(path: string, options: RunOptions): Promise<number> {
  const timeout = options.timeout === undefined ? undefined : parseSeconds(options.timeout, '--timeout');
  const { boot, memory, vcpus, files, load } = await plan(path, options);
  const drives = openDrives(options.drive);
  const port = gdbPort(options);
  const { networks, close } = await openUserNetwork(options);
  const debug = port === undefined ? undefined : await loadDebugger(port, options);
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
      debug,
      loaded: () => {
        if (isConfined()) restrictMonitor({ network: networks.length > 0, server: port !== undefined });
      },
      save: save === undefined || files === undefined ? undefined : (pc) => saveKvmGuest(pc, files, save),
      timeout,
    });
  } finally {
    close();
  }
}

/** gdb's stub is loaded only when there is to be one. */
async function loadDebugger(port: number, { gdbWait }: RunOptions): Promise<KvmGuest['debug']> {
  const [{ KvmTarget }, { probeDebugSupport, shortcomings }, { listenForGdb }] = await Promise.all([
    import('../debug/gdb/kvm-target.ts'),
    import('../kvm/x86/debug/support.ts'),
    import('./gdb-server.ts'),
  ]);
  return async (pc) => {
    const support = probeDebugSupport(pc.vm.kvm);
    const lacking = shortcomings(support);
    if (lacking !== undefined) process.stderr.write(`typevisor: gdb: ${lacking}\n`);
    const controller = new KvmTarget(pc, support);
    const server = await listenForGdb(controller, port, gdbWait === true);
    return { controller, close: () => server.close() };
  };
}

/** The user network has much code, which guests without one do not wait for. */
async function openUserNetwork({ net }: RunOptions): Promise<OpenNetworks> {
  if (net === undefined) return { networks: [], close: () => {} };
  if (net === true) throw new UserError('--net: a guest on KVM has no other guests to talk to; write --net user');
  const { openNetworks, parseNet } = await import('./networks.ts');
  return openNetworks([parseNet(net)]);
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

function flat(path: string, { at, mode: text = 'real' }: RunOptions): FlatSource {
  const mode = FLAT_MODES.find((each) => each === text);
  if (mode === undefined) throw new UserError(`--mode ${text}: no such mode; there are ${FLAT_MODES.join(', ')}`);
  return { address: parseAddress(at ?? DEFAULT_FLAT_ADDRESSES[mode], '--at'), mode, bytes: readUserFile(path) };
}

/** Puts the file's name before what is wrong with it. */
function naming<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof ImageError ? new UserError(`${path}: ${error.message}`) : error;
  }
}
