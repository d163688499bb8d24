/** The options `--gdb` and `--gdb-wait`. */
import { UserError } from './errors.ts';
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
