/** The options of `typevisor run`, as they are typed. */
import type { DebuggerOptions } from './gdb-port.ts';

export interface RunOptions extends DebuggerOptions {
  readonly on: string;
  readonly memory: string;
  readonly vcpus: string;
  readonly hostMemory?: string;
  readonly smp?: string;
  readonly bios: string;
  readonly initrd?: string;
  readonly append?: string;
  readonly drive: readonly string[];
  readonly net?: true | string;
  readonly trace?: true | string;
  readonly timeout?: string;
  readonly dryRun?: true;
  readonly quiet?: true;
  readonly raw?: string;
  readonly at?: string;
  readonly mode?: string;
  readonly confine: boolean;
  readonly save?: string;
  readonly restore?: string;
}
