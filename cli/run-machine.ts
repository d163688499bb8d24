/** Runs guests on the built-in machine. */
import { Machine } from '../machine/index.ts';
import { artefact } from './artefacts.ts';
import { ConsoleOutput } from './console-output.ts';
import { attachTerminal } from './machine-terminal.ts';
import type { HostPlan } from './plan.ts';

export interface MachineRun extends HostPlan {
  readonly harts: number;
  /** Seconds. */
  readonly timeout: number | undefined;
  readonly quiet: boolean;
  readonly firmware: Uint8Array;
  readonly hypervisor: Uint8Array;
}

/** @returns the exit code. */
export async function runOnMachine(run: MachineRun): Promise<number> {
  const machine = await Machine.create({
    core: await artefact('core.wasm'),
    harts: run.harts,
    memory: run.hostMemory,
    firmware: run.firmware,
    kernel: run.hypervisor,
    modules: run.modules.map(({ kind, address, file }) => ({ kind, address, bytes: file.bytes })),
    time: 'real',
  });
  const output = new ConsoleOutput({ quiet: run.quiet });
  machine.on('output', (bytes) => output.write(bytes));
  return await attachTerminal(machine, run.timeout, () => output.verdict.exitCode());
}
