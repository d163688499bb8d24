/** Runs guests on the built-in machine. */
import { describeStop, type Machine, type Network, type StopReason } from '../machine/index.ts';
import { type BootOptions, boot, isOwnFirmware, namesOfGuests, uplinksOf } from './boot.ts';
import { ConsoleOutput } from './console-output.ts';
import { underDebugger } from './debugger.ts';
import { EXIT_PANIC } from './exit-codes.ts';
import { writeExitTrace } from './exit-trace.ts';
import type { DebuggerOptions } from './gdb-port.ts';
import { attachTerminal } from './machine-terminal.ts';
import { type NetSpec, openNetworks } from './networks.ts';

export interface MachineRun extends BootOptions<NetSpec>, DebuggerOptions {
  /** Seconds. */
  readonly timeout: number | undefined;
  readonly quiet: boolean;
  /** Where the exits that were recorded go. */
  readonly traceFile: string | undefined;
}

/** @returns the exit code. */
export async function runOnMachine(run: MachineRun): Promise<number> {
  const { networks: ends, close } = await openNetworks(uplinksOf(run));
  try {
    return await follow(run, await boot({ ...run, networks: connected(run.networks, ends) }, 'real'));
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

/** The guests' networks with the ends of their uplinks, which come in the same order. */
function connected(networks: MachineRun['networks'] = {}, ends: readonly Network[]): BootOptions['networks'] {
  const left = [...ends];
  const entries = Object.entries(networks);
  return Object.fromEntries(entries.map(([name, { uplink }]) => [name, { uplink: uplink && left.shift()!.backend }]));
}

function noReport(reason: StopReason): number {
  process.stderr.write(`typevisor: the hypervisor gave no report: ${describeStop(reason)}\n`);
  return EXIT_PANIC;
}
