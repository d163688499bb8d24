/** `typevisor run`: guests under the hypervisor. */
import type { BootOptions } from './boot.ts';
import { UserError } from './errors.ts';
import { chooseHost } from './host.ts';
import type { NetSpec } from './networks.ts';
import { MOST_VCPUS } from './programs.ts';
import type { RunOptions } from './run-options.ts';
import { LEAST_GUEST_MEMORY, LEAST_HOST_MEMORY, parseCount, parseMemorySize, parseSeconds } from './sizes.ts';

export const MOST_HARTS = 8;
/** Beside a source of random numbers in the host's eight virtio slots. */
const MOST_HOST_DEVICES = 7;
/** What `--net` makes; nobody sees its name. */
const ONLY_NETWORK = 'net';

type GuestsOptions = BootOptions<NetSpec>;

/** @throws UserError for anything wrong with the options or the files; otherwise the run sets the process's exit code. */
export async function run(guests: readonly string[], options: RunOptions): Promise<void> {
  const host = chooseHost(options.on, guests, options.raw !== undefined);
  if (options.dryRun && host !== 'qemu') {
    throw new UserError('--dry-run prints the command line of QEMU: add --on qemu');
  }
  if (host === 'kvm') {
    const { runOnKvm } = await import('./run-kvm.ts');
    process.exitCode = await runOnKvm(guests, options);
    return;
  }
  for (const name of ['raw', 'at', 'mode', 'save', 'restore'] as const) {
    if (options[name] !== undefined) throw new UserError(`--${name} is for guests on KVM: add --on kvm`);
  }
  const timeout = options.timeout === undefined ? undefined : parseSeconds(options.timeout, '--timeout');
  const { gdbPort } = await import('./gdb-port.ts');
  const { gdb, gdbWait } = options;
  const port = gdbPort(options);
  const traceFile = typeof options.trace === 'string' ? options.trace : undefined;
  if (traceFile !== undefined) (await import('./exit-trace.ts')).checkTraceFile(traceFile);
  const settings = { timeout, traceFile, quiet: options.quiet === true };
  const boot = await withGuestsFile(await bootOptions(guests, options), options);
  checkHostSlots(boot);
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
async function withGuestsFile(boot: GuestsOptions, options: RunOptions): Promise<GuestsOptions> {
  const { isGuestsFile, readGuestsFile } = await import('./guests-file.ts');
  const file = boot.guests.find((path) => typeof path === 'string' && isGuestsFile(path));
  if (typeof file !== 'string') return boot;
  if (boot.guests.length > 1) throw new UserError(`${file}: give it alone, it names the guests`);
  if (options.drive.length > 0) throw new UserError(`--drive: ${file} says which guest has which disks`);
  if (options.net !== undefined) throw new UserError(`--net: ${file} says which guest has which networks`);
  const { harts, hostMemory, ...described } = readGuestsFile(file);
  return {
    ...boot,
    ...described,
    harts: options.smp === undefined ? (harts ?? 1) : boot.harts,
    hostMemory: boot.hostMemory ?? hostMemory,
  };
}

function checkHostSlots({ drives = [], networks = {} }: GuestsOptions): void {
  const uplinks = Object.values(networks).filter(({ uplink }) => uplink !== undefined);
  const count = drives.length + uplinks.length;
  if (count <= MOST_HOST_DEVICES) return;
  throw new UserError(`the host has room for ${MOST_HOST_DEVICES} disks and uplinks together, not ${count}`);
}

async function bootOptions(guests: readonly string[], options: RunOptions): Promise<GuestsOptions> {
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
    networks: await networksOf(options.net),
    trace: options.trace === true,
    record: typeof options.trace === 'string',
  };
}

/** `--net` alone is a network between the guests; with words of the bare machine's it is one that leads out. */
async function networksOf(net: RunOptions['net']): Promise<GuestsOptions['networks']> {
  if (net === undefined) return {};
  if (net === true) return { [ONLY_NETWORK]: {} };
  const uplink = (await import('./networks.ts')).parseUplink(net);
  return uplink === undefined ? {} : { [ONLY_NETWORK]: { uplink } };
}
