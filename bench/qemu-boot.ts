/** How long QEMU takes, and how many instructions its hart executes, until something is printed. */
import { execFileSync, spawn } from 'node:child_process';

const GDB_PORT = 28_734;
const TIMEOUT = 900_000;

/** Seconds from QEMU's start until `mark` is printed. @throws Error when QEMU is missing, or ends before */
export async function secondsUntil(mark: string, commandLine: readonly string[]): Promise<number> {
  const start = performance.now();
  return runUntil(mark, commandLine, () => (performance.now() - start) / 1000);
}

/** Millions of instructions. Counting makes QEMU slower, so this is a run of its own. @throws Error when gdb is missing, too */
export function instructionsUntil(mark: string, commandLine: readonly string[]): Promise<number> {
  const counting = ['-icount', 'shift=0', '-gdb', `tcp:localhost:${GDB_PORT}`];
  return runUntil(mark, [...commandLine, ...counting], () => {
    const attach = ['-ex', 'set architecture riscv:rv64', '-ex', `target remote localhost:${GDB_PORT}`];
    const text = gdb(['-nx', '-batch', ...attach, '-ex', 'print/d $minstret']);
    const count = /\$1 = (\d+)/.exec(text)?.[1];
    if (count === undefined) throw new Error(`gdb does not tell QEMU's minstret: ${text.trim().split('\n').at(-1)}`);
    return Number(count) / 1e6;
  });
}

/** Runs QEMU, and calls `measure` when the mark is printed. */
function runUntil(mark: string, [command, ...args]: readonly string[], measure: () => number): Promise<number> {
  const qemu = spawn(command!, args, { timeout: TIMEOUT, killSignal: 'SIGKILL' });
  return new Promise((resolve, reject) => {
    let output = '';
    qemu.on('error', (error) => reject(missing(error, command!, 'qemu-system-misc')));
    qemu.on('close', () => reject(new Error(`QEMU ended before it printed '${mark}'`)));
    qemu.stdout.on('data', (bytes: Uint8Array) => {
      output += String(bytes);
      if (!output.includes(mark)) return;
      qemu.stdout.removeAllListeners('data');
      try {
        resolve(measure());
      } catch (error) {
        reject(error);
      } finally {
        qemu.kill('SIGKILL');
      }
    });
  });
}

function gdb(args: readonly string[]): string {
  const command = 'gdb-multiarch';
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    throw missing(error, command, command);
  }
}

function missing(error: unknown, command: string, debianPackage: string): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error;
  return new Error(`${command} is not installed; on Debian: apt install ${debianPackage}`);
}
