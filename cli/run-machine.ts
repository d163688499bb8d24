/** Runs guests on the built-in machine. */
import { describeStop, type StopReason } from '../machine/index.ts';
import { type BootOptions, boot, isOwnFirmware } from './boot.ts';
import { ConsoleOutput } from './console-output.ts';
import { EXIT_PANIC } from './exit-codes.ts';
import { attachTerminal } from './machine-terminal.ts';

export interface MachineRun extends BootOptions {
  /** Seconds. */
  readonly timeout: number | undefined;
  readonly quiet: boolean;
}

/** @returns the exit code. */
export async function runOnMachine(run: MachineRun): Promise<number> {
  const machine = await boot(run, 'real');
  const output = new ConsoleOutput({ quiet: run.quiet, carriageReturns: !isOwnFirmware(run.bios) });
  machine.on('output', (bytes) => output.write(bytes));
  return attachTerminal(machine, run.timeout, (reason) => output.verdict.exitCode() ?? noReport(reason));
}

function noReport(reason: StopReason): number {
  process.stderr.write(`typevisor: the hypervisor gave no report: ${describeStop(reason)}\n`);
  return EXIT_PANIC;
}
