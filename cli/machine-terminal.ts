/** Runs a machine with the user's terminal as its console. */
import type { Machine } from '../machine/index.ts';
import type { StopReason } from '../machine/stop-reason.ts';
import { EXIT_TIMEOUT } from './exit-codes.ts';
import { Terminal } from './terminal.ts';

/**
 * @param timeout seconds
 * @param exitCode what the end of a run means that ended by itself
 * @returns the exit code
 */
export async function attachTerminal(
  machine: Machine,
  timeout: number | undefined,
  exitCode: (reason: StopReason) => number,
): Promise<number> {
  let left: number | undefined;
  const terminal = new Terminal({
    input: (bytes) => machine.console.write(bytes),
    leave: (code) => {
      left = code;
      machine.stop();
    },
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
      const reason = await machine.run({ timeout: deadline - performance.now() });
      if (left !== undefined) return left;
      if (reason.kind === 'timeout') return EXIT_TIMEOUT;
      if (reason.kind !== 'reset') return exitCode(reason);
      machine.reset();
    }
  } finally {
    terminal.close();
    stdout.off('resize', resize);
  }
}
