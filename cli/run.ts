/** `typevisor run`: guests under the hypervisor. */
import type { BootOptions } from './boot.ts';
import type { DebuggerOptions } from './debugger.ts';
import { UserError } from './errors.ts';
import { chooseHost } from './host.ts';
import { MOST_VCPUS } from './programs.ts';
import { LEAST_GUEST_MEMORY, LEAST_HOST_MEMORY, parseCount, parseMemorySize, parseSeconds } from './sizes.ts';

export interface RunOptions extends DebuggerOptions {
  readonly on: string;
  readonly memory: string;
  readonly vcpus: string;
  readonly hostMemory?: string;
  readonly smp?: string;
  readonly bios: string;
  readonly initrd?: string;
  readonly append?: string;
  readonly drive: readonly string[];
  readonly net?: true;
  readonly trace?: true | string;
  readonly timeout?: string;
  readonly dryRun?: true;
  readonly quiet?: true;
  readonly raw?: string;
  readonly at?: string;
  readonly hostfwd: readonly string[];
  readonly confine: boolean;
  readonly save?: string;
  readonly restore?: string;
}

export const MOST_HARTS = 8;
/** Beside a network card and a source of random numbers in the host's eight virtio slots. */
const MOST_DRIVES = 6;

/** @throws UserError for anything wrong with the options or the files; otherwise the run sets the process's exit code. */
export async function run(guests: readonly string[], options: RunOptions): Promise<void> {
  const host = chooseHost(options.on, guests, options.raw !== undefined);
  if (options.dryRun && host !== 'qemu') {
    throw new UserError('--dry-run prints the command line of QEMU: add --on qemu');
  }
  if (options.hostfwd.length > 0 && !options.net) throw new UserError('--hostfwd leads into a network: add --net');
  if (host === 'kvm') {
    const { runOnKvm } = await import('./run-kvm.ts');
    process.exitCode = await runOnKvm(guests, options);
    return;
  }
  for (const name of ['raw', 'save', 'restore'] as const) {
    if (options[name] !== undefined) throw new UserError(`--${name} is for guests on KVM: add --on kvm`);
  }
  const timeout = options.timeout === undefined ? undefined : parseSeconds(options.timeout, '--timeout');
  const [{ gdbPort }, { userNetwork }] = await Promise.all([import('./debugger.ts'), import('./networks.ts')]);
  const { gdb, gdbWait } = options;
  const port = gdbPort(options);
  const traceFile = typeof options.trace === 'string' ? options.trace : undefined;
  if (traceFile !== undefined) (await import('./exit-trace.ts')).checkTraceFile(traceFile);
  const settings = { timeout, traceFile, quiet: options.quiet === true, uplink: userNetwork(options.hostfwd) };
  const boot = await withGuestsFile(bootOptions(guests, options), options);
  if (host === 'qemu') {
    const [{ runOnQemu }, { hostPlan }] = await Promise.all([import('./run-qemu.ts'), import('./boot.ts')]);
    const debug = port === undefined ? undefined : { port, wait: gdbWait === true };
    const qemu = { ...boot, ...settings, debug, dryRun: options.dryRun === true };
    process.exitCode = await runOnQemu(qemu, await hostPlan(boot));
  } else {
    const { runOnMachine } = await import('./run-machine.ts');
    process.exitCode = await runOnMachine({ ...boot, ...settings, ...(gdb && { gdb }), ...(gdbWait && { gdbWait }) });
  }
}

/** A file that describes guests is the only one that is named. */
async function withGuestsFile(boot: BootOptions, options: RunOptions): Promise<BootOptions> {
  const { isGuestsFile, readGuestsFile } = await import('./guests-file.ts');
  const file = boot.guests.find((path) => typeof path === 'string' && isGuestsFile(path));
  if (typeof file !== 'string') return boot;
  if (boot.guests.length > 1) throw new UserError(`${file}: give it alone, it names the guests`);
  if (options.drive.length > 0) throw new UserError(`--drive: ${file} says which guest has which disks`);
  const described = readGuestsFile(file);
  const count = described.drives?.length ?? 0;
  if (count > MOST_DRIVES) throw new UserError(`${file}: the host has room for ${MOST_DRIVES} disks, not ${count}`);
  return {
    ...boot,
    guests: described.guests,
    drives: described.drives,
    harts: options.smp === undefined ? (described.harts ?? 1) : boot.harts,
    hostMemory: boot.hostMemory ?? described.hostMemory,
  };
}

function bootOptions(guests: readonly string[], options: RunOptions): BootOptions {
  if (options.drive.length > MOST_DRIVES) {
    throw new UserError(`--drive: the host has room for ${MOST_DRIVES} drives, not ${options.drive.length}`);
  }
  const { hostMemory, initrd, append } = options;
  return {
    guests,
    memory: parseMemorySize(options.memory, '--memory', LEAST_GUEST_MEMORY),
    vcpus: parseCount(options.vcpus, '--vcpus', 1, MOST_VCPUS),
    hostMemory: hostMemory === undefined ? undefined : parseMemorySize(hostMemory, '--host-memory', LEAST_HOST_MEMORY),
    harts: parseCount(options.smp ?? '1', '--smp', 1, MOST_HARTS),
    bios: options.bios,
    initrd,
    append,
    drives: options.drive,
    net: options.net === true,
    trace: options.trace === true,
    record: typeof options.trace === 'string',
  };
}
