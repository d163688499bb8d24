/** `--gdb` and `--gdb-wait`: a run that a debugger may stop, look into and let go on. */
import { MachineTarget } from '../debug/gdb/machine-target.ts';
import type { Machine } from '../machine/index.ts';
import { type DebuggerOptions, gdbPort } from './gdb-port.ts';
import { listenForGdb } from './gdb-server.ts';
import type { RunController } from './machine-terminal.ts';

/**
 * Calls `run` with the debugger as its controller, or without one.
 * @throws UserError if the port cannot be had.
 */
export async function underDebugger(
  machine: Machine,
  options: DebuggerOptions,
  run: (controller?: RunController) => Promise<number>,
): Promise<number> {
  const port = gdbPort(options);
  if (port === undefined) return run();
  const target = new MachineTarget(machine);
  const server = await listenForGdb(target, port, options.gdbWait === true);
  try {
    return await run(target);
  } finally {
    server.close();
  }
}
