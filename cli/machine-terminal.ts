/** Runs a machine with the user's terminal as its console. */
import type { Machine } from '../machine/index.ts';
import type { StopReason } from '../machine/stop-reason.ts';
import { EXIT_BAD_INPUT, EXIT_INTERRUPTED, EXIT_TIMEOUT } from './exit-codes.ts';
import { saveMachine } from './snapshot-file.ts';
import { Terminal } from './terminal.ts';

/** Somebody who may keep a machine from running, and whom some stops concern: a debugger. */
export interface RunController<Reason = StopReason> {
  /** Resolves when the machine may run. */
  released(): Promise<void>;
  /** Whether the run shall go on, once it may, after having stopped for this reason. */
  took(reason: Reason): boolean;
  /** Lets the machine run. */
  resume(): void;
  /** Whether it has ended the run. */
  readonly killed: boolean;
}

export interface TerminalOptions {
  /** Seconds. */
  readonly timeout: number | undefined;
  /** The hypervisor runs in the machine, with a console for each guest. */
  readonly consoles: boolean;
  /** What the end of a run means that ended by itself. */
  readonly exitCode: (reason: StopReason) => number;
  /** Where the machine is saved to on Ctrl-A s, and when it is left before it ends. */
  readonly save?: string | undefined;
  /** A debugger, if there is one. */
  readonly controller: RunController | undefined;
}

/** @returns the exit code */
export async function attachTerminal(
  machine: Machine,
  { timeout, consoles, exitCode, save, controller }: TerminalOptions,
): Promise<number> {
  let left: number | undefined;
  let saveAsked = false;
  const ask = () => {
    saveAsked = true;
    machine.stop();
  };
  const terminal = new Terminal({
    input: (bytes) => machine.console.write(bytes),
    leave: (code) => {
      left = code;
      machine.stop();
      controller?.resume();
    },
    save: save === undefined ? undefined : ask,
    consoles,
  });
  machine.on('warning', (warning) => process.stderr.write(`typevisor: ${warning}\r\n`));
  const { stdout } = process;
  const resize = () => machine.resizeConsole(stdout.columns, stdout.rows);
  if (stdout.isTTY) {
    resize();
    stdout.on('resize', resize);
  }
  const deadline = timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeout * 1000;
  try {
    for (;;) {
      await controller?.released();
      if (left !== undefined) return left;
      if (controller?.killed) return EXIT_INTERRUPTED;
      const reason = await machine.run({ timeout: deadline - performance.now() });
      if (reason.kind === 'timeout') left ??= EXIT_TIMEOUT;
      if (save !== undefined && (saveAsked || left !== undefined)) {
        if (!(await saveMachine(machine, save)) && left !== undefined) return EXIT_BAD_INPUT;
      }
      if (left !== undefined) return left;
      if (saveAsked && reason.kind === 'stopped') {
        saveAsked = false;
        continue;
      }
      if (controller?.took(reason)) continue;
      if (reason.kind !== 'reset') return exitCode(reason);
      machine.reset();
    }
  } finally {
    terminal.close();
    stdout.off('resize', resize);
  }
}
