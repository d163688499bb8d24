/** `typevisor machine`: the computer by itself. */
import { deviceTree, VIRTIO_SLOTS } from '../machine/board.ts';
import { writeFdt } from '../machine/fdt.ts';
import { Machine } from '../machine/index.ts';
import { describeStop, type StopReason } from '../machine/stop-reason.ts';
import { artefact } from './artefacts.ts';
import { type BootFileOptions, bootFiles } from './boot-files.ts';
import { ConsoleOutput } from './console-output.ts';
import { underDebugger } from './debugger.ts';
import { openDrives } from './drives.ts';
import { UserError } from './errors.ts';
import { EXIT_GUEST_FAILED, EXIT_SUCCESS } from './exit-codes.ts';
import { writeUserFile } from './files.ts';
import { type DebuggerOptions, gdbPort } from './gdb-port.ts';
import { attachTerminal } from './machine-terminal.ts';
import { openNetworks, parseNet } from './networks.ts';
import { MOST_HOST_MEMORY } from './plan.ts';
import { MOST_HARTS } from './run.ts';
import { openShares } from './shares.ts';
import { formatSize, parseCount, parseMemorySize, parseSeconds } from './sizes.ts';
import { restoreMachine } from './snapshot-file.ts';
import { statisticsTable } from './statistics.ts';

export interface MachineOptions extends BootFileOptions, DebuggerOptions {
  readonly memory?: string;
  readonly smp: string;
  readonly drive: readonly string[];
  readonly net: readonly string[];
  readonly share: readonly string[];
  readonly rng?: boolean;
  readonly console: string;
  /** Where the machine is saved to. */
  readonly save?: string;
  /** A snapshot to go on from. */
  readonly restore?: string;
  readonly dumpDtb?: string;
  readonly statistics?: boolean;
  readonly timeout?: string;
}

const DEFAULT_MEMORY = '128M';
/** Debian's kernel and initial RAM disk take 100 MiB. */
const LINUX_MEMORY = '512M';
const LEAST_MEMORY = 2 ** 20;
/** What the machine's memory is made of. */
const MEMORY_STEP = 2 ** 16;

/** @throws UserError, ElfError, LoadError; otherwise the run sets the process's exit code. */
export async function machine(options: MachineOptions): Promise<void> {
  const harts = parseCount(options.smp, '--smp', 1, MOST_HARTS);
  const size = options.memory ?? (options.linux ? LINUX_MEMORY : DEFAULT_MEMORY);
  const memory = parseMemorySize(size, '--memory', LEAST_MEMORY);
  if (memory > MOST_HOST_MEMORY || memory % MEMORY_STEP !== 0) {
    throw new UserError(`--memory ${size}: the machine has up to ${formatSize(MOST_HOST_MEMORY)}, in steps of 64 KiB`);
  }
  const timeout = options.timeout === undefined ? undefined : parseSeconds(options.timeout, '--timeout');
  gdbPort(options);
  const bootargs = options.append;
  if (options.dumpDtb !== undefined) {
    writeUserFile(options.dumpDtb, writeFdt(deviceTree({ harts, memory, bootargs })));
    return;
  }
  checkSlots(options);
  const files = options.restore === undefined ? await bootFiles(options) : undefined;
  const { networks, close } = await openNetworks(options.net.map((text) => parseNet(text)));
  try {
    const devices = {
      core: await artefact('core.wasm'),
      drives: openDrives(options.drive),
      networks,
      shares: openShares(options.share),
      rng: options.rng,
      console: consoleOf(options.console),
      paced: true,
    };
    const computer = files
      ? await Machine.create({ ...devices, ...files, harts, memory, time: 'real' })
      : await restoreMachine(options.restore!, devices);
    const output = new ConsoleOutput({ quiet: false });
    computer.on('output', (bytes) => output.write(bytes));
    process.exitCode = await underDebugger(computer, options, (controller) =>
      attachTerminal(computer, { timeout, consoles: false, exitCode: exitCodeOf, save: options.save, controller }),
    );
    if (options.statistics) process.stderr.write(statisticsTable(computer.statistics));
  } finally {
    close();
  }
}

/** Each of these devices takes a virtio slot. */
function checkSlots({ drive, net, share, rng, console }: MachineOptions): void {
  const cards = net.filter((each) => each !== 'none');
  const devices = drive.length + cards.length + share.length + (rng ? 1 : 0) + (console === 'virtio' ? 1 : 0);
  if (devices > VIRTIO_SLOTS) {
    throw new UserError(
      `the machine has room for ${VIRTIO_SLOTS} virtio devices, and these options ask for ${devices}`,
    );
  }
}

/** What the keyboard is connected to. */
function consoleOf(name: string): 'uart' | 'virtio' {
  if (name === 'uart' || name === 'virtio') return name;
  throw new UserError(`--console ${name}: the machine has uart and virtio`);
}

/** How the program on the machine ended, which says why on stderr unless all is well. */
function exitCodeOf(reason: StopReason): number {
  if (reason.kind === 'pass' || (reason.kind === 'tohost' && reason.code === 0)) return EXIT_SUCCESS;
  process.stderr.write(`typevisor: ${describeStop(reason)}\n`);
  return EXIT_GUEST_FAILED;
}
