/** `--gdb` and `--gdb-wait`: a run that a debugger may stop, look into and let go on. */
import { MachineTarget } from '../debug/gdb/machine-target.ts';
import type { Machine } from '../machine/index.ts';
import { UserError } from './errors.ts';
import { GdbServer } from './gdb-server.ts';
import type { RunController } from './machine-terminal.ts';
import { parseCount } from './sizes.ts';

export interface DebuggerOptions {
  readonly gdb?: string;
  readonly gdbWait?: true;
}

/** The port to listen at, 0 for any; undefined without a debugger. @throws UserError for what is no port. */
export function gdbPort({ gdb, gdbWait }: DebuggerOptions): number | undefined {
  if (gdb !== undefined) return parseCount(gdb, '--gdb', 0, 65535);
  if (gdbWait) throw new UserError('--gdb-wait waits for a debugger: add --gdb PORT');
  return undefined;
}

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
  const server = await GdbServer.listen(target, port);
  const waiting = options.gdbWait ? 'waiting for gdb' : 'gdb may attach';
  process.stderr.write(`typevisor: ${waiting}: target remote localhost:${server.port}\n`);
  if (options.gdbWait) target.hold();
  try {
    return await run(target);
  } finally {
    server.close();
  }
}
