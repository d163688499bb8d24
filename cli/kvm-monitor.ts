/** The monitor of a guest on KVM, as the command runs it: the guest's files, devices, terminal. */
import type { VcpuThreads } from '../kvm/vcpu-threads.ts';
import { ImageError, readImage } from '../kvm/x86/boot/image.ts';
import { FLAT_MODES, type FlatMode, type FlatSource } from '../kvm/x86/boot/load.ts';
import { Pc, type PcOptions, RESTORED } from '../kvm/x86/pc.ts';
import { ConsoleOutput } from './console-output.ts';
import { UserError } from './errors.ts';
import { isRereadable, readUserFile } from './files.ts';
import { gdbPort } from './gdb-port.ts';
import { openKvmDevices } from './kvm-devices.ts';
import type { GuestFiles } from './kvm-files.ts';
import type { BootFiles } from './kvm-snapshot.ts';
import { type KvmGuest, runKvmGuest, type Saver } from './kvm-terminal.ts';
import type { RunOptions } from './run-options.ts';
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

/** All that a monitor has to know: plain values, so that it may be another process. */
export interface MonitorJob {
  /** Of the image, flat program or snapshot, for messages. */
  readonly path: string;
  readonly options: RunOptions;
  readonly files: GuestFiles;
}

export interface MonitorSurroundings {
  /** Where vCPUs run, if there are threads already. */
  readonly threads?: VcpuThreads;
  /** Called when all is loaded and open and all threads have started, before the guest's first instruction. */
  readonly loaded?: (needs: { readonly network: boolean; readonly server: boolean }) => void;
}

/**
 * @returns the exit code
 * @throws UserError, KvmUnavailableError
 */
export async function monitor(job: MonitorJob, { threads, loaded }: MonitorSurroundings = {}): Promise<number> {
  const { path, options, files } = job;
  const timeout = options.timeout === undefined ? undefined : parseSeconds(options.timeout, '--timeout');
  const { withBoot, memory, vcpus, saver, load } = await plan(job);
  const port = gdbPort(options);
  const devices = await openKvmDevices(options, files);
  const debug = port === undefined ? undefined : await loadDebugger(port, options);
  const output = new ConsoleOutput({ quiet: false });
  let restoring = load !== undefined;
  const create = () =>
    naming(path, () => {
      const warn = (message: string) => process.stderr.write(`typevisor: ${message}\n`);
      const print = (bytes: Uint8Array) => output.write(bytes);
      const machine = { memory, vcpus, virtio: devices.create(), kvm: files.kvm, threads, output: print, warn };
      const isRestored = restoring;
      // A reset later boots it anew.
      restoring = false;
      return isRestored ? new Pc({ ...machine, boot: RESTORED }) : withBoot((boot) => new Pc({ ...machine, boot }));
    });
  try {
    const ready = () => loaded?.({ network: devices.sockets, server: port !== undefined });
    return await runKvmGuest({ create, restore: load, debug, loaded: ready, saver, timeout });
  } finally {
    devices.close();
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

interface Plan {
  /** Makes a PC by a function that is given what it boots. */
  readonly withBoot: (make: (boot: PcOptions['boot']) => Pc) => Pc;
  /** Bytes. */
  readonly memory: number;
  readonly vcpus: number;
  /** Of a guest that is to be saved. */
  readonly saver?: Saver | undefined;
  /** Puts the first PC where the snapshot was. */
  readonly load?: (pc: Pc) => void;
}

async function plan(job: MonitorJob): Promise<Plan> {
  const { path, options, files } = job;
  if (options.restore !== undefined) {
    const { readKvmSnapshot } = await import('./kvm-snapshot.ts');
    const snapshot = await readKvmSnapshot(path, files.image);
    const { source, memory, vcpus, load } = snapshot;
    const withBoot: Plan['withBoot'] = (make) => make({ system: source });
    return { withBoot, memory, vcpus, load, saver: await saverOf(snapshot, options) };
  }
  const vcpus = parseCount(options.vcpus, '--vcpus', 1, MOST_VCPUS);
  const memory = parseMemorySize(options.memory, '--memory', LEAST_MEMORY);
  if (options.raw !== undefined) {
    const program = flat(job);
    return { withBoot: (make) => make({ flat: program }), memory, vcpus };
  }
  const isRead = [files.image, files.initrd].every((file) => file === undefined || isRereadable(file));
  if (isRead && options.save === undefined) return { withBoot: (make) => withFiles(job, make), memory, vcpus };
  const origin = bootFiles(job);
  return { withBoot: (make) => make({ system: origin.source }), memory, vcpus, saver: await saverOf(origin, options) };
}

/** The files are read for each boot, and take no memory while the guest runs. */
function withFiles(job: MonitorJob, make: (boot: PcOptions['boot']) => Pc): Pc {
  const { source, image } = bootFiles(job);
  const pc = make({ system: source });
  for (const bytes of [image, source.ramDisk]) (bytes?.buffer as ArrayBuffer | undefined)?.transfer(0);
  return pc;
}

/** What saves is loaded now: there may be no room for it when it is needed. */
async function saverOf(origin: BootFiles, { save }: RunOptions): Promise<Saver | undefined> {
  if (save === undefined) return undefined;
  const { KvmSaver } = await import('./kvm-save.ts');
  return new KvmSaver(save, origin);
}

function bootFiles({ path, options, files }: MonitorJob): BootFiles {
  const image = readUserFile(path, files.image);
  const parsed = naming(path, () => readImage(image));
  if (parsed === undefined) {
    throw new UserError(
      `${path}: not a guest for x86-64: no bzImage, no ELF file for x86, no multiboot header; --raw takes a flat program`,
    );
  }
  const { initrd, append = DEFAULT_COMMAND_LINE } = options;
  const ramDisk = initrd === undefined ? undefined : readUserFile(initrd, files.initrd);
  return { source: { image: parsed, commandLine: append, ramDisk }, image };
}

function flat({ path, options, files }: MonitorJob): FlatSource {
  const { at, mode: text = 'real' } = options;
  const mode = FLAT_MODES.find((each) => each === text);
  if (mode === undefined) throw new UserError(`--mode ${text}: no such mode; there are ${FLAT_MODES.join(', ')}`);
  return {
    address: parseAddress(at ?? DEFAULT_FLAT_ADDRESSES[mode], '--at'),
    mode,
    bytes: readUserFile(path, files.image),
  };
}

/** Puts the file's name before what is wrong with it. */
function naming<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof ImageError ? new UserError(`${path}: ${error.message}`) : error;
  }
}
