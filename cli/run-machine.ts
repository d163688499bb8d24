/** Runs guests on the built-in machine. */
import { describeStop, type Machine, type StopReason } from '../machine/index.ts';
import { type BootOptions, boot, isOwnFirmware, namesOfGuests } from './boot.ts';
import { ConsoleOutput } from './console-output.ts';
import { type DebuggerOptions, underDebugger } from './debugger.ts';
import { EXIT_PANIC } from './exit-codes.ts';
import { writeExitTrace } from './exit-trace.ts';
import { attachTerminal } from './machine-terminal.ts';
import { openNetworks } from './networks.ts';

export interface MachineRun extends BootOptions, DebuggerOptions {
  /** Seconds. */
  readonly timeout: number | undefined;
  readonly quiet: boolean;
  /** Where the exits that were recorded go. */
  readonly traceFile: string | undefined;
  /** What the guests' switch is connected to, in the words of `--net` of the bare machine. */
  readonly uplink: string;
}

/** @returns the exit code. */
export async function runOnMachine(run: MachineRun): Promise<number> {
  const { networks, close } = await openNetworks(run.net ? [run.uplink] : []);
  try {
    return await follow(run, await boot({ ...run, networks }, 'real'));
  } finally {
    close();
  }
}

async function follow(run: MachineRun, machine: Machine): Promise<number> {
  const output = new ConsoleOutput({ quiet: run.quiet, carriageReturns: !isOwnFirmware(run.bios) });
  machine.on('output', (bytes) => output.write(bytes));
  const exitCode = (reason: StopReason) => output.verdict.exitCode() ?? noReport(reason);
  const { timeout } = run;
  const result = await underDebugger(machine, run, (controller) =>
    attachTerminal(machine, { timeout, consoles: true, exitCode, controller }),
  );
  if (run.traceFile !== undefined) {
    const read = (address: number, length: number) => machine.memory.read(address, length);
    await writeExitTrace({ file: run.traceFile, guestNames: namesOfGuests(run) }, read);
  }
  return result;
}

function noReport(reason: StopReason): number {
  process.stderr.write(`typevisor: the hypervisor gave no report: ${describeStop(reason)}\n`);
  return EXIT_PANIC;
}
