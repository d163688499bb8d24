/** `typevisor run`: guests under the hypervisor. */
import { artefactPath } from './artefacts.ts';
import { UserError } from './errors.ts';
import { readUserFile } from './files.ts';
import { checkFits, guestNames, loadGuest } from './guests.ts';
import { type GuestSpec, MOST_HOST_MEMORY, planGuests } from './plan.ts';
import { formatSize, parseCount, parseMemorySize, parseSeconds } from './sizes.ts';

export interface RunOptions {
  readonly on: string;
  readonly memory: string;
  readonly hostMemory?: string;
  readonly smp: string;
  readonly bios: string;
  readonly initrd?: string;
  readonly append?: string;
  readonly trace?: true;
  readonly timeout?: string;
  readonly dryRun?: true;
  readonly quiet?: true;
}

const MIB = 2 ** 20;
const LEAST_GUEST_MEMORY = MIB;
const LEAST_HOST_MEMORY = 64 * MIB;
export const MOST_HARTS = 8;

/** @throws UserError for anything wrong with the options or the files; otherwise the run sets the process's exit code. */
export async function run(paths: readonly string[], options: RunOptions): Promise<void> {
  if (options.on !== 'machine' && options.on !== 'qemu') {
    throw new UserError(`--on ${options.on}: no such host; there are machine and qemu`);
  }
  const onQemu = options.on === 'qemu';
  if (options.dryRun && !onQemu) throw new UserError('--dry-run prints the command line of QEMU: add --on qemu');
  const harts = parseCount(options.smp, '--smp', 1, MOST_HARTS);
  const timeout = options.timeout === undefined ? undefined : parseSeconds(options.timeout, '--timeout');
  const hostMemory =
    options.hostMemory === undefined
      ? undefined
      : parseMemorySize(options.hostMemory, '--host-memory', LEAST_HOST_MEMORY);

  const plan = planGuests(await readGuests(paths, options), { hostMemory, trace: options.trace === true });
  if (!onQemu && plan.hostMemory > MOST_HOST_MEMORY) {
    throw new UserError(
      `the guests need ${formatSize(plan.hostMemory)} of host memory together, and the built-in machine has at most ` +
        `${formatSize(MOST_HOST_MEMORY)}; give each less by --memory`,
    );
  }
  const settings = { harts, timeout, quiet: options.quiet === true, ...plan };
  const hypervisorPath = await artefactPath('hypervisor.elf');
  if (onQemu) {
    const { runOnQemu } = await import('./run-qemu.ts');
    process.exitCode = await runOnQemu({
      ...settings,
      hypervisorPath,
      bios: await firmwarePath(options.bios, undefined),
      dryRun: options.dryRun === true,
    });
  } else {
    const { runOnMachine } = await import('./run-machine.ts');
    const firmware = (await firmwarePath(options.bios, 'ours'))!;
    process.exitCode = await runOnMachine({
      ...settings,
      firmware: readUserFile(firmware),
      hypervisor: readUserFile(hypervisorPath),
    });
  }
}

/** `default` is the host's own; undefined leaves that to the host. */
async function firmwarePath(bios: string, hostsOwn: 'ours' | undefined): Promise<string | undefined> {
  if (bios === 'typevisor' || (bios === 'default' && hostsOwn === 'ours')) return artefactPath('firmware.elf');
  if (bios === 'default') return undefined;
  readUserFile(bios);
  return bios;
}

async function readGuests(paths: readonly string[], options: RunOptions): Promise<GuestSpec[]> {
  if (paths.length === 0) throw new UserError('no guest given; try: typevisor run hello.ts (see typevisor run --help)');
  const memory = parseMemorySize(options.memory, '--memory', LEAST_GUEST_MEMORY);
  const initrd =
    options.initrd === undefined ? undefined : { path: options.initrd, bytes: readUserFile(options.initrd) };
  const names = guestNames(paths);
  const guests: GuestSpec[] = [];
  for (const [index, path] of paths.entries()) {
    const image = await loadGuest(path);
    checkFits(image, memory);
    guests.push({ name: names[index]!, image, initrd, bootargs: options.append, memory, vcpus: 1 });
  }
  return guests;
}
